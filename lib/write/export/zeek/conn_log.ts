import { type Connection, ConnectionSchema } from "../../../../proto/gen/netcap_pb.ts";
import { answerOf } from "../../../follow/icmp_pairs.ts";
import { uidOfConnection } from "../flow_identity.ts";
import { portText, same, seconds, text } from "../mapped/conversions.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf, type LineRecords } from "../mapped/mapped_field.ts";

const parts = { Connection: ConnectionSchema };
const { of, ofAll } = fieldsOf(parts);

const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58];
const PROTOCOLS: Readonly<Record<number, string>> = {
  [ICMP]: "icmp",
  [TCP]: "tcp",
  [UDP]: "udp",
  [ICMPV6]: "icmp",
};
const isIcmp = (protocol: number | undefined) => protocol === ICMP || protocol === ICMPV6;
/** What Zeek calls what our records have by another name. */
const SERVICES: ReadonlyMap<string, string> = new Map([["TLS", "ssl"], ["DHCPv4", "dhcp"]]);

const portOr = (port = "", isOfIcmp: boolean, number: number) =>
  isOfIcmp ? number : portText(port) ?? 0;

/** Connections that have ended. */
export const connLog: LineMapping = {
  title: "conn.log",
  file: "conn.log",
  about: "A conversation that has ended, by its last record.",
  parts,
  isWanted: ({ parts: { Connection: record } }: LineRecords) =>
    (record as Connection).EndReason !== "active",
  fields: [
    of("ts", "Connection.TimestampStart", seconds),
    ofAll(
      "uid",
      [
        ...["client", "Connection.ConnectionID", "Connection.ApplicationProto"] as const,
        ...[
          "Connection.SrcIP",
          "Connection.SrcPort",
          "Connection.DstIP",
          "Connection.DstPort",
        ] as const,
      ],
      uidOfConnection,
      "a hash: [identifiers](#identifiers)",
    ),
    of("id.orig_h", "Connection.SrcIP", same),
    ofAll(
      "id.orig_p",
      ["Connection.SrcPort", "Connection.IPProtocol", "Connection.ICMPType"],
      (port, protocol, type = 0) => portOr(port, isIcmp(protocol), type),
      "of ICMP the type of the first message; 0 without ports",
    ),
    of("id.resp_h", "Connection.DstIP", same),
    ofAll(
      "id.resp_p",
      [
        "Connection.DstPort",
        "Connection.IPProtocol",
        "Connection.ICMPType",
        "Connection.ICMPCode",
      ],
      (port, protocol = 0, type = 0, code = 0) => {
        const isOfIcmp = isIcmp(protocol);
        const answer = isOfIcmp ? answerOf(protocol, type) : -1;
        return portOr(port, isOfIcmp, answer >= 0 ? answer : code);
      },
      "of ICMP the type that answers the first message, or its code if none does; 0 without ports",
    ),
    of(
      "proto",
      "Connection.IPProtocol",
      (protocol) => PROTOCOLS[protocol] ?? "unknown_transport",
      "`tcp`, `udp`, `icmp`, or `unknown_transport`",
    ),
    of(
      "service",
      "Connection.ApplicationProto",
      (name) => text(SERVICES.get(name) ?? name.toLowerCase()),
      "in small letters; `ssl` for TLS, `dhcp` for DHCPv4",
    ),
    ofAll(
      "duration",
      ["Connection.TimestampStart", "Connection.TimestampLast"],
      (start = 0n, last = 0n) => seconds(last - start),
      "from the first packet to the last; seconds; not there for one packet",
    ),
    of("orig_bytes", "Connection.TotalPayloadBytesClientToServer", same, "what was sent again too"),
    of("resp_bytes", "Connection.TotalPayloadBytesServerToClient", same, "what was sent again too"),
    ofAll(
      "conn_state",
      [
        "Connection.IPProtocol",
        "Connection.TCPState",
        "Connection.TotalPacketsClientToServer",
        "Connection.TotalPacketsServerToClient",
      ],
      (protocol, state, sent = 0n, received = 0n) => {
        if (protocol === TCP) return state;
        if (protocol !== UDP) return "OTH";
        return received === 0n ? "S0" : sent === 0n ? "SHR" : "SF";
      },
      "of UDP `SF` if both sides have sent, else `S0` or `SHR`; of others `OTH`",
    ),
    ofAll(
      "history",
      [
        "Connection.TCPHistory",
        "Connection.IPProtocol",
        "Connection.TotalPayloadBytesClientToServer",
        "Connection.TotalPayloadBytesServerToClient",
      ],
      (history, protocol, sent = 0n, received = 0n) =>
        protocol === UDP
          ? text((sent > 0n ? "D" : "") + (received > 0n ? "d" : ""))
          : text(history ?? ""),
      "of UDP `D` and `d` for payload of either side",
    ),
    of("orig_pkts", "Connection.TotalPacketsClientToServer", same),
    of("orig_ip_bytes", "Connection.TotalIPBytesClientToServer", same),
    of("resp_pkts", "Connection.TotalPacketsServerToClient", same),
    of("resp_ip_bytes", "Connection.TotalIPBytesServerToClient", same),
    of("ip_proto", "Connection.IPProtocol", same),
    of("vlan", "Connection.VLANs", (tags) => tags[0], "the outer tag"),
    of("inner_vlan", "Connection.VLANs", (tags) => tags[1], "the inner tag"),
    of("orig_l2_addr", "Connection.SrcMAC", text),
    of("resp_l2_addr", "Connection.DstMAC", text),
    of("community_id", "Connection.CommunityID", text),
  ],
  missing: [
    ["local_orig, local_resp", "which networks are local only the reader knows"],
    ["missed_bytes", "gaps are not counted by connection"],
    ["tunnel_parents", "connections of tunnels are not joined to those within"],
  ],
};
