import type { DHCPv4 } from "../../../../proto/gen/netcap_pb.ts";
import { textOf } from "../../read/field_kind.ts";
import { uidOf } from "../flow_identity.ts";
import { seconds, text } from "../mapped/conversions.ts";
import type { JsonValue } from "../mapped/json_value.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import type { LineRecords, MappedField } from "../mapped/mapped_field.ts";
import { DHCP_PARTS, JOINED_DHCP } from "../mapped/record_joins.ts";
import {
  dhcpMessage,
  DhcpOption,
  optionAddresses,
  optionData,
  optionNumber,
  optionText,
} from "../../read/dhcp_options.ts";

type Part = keyof typeof DHCP_PARTS;
type Field = keyof DHCPv4 & string;
const BY_CLIENT: readonly Part[] = ["discover", "request", "decline", "release", "inform"];
const BY_SERVER: readonly Part[] = ["offer", "ack", "nak"];
const ALL: readonly Part[] = [...BY_CLIENT, ...BY_SERVER];
const NO_ADDRESS = "0.0.0.0";

/** Leases. */
export const dhcpLog: LineMapping = {
  title: "dhcp.log",
  file: "dhcp.log",
  about:
    "The messages of a transaction, from the first to the one that ends it: an acknowledgement, a " +
    "refusal, a release; without such, those of 30 s. A message that comes again begins another line.",
  parts: DHCP_PARTS,
  join: JOINED_DHCP,
  fields: [
    made("ts", ALL, ["Timestamp"], ([first]) => seconds(first!.Timestamp), "seconds; of the first"),
    {
      name: "uids",
      sources: ["client", ...sourcesOf(ALL, ["SrcIP", "SrcPort", "DstIP", "DstPort"])],
      how: "hashes: [identifiers](#identifiers)",
      valueOf: (
        line,
      ) => [...new Set(messagesOf(line, ALL).map((it) => uidOfMessage(line.client, it)))],
    },
    made(
      "client_addr",
      BY_CLIENT,
      ["SrcIP", "ClientIP"],
      lastOf(({ SrcIP, ClientIP }) => address(ClientIP) ?? address(SrcIP)),
      "of the last that has one",
    ),
    made(
      "server_addr",
      BY_SERVER,
      ["Options", "SrcIP"],
      lastOf(({ Options, SrcIP }) => optionAddresses(Options, DhcpOption.Server)[0] ?? SrcIP),
      `option ${DhcpOption.Server}, else who sent it`,
    ),
    made("mac", ALL, ["ClientHWAddr"], ([first]) => text(first!.ClientHWAddr)),
    option("host_name", BY_CLIENT, DhcpOption.HostName, optionText),
    option("client_fqdn", BY_CLIENT, DhcpOption.ClientName, clientName),
    option("domain", BY_SERVER, DhcpOption.DomainName, optionText),
    option("requested_addr", BY_CLIENT, DhcpOption.RequestedAddress, firstAddress),
    made(
      "assigned_addr",
      ["ack"],
      ["YourClientIP"],
      lastOf(({ YourClientIP }) => address(YourClientIP)),
    ),
    option("lease_time", ["ack"], DhcpOption.LeaseTime, optionNumber, "; seconds"),
    option("client_message", BY_CLIENT, DhcpOption.Message, optionText),
    option("server_message", BY_SERVER, DhcpOption.Message, optionText),
    made(
      "msg_types",
      ALL,
      ["Options"],
      (messages) => messages.map(({ Options }) => dhcpMessage(Options).toUpperCase()),
      `option ${DhcpOption.MessageType}, in the order of time`,
    ),
    made(
      "duration",
      ALL,
      ["Timestamp"],
      (messages) => Number(messages.at(-1)!.Timestamp - messages[0]!.Timestamp) / 1e9,
      "seconds from the first to the last",
    ),
  ],
  missing: [],
};

/** A field made of those of some messages that are there, in the order of time. */
function made(
  name: string,
  from: readonly Part[],
  fields: readonly Field[],
  valueOf: (messages: readonly DHCPv4[]) => JsonValue | undefined,
  how = "",
): MappedField {
  return {
    ...{ name, sources: sourcesOf(from, fields), how },
    valueOf(line) {
      const messages = messagesOf(line, from);
      return messages.length === 0 ? undefined : valueOf(messages);
    },
  };
}

/** A field that is an option of some messages. */
function option(
  name: string,
  from: readonly Part[],
  code: number,
  read: (options: DHCPv4["Options"], code: number) => JsonValue | undefined,
  more = "",
): MappedField {
  const valueOf = lastOf(({ Options }) => read(Options, code));
  return made(name, from, ["Options"], valueOf, `option ${code}${more}`);
}

/** What the last message says that says it. */
function lastOf(valueOf: (message: DHCPv4) => JsonValue | undefined) {
  return (messages: readonly DHCPv4[]) =>
    messages.map(valueOf).findLast((value) => value !== undefined);
}

function messagesOf({ parts }: LineRecords, wanted: readonly Part[]): DHCPv4[] {
  return wanted.map((part) => parts[part] as DHCPv4 | undefined)
    .filter((message) => message !== undefined)
    .sort((a, b) => a.Timestamp < b.Timestamp ? -1 : 1);
}

function sourcesOf(from: readonly Part[], fields: readonly Field[]): string[] {
  return from.flatMap((part) => fields.map((field) => `${part}.${field}`));
}

function uidOfMessage(sensor: string, { SrcIP, SrcPort, DstIP, DstPort }: DHCPv4): string {
  return uidOf({ sensor, srcIp: SrcIP, srcPort: SrcPort, dstIp: DstIP, dstPort: DstPort });
}

function address(value: string): string | undefined {
  return value === "" || value === NO_ADDRESS ? undefined : value;
}

function firstAddress(options: DHCPv4["Options"], code: number): string | undefined {
  return optionAddresses(options, code)[0];
}

/** The name in option 81, behind flags and two codes (RFC 4702, section 2.1), where it is text. */
function clientName(options: DHCPv4["Options"], code: number): string | undefined {
  const data = optionData(options, code);
  const isEncoded = ((data?.[0] ?? 0) & 4) !== 0;
  return data && !isEncoded ? text(textOf(data.subarray(3))) as string | undefined : undefined;
}
