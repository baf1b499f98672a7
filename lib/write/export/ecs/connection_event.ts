import { type Connection, ConnectionSchema } from "../../../../proto/gen/netcap_pb.ts";
import { uidOfConnection } from "../flow_identity.ts";
import { portText, same, text } from "../mapped/conversions.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { ECS_FILE, ecsConstants, ecsMac, ecsTime } from "./ecs_fields.ts";

const parts = { Connection: ConnectionSchema };
const { of, ofAll } = fieldsOf(parts);

const TRANSPORTS: Readonly<Record<number, string>> = {
  ...{
    1: "icmp",
    2: "igmp",
    6: "tcp",
    17: "udp",
    47: "gre",
    50: "esp",
    58: "ipv6-icmp",
    89: "ospf",
  },
  ...{ 132: "sctp", 136: "udplite" },
};

/** What others call what our records have by another name. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([["DHCPv4", "dhcp"]]);

/** Connections that have ended. */
export const connectionEvent: LineMapping = {
  title: "farcap.connection",
  file: ECS_FILE,
  about: "A conversation that has ended, by its last record.",
  parts,
  isWanted: ({ parts: { Connection: record } }) => (record as Connection).EndReason !== "active",
  fields: [
    of("@timestamp", "Connection.TimestampStart", ecsTime),
    ...ecsConstants("connection", ["network"], ["connection", "end"]),
    ofAll(
      "event.id",
      [
        ...["client", "Connection.ConnectionID", "Connection.ApplicationProto"] as const,
        ...["Connection.SrcIP", "Connection.SrcPort"] as const,
        ...["Connection.DstIP", "Connection.DstPort"] as const,
      ],
      uidOfConnection,
      "Zeek's `uid`: [identifiers](#identifiers)",
    ),
    of("event.start", "Connection.TimestampStart", ecsTime),
    of("event.end", "Connection.TimestampLast", ecsTime),
    ofAll(
      "event.duration",
      ["Connection.TimestampStart", "Connection.TimestampLast"],
      (start = 0n, last = 0n) => last - start,
      "nanoseconds",
    ),
    of("event.reason", "Connection.EndReason", text),
    of("source.ip", "Connection.SrcIP", same),
    of("source.port", "Connection.SrcPort", portText),
    of("source.mac", "Connection.SrcMAC", ecsMac),
    of("source.packets", "Connection.TotalPacketsClientToServer", same),
    of("source.bytes", "Connection.TotalIPBytesClientToServer", same, "of IP, without padding"),
    of("destination.ip", "Connection.DstIP", same),
    of("destination.port", "Connection.DstPort", portText),
    of("destination.mac", "Connection.DstMAC", ecsMac),
    of("destination.packets", "Connection.TotalPacketsServerToClient", same),
    of(
      "destination.bytes",
      "Connection.TotalIPBytesServerToClient",
      same,
      "of IP, without padding",
    ),
    ofAll(
      "related.ip",
      ["Connection.SrcIP", "Connection.DstIP"],
      (a = "", b = "") => [a, b],
      "both",
    ),
    of(
      "network.type",
      "Connection.NetworkProto",
      (name) => text(name.toLowerCase()),
      "`ipv4`, `ipv6`",
    ),
    of(
      "network.transport",
      "Connection.IPProtocol",
      (protocol) => TRANSPORTS[protocol],
      "IANA's name in small letters, of those that are usual",
    ),
    of("network.iana_number", "Connection.IPProtocol", (protocol) => String(protocol)),
    of(
      "network.protocol",
      "Connection.ApplicationProto",
      (name) => text(PROTOCOLS.get(name) ?? name.toLowerCase()),
      "in small letters; `dhcp` for DHCPv4",
    ),
    of("network.community_id", "Connection.CommunityID", text),
    ofAll(
      "network.packets",
      ["Connection.TotalPacketsClientToServer", "Connection.TotalPacketsServerToClient"],
      (a = 0n, b = 0n) => a + b,
      "the sum",
    ),
    ofAll(
      "network.bytes",
      ["Connection.TotalIPBytesClientToServer", "Connection.TotalIPBytesServerToClient"],
      (a = 0n, b = 0n) => a + b,
      "the sum",
    ),
    of("network.vlan.id", "Connection.VLANs", vlan(0), "the outer tag"),
    of("network.inner.vlan.id", "Connection.VLANs", vlan(1), "the inner tag"),
    of("farcap.connection.state", "Connection.TCPState", text, "of TCP, as in Zeek's conn.log"),
    of("farcap.connection.history", "Connection.TCPHistory", text, "of TCP, as in Zeek's conn.log"),
  ],
  missing: [
    ["network.direction", "which networks are inside only the reader knows"],
    ["source.geo, source.as, destination.geo, destination.as", "an ingest pipeline can add them"],
  ],
};

function vlan(at: number) {
  return (tags: readonly number[]) => tags[at] === undefined ? undefined : String(tags[at]);
}
