import { type Connection, ConnectionSchema } from "../../../../proto/gen/netcap_pb.ts";
import { answerOf } from "../../../follow/icmp_pairs.ts";
import { flowIdOfConnection } from "../flow_identity.ts";
import { portText, same, text } from "../mapped/conversions.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { EVE_FILE, EVE_PROTOCOLS, eveTime } from "./eve_fields.ts";

const parts = { Connection: ConnectionSchema };
const { of, ofAll, always } = fieldsOf(parts);

const [ICMP, TCP, ICMPV6] = [1, 6, 58];
const isIcmp = (protocol: number) => protocol === ICMP || protocol === ICMPV6;

/** What Suricata calls what our records have by another name. */
const APPLICATIONS: ReadonlyMap<string, string> = new Map([["DHCPv4", "dhcp"]]);
const REASONS: ReadonlyMap<string, string> = new Map(Object.entries({
  ...{ fin: "timeout", rst: "timeout", idle: "timeout", replaced: "tcp_reuse" },
  ...{ evicted: "forced", end: "shutdown" },
}));
const STATES: ReadonlyMap<string, string> = new Map(Object.entries({
  ...{ S0: "new", OTH: "new", SH: "new", SHR: "new", RSTOS0: "closed" },
  ...{ S1: "established", S2: "established", S3: "established" },
}));

/** The flags of both directions, by bit. */
const FLAGS = [
  ["fin", 0x01],
  ["syn", 0x02],
  ["rst", 0x04],
  ["psh", 0x08],
  ["ack", 0x10],
  ["urg", 0x20],
  ["ecn", 0x40],
  ["cwr", 0x80],
] as const;

const flags = [
  ...["Connection.TCPFlagsClientToServer", "Connection.TCPFlagsServerToClient"] as const,
] as const;
const hex = (bits: number) => bits.toString(16).padStart(2, "0");
const OF_LAST = "of the last record";

/** Connections that have ended. */
export const flowEvent: LineMapping = {
  title: "flow",
  file: EVE_FILE,
  about: "A conversation that has ended, by its last record.",
  parts,
  isWanted: ({ parts: { Connection: record } }) => (record as Connection).EndReason !== "active",
  fields: [
    of("timestamp", "Connection.TimestampLast", eveTime),
    ofAll(
      "flow_id",
      [
        ...["client", "Connection.ConnectionID", "Connection.ApplicationProto"] as const,
        ...["Connection.SrcIP", "Connection.SrcPort"] as const,
        ...["Connection.DstIP", "Connection.DstPort"] as const,
      ],
      flowIdOfConnection,
      "a hash of 51 bits: [identifiers](#identifiers)",
    ),
    always("event_type", "flow"),
    of("vlan", "Connection.VLANs", (tags) => tags.length === 0 ? undefined : tags),
    of("src_ip", "Connection.SrcIP", same),
    of("src_port", "Connection.SrcPort", portText),
    of("dest_ip", "Connection.DstIP", same),
    of("dest_port", "Connection.DstPort", portText),
    of("ip_v", "Connection.NetworkProto", (name) => name === "IPv6" ? 6 : 4, "4 or 6"),
    of(
      "proto",
      "Connection.IPProtocol",
      (protocol) => EVE_PROTOCOLS[protocol] ?? String(protocol),
      "as Suricata calls it",
    ),
    ...icmpFields(),
    of(
      "app_proto",
      "Connection.ApplicationProto",
      (name) => text(APPLICATIONS.get(name) ?? name.toLowerCase()),
      "in small letters; `dhcp` for DHCPv4",
    ),
    of("flow.pkts_toserver", "Connection.TotalPacketsClientToServer", same),
    of("flow.pkts_toclient", "Connection.TotalPacketsServerToClient", same),
    of("flow.bytes_toserver", "Connection.TotalBytesClientToServer", same, "whole frames"),
    of("flow.bytes_toclient", "Connection.TotalBytesServerToClient", same, "whole frames"),
    of("flow.start", "Connection.TimestampStart", eveTime),
    of("flow.end", "Connection.TimestampLast", eveTime),
    ofAll(
      "flow.age",
      ["Connection.TimestampStart", "Connection.TimestampLast"],
      (start = 0n, end = 0n) => end / SECOND - start / SECOND,
      "whole seconds between both",
    ),
    ofAll(
      "flow.state",
      [
        ...["Connection.IPProtocol", "Connection.TCPState"] as const,
        ...[
          "Connection.TotalPacketsClientToServer",
          "Connection.TotalPacketsServerToClient",
        ] as const,
      ],
      (protocol, state = "", sent = 0n, received = 0n) =>
        protocol === TCP
          ? STATES.get(state) ?? "closed"
          : sent > 0n && received > 0n
          ? "established"
          : "new",
      "`new`, `established` or `closed`; without TCP whether both sides have sent",
    ),
    of(
      "flow.reason",
      "Connection.EndReason",
      (reason) => REASONS.get(reason) ?? "unknown",
      "`timeout` for `fin`, `rst` and `idle`, `tcp_reuse` for `replaced`, `forced` for `evicted`, `shutdown` for `end`",
    ),
    ofAll("tcp.tcp_flags", flags, (a = 0, b = 0) => a | b ? hex(a | b) : undefined, OF_LAST),
    ofAll("tcp.tcp_flags_ts", flags, (a = 0, b = 0) => a | b ? hex(a) : undefined, OF_LAST),
    ofAll("tcp.tcp_flags_tc", flags, (a = 0, b = 0) => a | b ? hex(b) : undefined, OF_LAST),
    ...FLAGS.map(([name, bit]) =>
      ofAll(`tcp.${name}`, flags, (a = 0, b = 0) => ((a | b) & bit) !== 0 || undefined, OF_LAST)
    ),
    of(
      "ether.src_macs",
      "Connection.SrcMAC",
      (mac) => mac === "" ? undefined : [mac],
      "a list of one",
    ),
    of(
      "ether.dest_macs",
      "Connection.DstMAC",
      (mac) => mac === "" ? undefined : [mac],
      "a list of one",
    ),
    of("community_id", "Connection.CommunityID", text),
    of("host", "client", text),
  ],
  missing: [
    ["in_iface", "records do not tell the interface"],
    ["flow.alerted, flow.tx_cnt, flow.emergency", "there are no rules, and no such counts"],
    [
      "tcp.state, tcp.ts_max_regions, tcp.tc_max_regions, tcp.ts_gap, tcp.tc_gap",
      "states are those of Zeek, in `flow.state` as far as they agree",
    ],
  ],
};

const SECOND = 1_000_000_000n;

function icmpFields() {
  const how = "of ICMP, of the first message";
  return [
    ofAll(
      "icmp_type",
      ["Connection.IPProtocol", "Connection.ICMPType"],
      (protocol = 0, type) => isIcmp(protocol) ? type : undefined,
      how,
    ),
    ofAll(
      "icmp_code",
      ["Connection.IPProtocol", "Connection.ICMPCode"],
      (protocol = 0, code) => isIcmp(protocol) ? code : undefined,
      how,
    ),
    ofAll(
      "response_icmp_type",
      ["Connection.IPProtocol", "Connection.ICMPType", "Connection.TotalPacketsServerToClient"],
      (protocol = 0, type = 0, received = 0n) => {
        if (!isIcmp(protocol) || received === 0n) return undefined;
        const answer = answerOf(protocol, type);
        return answer < 0 ? undefined : answer;
      },
      "of ICMP, the type that answers the first message, if something came back",
    ),
  ];
}
