/**
 * Every captured frame against tshark's table of it. For the layers that both know, the records must
 * have what tshark has, value by value; `DISAGREEMENTS` lists where they have not, and why.
 */
import { assert, assertEquals } from "@std/assert";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { gunzipSync } from "node:zlib";
import { recordSchema, typeNumber } from "../../lib/base/record_types.ts";
import { IPv4Schema, IPv6FragmentSchema } from "../../proto/gen/netcap_pb.ts";
import { type Capture, captures, type Frame, framesOf } from "./captured_frames.ts";
import { type DecodedFrame, decodeFrame } from "./decode_frame.ts";
import { DISAGREEMENTS } from "./disagreements.ts";
import { CELL_RULES, NOT_IN_RECORDS, TSHARK_FIELDS } from "./tshark_fields.ts";

/** What tshark's protocols are here: the types of their records; none for a layer without a record. */
const RECORDS_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ["eth", ["Ethernet"]],
  ["ethertype", []],
  ["raw", []],
  ["null", []],
  ["sll", []],
  ["vlan", ["Dot1Q"]],
  ["ieee8021ad", ["Dot1Q"]],
  ["arp", ["ARP"]],
  ["ip", ["IPv4"]],
  ["ipv6", ["IPv6"]],
  ["ipv6.hopopts", ["IPv6HopByHop"]],
  ["ipv6.routing", []],
  ["ipv6.dstopts", []],
  ["ipv6.fraghdr", ["IPv6Fragment"]],
  ["icmp", ["ICMPv4"]],
  ["icmpv6", ["ICMPv6"]],
  ["udp", ["UDP"]],
  ["tcp", ["TCP"]],
  ["dns", ["DNS"]],
  ["dhcp", ["DHCPv4"]],
  ["ntp", ["NTP"]],
]);

/** Nothing is decoded behind these: not, for one, the datagram that an ICMP error quotes. */
const LAST = ["arp", "icmp", "icmpv6", "dhcp", "ntp"];

