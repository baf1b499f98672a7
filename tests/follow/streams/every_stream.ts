/**
 * Every capture's streams against tshark, which puts segments together by itself: the values that both
 * have must be the same, as often in either. Where they are not, a list says so, and why.
 */
import { assert, assertEquals } from "@std/assert";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import {
  ConnectionSchema,
  DNSSchema,
  HTTPSchema,
  MailSchema,
  POP3Schema,
  SMTPSchema,
  SSHSchema,
  TLSClientHelloSchema,
  TLSServerHelloSchema,
} from "../../../proto/gen/netcap_pb.ts";
import type { Capture } from "../../decode/captured_frames.ts";
import { needs, TSHARK } from "../../needs.ts";
import { DIFFERENCES } from "./disagreements.ts";
import { followCapture, type Followed } from "./followed_capture.ts";

/** What tshark says of a packet: values by field. */
type Packet = ReadonlyMap<string, readonly string[]>;

/** What tshark's field has, and where the records have it. */
interface Compared {
  readonly field: string;
  /** Which packets count. */
  readonly on?: (packet: Packet) => boolean;
  readonly values: (followed: Followed) => readonly (string | number)[];
}

/** The values of a record type that are not empty. */
function from<Desc extends DescMessage>(
  schema: Desc,
  valuesOf: (record: MessageShape<Desc>) => readonly (string | number)[],
): (followed: Followed) => readonly (string | number)[] {
  return (followed) =>
    followed.of(schema).flatMap(valuesOf).filter((value) => value !== "" && value !== 0);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

type MailField =
  | "From"
  | "To"
  | "CC"
  | "Subject"
  | "Date"
  | "MessageID"
  | "References"
  | "InReplyTo"
  | "ContentType"
  | "DeliveryDate";

/** Fields of mails, which nobody reads in IMAP. */
function mailFields(
  fields: Readonly<Record<string, MailField>>,
): readonly Compared[] {
  return Object.entries(fields).map(([field, name]) => ({
    field,
    on: (packet) => !packet.get("frame.protocols")![0]!.includes(":imap"),
    values: from(MailSchema, (record) => [record[name]]),
  }));
}

const COMPARED: readonly Compared[] = [
  { field: "tls.handshake.ja3", values: from(TLSClientHelloSchema, ({ Ja3 }) => [Ja3]) },
  {
    field: "tls.handshake.extensions_server_name",
    values: from(TLSClientHelloSchema, ({ SNI }) => [text(SNI)]),
  },
  {
    field: "tls.handshake.extensions_alpn_str",
    on: (packet) => packet.get("tls.handshake.type")!.includes("1"),
    values: from(TLSClientHelloSchema, ({ ALPNs }) => ALPNs.map(text)),
  },
  { field: "tls.handshake.ja3s", values: from(TLSServerHelloSchema, ({ Ja3s }) => [Ja3s]) },
  {
    field: "ssh.kex.hassh",
    values: from(SSHSchema, ({ HASSH, IsClient }) => IsClient ? [HASSH] : []),
  },
  {
    field: "ssh.kex.hasshserver",
    values: from(SSHSchema, ({ HASSH, IsClient }) => IsClient ? [] : [HASSH]),
  },
  { field: "ssh.protocol", values: from(SSHSchema, ({ Ident }) => [Ident]) },
  { field: "http.request.method", values: from(HTTPSchema, ({ Method }) => [Method]) },
  { field: "http.request.uri", values: from(HTTPSchema, ({ URL }) => [URL]) },
  {
    field: "http.host",
    values: from(HTTPSchema, ({ RequestHeader }) => [RequestHeader["Host"] ?? ""]),
  },
  { field: "http.user_agent", values: from(HTTPSchema, ({ UserAgent }) => [UserAgent]) },
  { field: "http.response.code", values: from(HTTPSchema, ({ StatusCode }) => [StatusCode]) },
  { field: "http.server", values: from(HTTPSchema, ({ ServerName }) => [ServerName]) },
  {
    field: "smtp.req.command",
    values: from(SMTPSchema, ({ Commands }) => Commands.map((command) => command.split(" ")[0]!)),
  },
  { field: "pop.request.command", values: from(POP3Schema, ({ Commands }) => Commands) },
  ...mailFields({
    "imf.from": "From",
    "imf.to": "To",
    "imf.cc": "CC",
    "imf.subject": "Subject",
    "imf.date": "Date",
    "imf.message_id": "MessageID",
    "imf.references": "References",
    "imf.in_reply_to": "InReplyTo",
    "imf.content.type": "ContentType",
    "imf.delivery_date": "DeliveryDate",
  }),
  {
    field: "dns.id",
    on: (packet) => packet.get("tcp.srcport")!.length > 0,
    values: from(DNSSchema, ({ ID }) => [ID]),
  },
];

const FIELDS = [
  ...COMPARED.map(({ field }) => field),
  "tls.handshake.type",
  "tcp.srcport",
  "frame.protocols",
];

/** Tests the streams of these captures; together they have at least so many values of each field. */
export function testEveryStream(
  captures: readonly Capture[],
  floors: Readonly<Record<string, number>>,
): void {
  Deno.test(needs("every stream has the values that tshark gives it", TSHARK), async () => {
    const found: Record<string, Record<string, Record<string, number>>> = {};
    const values = new Map<string, number>();
    for (const capture of captures) {
      const differ = await differences(capture, values);
      if (Object.keys(differ).length > 0) found[capture.name] = differ;
    }
    const names = captures.map(({ name }) => name);
    const listed = Object.entries(DIFFERENCES).filter(([name]) => names.includes(name));
    assertEquals(found, Object.fromEntries(listed));
    for (const [field, floor] of Object.entries(floors)) {
      assert(values.get(field)! >= floor, `${field}: ${values.get(field)} values`);
    }
  });
}

/** How often a value is with us, less how often with tshark, where that is not 0. */
async function differences(
  { name, url }: Capture,
  counts: Map<string, number>,
): Promise<Record<string, Record<string, number>>> {
  const followed = followCapture(url);
  const found: Record<string, Record<string, number>> = {};
  if (!hasStreams(followed) && DIFFERENCES[name] === undefined) return found;
  const packets = await ask(url);
  for (const { field, on, values } of COMPARED) {
    const ours = values(followed).map(String);
    const theirs = packets.filter((packet) => on === undefined || on(packet))
      .flatMap((packet) => packet.get(field)!)
      .map(field.endsWith(".command") ? (word) => word.toUpperCase() : plain);
    counts.set(field, (counts.get(field) ?? 0) + ours.length);
    const balance = new Map<string, number>();
    for (const value of ours) balance.set(value, (balance.get(value) ?? 0) + 1);
    for (const value of theirs) balance.set(value, (balance.get(value) ?? 0) - 1);
    const rest = [...balance].filter(([, count]) => count !== 0);
    if (rest.length > 0) found[field] = Object.fromEntries(rest);
  }
  return found;
}

/** Whether the capture has connections of TCP, or QUIC was seen: others need no witness. */
function hasStreams(followed: Followed): boolean {
  return followed.of(ConnectionSchema)
    .some(({ TransportProto, ApplicationProto }) =>
      TransportProto === "TCP" || ApplicationProto === "QUIC"
    );
}

const SEPARATOR = "\x1f";

/** All values of each field, by packet. */
async function ask(capture: URL): Promise<Packet[]> {
  const args = ["-r", decodeURIComponent(capture.pathname), "-n", "-T", "fields"];
  args.push("-E", "occurrence=a", "-E", `aggregator=${SEPARATOR}`, "-Y", "tcp || udp");
  for (const field of FIELDS) args.push("-e", field);
  const { stdout } = await new Deno.Command("tshark", { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1).map((line) => {
    const cells = line.split("\t");
    return new Map(
      FIELDS.map((field, at) => [field, (cells[at] ?? "").split(SEPARATOR).filter(Boolean)]),
    );
  });
}

/** tshark prints identifiers in hex, and lines of a mail's header as they are folded. */
function plain(value: string): string {
  return /^0x[0-9a-f]{4}$/.test(value)
    ? String(Number(value))
    : value.replaceAll("\\r\\n", "").replaceAll("\\t", "\t");
}