Deno.test("every captured frame has the values that tshark gives it", () => {
  const found = new Map<string, number>();
  const here = new Set<string>();
  let frames = 0;
  let values = 0;
  for (const capture of captures()) {
    const table = readTable(capture);
    if (table === undefined) continue;
    here.add(capture.name);
    for (const frame of framesOf(capture)) {
      const comparison = compare(frame, table[frame.number - 1]!);
      frames++;
      values += comparison.values;
      for (const what of comparison.disagreements) {
        const key = `${capture.name}: ${what}`;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
  }
  assertEquals(found, listedFor(here, found));
  assert(values > 10 * frames, "little was compared");
  console.log(`${values} values of ${frames} frames of ${here.size} captures are tshark's`);
});

/** What is listed for these captures; "some" is the number found, unless it is none. */
function listedFor(
  here: ReadonlySet<string>,
  found: ReadonlyMap<string, number>,
): Map<string, number> {
  const listed = DISAGREEMENTS.flatMap(({ captures, found: list, frames }) =>
    captures.filter((name) => here.has(name)).flatMap((name) =>
      list.map((what) => [`${name}: ${what}`, frames] as const)
    )
  );
  return new Map(listed.map(([key, n]) => [key, n === "some" ? found.get(key) ?? 1 : n]));
}

/** One line of a table: cells by column. */
type Row = ReadonlyMap<string, string>;

/** A line for each frame; undefined where there is no table. */
function readTable({ expected }: Capture): Row[] | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(expected);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (expected.pathname.endsWith(".gz")) bytes = gunzipSync(bytes);
  const lines = new TextDecoder().decode(bytes).replace(/\n$/, "").split("\n");
  const [columns, ...rows] = lines.map((line) => line.split("\t"));
  return rows.map((cells) => new Map(columns!.map((column, index) => [column, cells[index]!])));
}

function compare(frame: Frame, row: Row): { values: number; disagreements: string[] } {
  const decoded = decodeFrame(frame.bytes, { linkType: frame.linkType });
  const isCut = frame.bytes.length < frame.originalLength;
  const theirs = row.get("frame.protocols")!.replaceAll(/\b(mdns|llmnr)\b/g, "dns").split(":");
  const common = commonProtocols(theirs, decoded).filter((each) =>
    RECORDS_OF.get(each)!.length > 0
  );
  const disagreements: string[] = [];
  const layers = compareLayers(common, decoded, isCut);
  if (layers !== undefined) disagreements.push(layers);

  const ours = readRecords(decoded, common);
  let values = 0;
  for (const [column, unruly] of row) {
    if (NOT_IN_RECORDS.has(column)) continue;
    const cell = CELL_RULES.get(column)?.(unruly) ?? unruly;
    const own = ours.values.get(column) ?? [];
    const count = (protocols: readonly string[]) =>
      protocols.filter((each) => protocolsOf(column).includes(each)).length;
    const mayGoOn = isCut || count(theirs) > count(ours.protocols);
    if (cell === own.join() || (mayGoOn && isBeginning(own, cell))) values += own.length;
    else if (!(isCut && column === "tcp.len")) { // what was sent, not what was captured
      disagreements.push(`${column} ${own.join() || "nothing"} instead of ${cell || "nothing"}`);
    }
  }
  return { values, disagreements };
}

/** Those of tshark's protocols, outermost first, which we decode: up to the first that we do not. */
function commonProtocols(theirs: readonly string[], decoded: DecodedFrame): readonly string[] {
  const isFragment = decoded.recordsOf(IPv4Schema)
    .map(({ Flags, FragOffset }) => (Flags & 1) !== 0 || FragOffset > 0);
  const isIpv6Fragment = decoded.recordsOf(IPv6FragmentSchema)
    .map(({ MoreFragments, FragmentOffset }) => MoreFragments || FragmentOffset > 0);
  for (let index = 0; index < theirs.length; index++) {
    const protocol = theirs[index]!;
    if (!RECORDS_OF.has(protocol)) return theirs.slice(0, index);
    const isEnd = LAST.includes(protocol) ||
      (protocol === "ip" && isFragment.shift()) ||
      (protocol === "ipv6.fraghdr" && isIpv6Fragment.shift());
    if (isEnd) return theirs.slice(0, index + 1);
  }
  return theirs;
}

/** What is wrong with the types of the records; undefined when nothing is. */
function compareLayers(
  common: readonly string[],
  { types, counts }: DecodedFrame,
  isCut: boolean,
): string | undefined {
  const expected = common.flatMap((protocol) => RECORDS_OF.get(protocol)!);
  const actual = types.filter((type) => !isIcmpv6Body(type));
  if (String(actual) === String(expected)) return undefined;
  const [failure = ""] = Object.keys(counts.failed);
  // tshark shows what there is of a header that was cut off, and of a message that goes on in another segment.
  const mayMissLast = (isCut && failure.endsWith(" truncated")) ||
    failure === "DnsOverTcp incomplete";
  if (mayMissLast && String(actual) === String(expected.slice(0, -1))) return undefined;
  const difference = `${actual.join(" ") || "nothing"} instead of ${expected.join(" ")}`;
  return `records ${difference}${failure && `, ${failure}`}`;
}

/** The body of a message, a record of its own behind that of the ICMPv6 header. */
function isIcmpv6Body(type: string): boolean {
  return /^ICMPv6./.test(type);
}

/** The values that our records have by column, and the protocol of each of the records. */
function readRecords(decoded: DecodedFrame, common: readonly string[]) {
  const values = new Map<string, string[]>();
  const protocols: string[] = [];
  for (const [type, record] of recordsInOrder(decoded)) {
    const protocol = isIcmpv6Body(type) ? "icmpv6" : common[protocols.length];
    const readers = TSHARK_FIELDS.get(`${protocol} ${type}`);
    if (readers === undefined) break;
    if (!isIcmpv6Body(type)) protocols.push(protocol!);
    for (const [column, read] of readers) {
      values.set(column, [...values.get(column) ?? [], ...read(record)]);
    }
  }
  return { values, protocols };
}

function recordsInOrder(decoded: DecodedFrame): [string, Message][] {
  const seen = new Map<string, number>();
  return decoded.types.map((type) => {
    const schema = recordSchema(typeNumber(type))!;
    const index = seen.get(type) ?? 0;
    seen.set(type, index + 1);
    return [type, fromBinary(schema, decoded.encodingsOf(schema)[index]!)];
  });
}

/** The protocols whose headers fill a column. */
function protocolsOf(column: string): readonly string[] {
  if (column.startsWith("ipv6.opt.")) return ["ipv6.hopopts", "ipv6.dstopts"];
  if (column.startsWith("ipv6.fraghdr.")) return ["ipv6.fraghdr"];
  return [column.split(".")[0]!];
}

function isBeginning(values: readonly string[], cell: string): boolean {
  return values.length === 0 || cell.startsWith(`${values},`);
}

Deno.test("every column of the tables is compared or known to be in no record", () => {
  const compared = new Set([...TSHARK_FIELDS.values()].flatMap((readers) => [...readers.keys()]));
  for (const capture of captures()) {
    const columns = [...readTable(capture)?.[0]?.keys() ?? []];
    assertEquals(
      columns.filter((column) => !compared.has(column) && !NOT_IN_RECORDS.has(column)),
      [],
      capture.name,
    );
  }
});
