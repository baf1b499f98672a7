import { typeNumber } from "../base/record/record_types.ts";
import type { RecordSink } from "../base/record/record_sink.ts";
import { tagsOf } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import { ICMPV4, ICMPV6, TCP } from "../decode/taken_headers.ts";
import { TUNNEL_NAMES } from "../decode/tunnels.ts";
import { ConnectionSchema } from "../../proto/netcap_tags.ts";
import { type AddressPseudonyms, rewrittenPair } from "./address_pseudonyms.ts";
import { communityId } from "./community_id.ts";
import { type ConnectionTable, IS_REPLY, Num, Word } from "./connection_table.ts";
import type { Connections } from "./connections.ts";
import { BOTH_SEEN, Fact } from "./facts.ts";
import { isPorted, KeyWord, SCTP } from "./flow_key.ts";
import { answerOf, isEcho } from "./icmp_pairs.ts";
import { netcapUid } from "./netcap_uid.ts";
import { linkName, protocolName } from "./protocol_names.ts";
import { historyOf } from "./tcp_history.ts";
import { tcpStateOf } from "./tcp_state.ts";

const CONNECTION = typeNumber("Connection");
const TAG = tagsOf(ConnectionSchema);
const MAX_INT32 = 0x7fffffff;
const MAC_BYTES = 6;
/** Protocols for which Community ID has ports. */
const UDP = 17;

/** Why a record is written. Those of `Active` are followed by another of the same connection. */
export type EndReason = "active" | "fin" | "rst" | "replaced" | "idle" | "evicted" | "end";

/** Writes `Connection` records. */
export class ConnectionRecords {
  readonly #table: ConnectionTable;
  readonly #connections: Connections;
  readonly #sink: RecordSink;
  readonly #pseudonyms: AddressPseudonyms | undefined;

  /** @param pseudonyms Stand in place of addresses in identifiers, and nowhere else. */
  constructor(
    table: ConnectionTable,
    connections: Connections,
    sink: RecordSink,
    pseudonyms?: AddressPseudonyms,
  ) {
    this.#table = table;
    this.#connections = connections;
    this.#sink = sink;
    this.#pseudonyms = pseudonyms;
  }

  /** Writes what came since the last record of the connection, with its totals if it has ended. */
  write(row: number, reason: EndReason): void {
    const out = this.#sink.begin(CONNECTION);
    const table = this.#table;
    const { numbers, words } = table;
    const n = table.numbersAt(row);
    const w = table.wordsAt(row);
    const facts = words[w + Word.Facts]!;
    const meta = words[w + Word.Key + KeyWord.Meta]!;
    const protocol = meta & 0xff;
    const version = (meta >> 8) & 0xff;
    const tunnel = (meta >> 16) & 0xff;
    const isTcp = protocol === TCP;
    const isLast = reason !== "active";
    const both = (field: number) => numbers[n + field]! + numbers[n + field + 1]!;
    const packets = words[w + Word.Packets]! + words[w + Word.Packets + 1]!;
    this.#writeEnds(out, row, n, w, protocol, version);
    out.uint32(TAG.TotalSize, Math.min(MAX_INT32, both(Num.Bytes)));
    out.uint32(TAG.AppPayloadSize, Math.min(MAX_INT32, both(Num.PayloadBytes)));
    out.uint32(TAG.NumPackets, Math.min(MAX_INT32, packets));
    out.ascii(TAG.UID, netcapUid(words, w + Word.UidHashes));
    this.#writeTimes(out, n, w);
    out.count(TAG.BytesServerToClient, numbers[n + Num.Bytes + 1]!);
    out.count(TAG.BytesClientToServer, numbers[n + Num.Bytes]!);
    if (isTcp) this.#writeFlags(out, n, w, packets);
    out.int64(TAG.ConnectionID, this.#connections.id(row));
    out.uint32(TAG.Part, words[w + Word.Part]! + 1);
    out.ascii(TAG.EndReason, reason);
    out.uint32(TAG.IPProtocol, protocol);
    writeVlans(out, words[w + Word.Key + KeyWord.Vlans]!);
    out.ascii(TAG.Tunnel, TUNNEL_NAMES[tunnel]!);
    out.uint32(TAG.TunnelID, this.#connections.tunnelId(row));
    out.count(TAG.PacketsClientToServer, words[w + Word.Packets]!);
    out.count(TAG.PacketsServerToClient, words[w + Word.Packets + 1]!);
    out.count(TAG.IPBytesClientToServer, numbers[n + Num.IpBytes]!);
    out.count(TAG.IPBytesServerToClient, numbers[n + Num.IpBytes + 1]!);
    out.count(TAG.PayloadBytesClientToServer, numbers[n + Num.PayloadBytes]!);
    out.count(TAG.PayloadBytesServerToClient, numbers[n + Num.PayloadBytes + 1]!);
    if (isLast) this.#writeTotals(out, n, w);
    if (isTcp) {
      out.ascii(TAG.TCPState, tcpStateOf(facts));
      out.ascii(TAG.TCPHistory, historyOf(table, row));
      out.bool(TAG.BeginningSeen, (facts & Fact.BeginningSeen) !== 0);
      if ((facts & Fact.HandshakeTimed) !== 0) {
        out.count(TAG.HandshakeTime, Math.max(0, numbers[n + Num.Handshake]!));
      }
      out.uint32(TAG.RetransmittedClientToServer, words[w + Word.Retransmitted]!);
      out.uint32(TAG.RetransmittedServerToClient, words[w + Word.Retransmitted + 1]!);
      out.uint32(TAG.OutOfOrderClientToServer, words[w + Word.OutOfOrder]!);
      out.uint32(TAG.OutOfOrderServerToClient, words[w + Word.OutOfOrder + 1]!);
    }
    out.uint32(TAG.NumDoubled, words[w + Word.Doubled]!);
    out.uint32(TAG.NumSuperPackets, words[w + Word.SuperPackets]!);
    out.uint32(TAG.NumWithoutLength, words[w + Word.WithoutLength]!);
    out.uint32(TAG.NumFragments, words[w + Word.Fragments]!);
    out.bool(TAG.OneSided, isOneSided(table, row));
    this.#writeKind(out, row, w, meta);
    if (isTcp) {
      out.uint32(TAG.TCPFlagsClientToServer, (words[w + Word.LinkType]! >> 16) & 0xff);
      out.uint32(TAG.TCPFlagsServerToClient, words[w + Word.LinkType]! >>> 24);
    }
    this.#sink.commit(CONNECTION);
  }

  /** Who and what: the fields up to the ports. */
  #writeEnds(
    out: WireWriter,
    row: number,
    n: number,
    w: number,
    protocol: number,
    version: number,
  ): void {
    const { numbers, words } = this.#table;
    const connections = this.#connections;
    out.nanos(TAG.TimestampFirst, numbers[n + Num.PartSec]!, words[w + Word.PartNsec]!);
    out.ascii(TAG.LinkProto, linkName(words[w + Word.LinkType]! & 0xffff));
    out.ascii(TAG.NetworkProto, version === 4 ? "IPv4" : "IPv6");
    out.ascii(TAG.TransportProto, protocolName(protocol));
    out.ascii(TAG.ApplicationProto, connections.application(row));
    const { bytes } = connections;
    const macBytes = connections.hasMacs(row) ? MAC_BYTES : 0;
    out.macText(TAG.SrcMAC, bytes, connections.macAt(row, 0), macBytes);
    out.macText(TAG.DstMAC, bytes, connections.macAt(row, 1), macBytes);
    const hasPorts = isPorted(protocol) && connections.knowsPorts(row);
    out.ipText(TAG.SrcIP, bytes, connections.addressAt(row, 0), connections.addressBytes(row));
    if (hasPorts) writePort(out, TAG.SrcPort, connections.port(row, 0));
    out.ipText(TAG.DstIP, bytes, connections.addressAt(row, 1), connections.addressBytes(row));
    if (hasPorts) writePort(out, TAG.DstPort, connections.port(row, 1));
  }

  #writeTimes(out: WireWriter, n: number, w: number): void {
    const { numbers, words } = this.#table;
    const [sec, nsec] = [numbers[n + Num.LastSec]!, words[w + Word.LastNsec]!];
    out.nanos(TAG.TimestampLast, sec, nsec);
    const seconds = sec - numbers[n + Num.PartSec]!;
    const nanos = nsec - words[w + Word.PartNsec]!;
    if (nanos < 0) out.nanos(TAG.Duration, seconds - 1, nanos + 1e9);
    else out.nanos(TAG.Duration, seconds, nanos);
  }

  #writeFlags(out: WireWriter, n: number, w: number, packets: number): void {
    const { numbers, words } = this.#table;
    FLAG_TAGS.forEach((tag, i) => out.uint32(tag, words[w + Word.TcpFlags + i]!));
    out.uint32(TAG.MeanWindowSize, Math.round(numbers[n + Num.WindowSum]! / packets));
  }

  #writeTotals(out: WireWriter, n: number, w: number): void {
    const { numbers, words } = this.#table;
    out.nanos(TAG.TimestampStart, numbers[n + Num.StartSec]!, words[w + Word.StartNsec]!);
    for (const side of [0, 1]) {
      const packets = numbers[n + Num.PastPackets + side]! + words[w + Word.Packets + side]!;
      out.count(PACKET_TOTALS[side]!, packets);
    }
    for (const { tags, past, now } of TOTALS) {
      for (const side of [0, 1]) {
        out.count(tags[side]!, numbers[n + past + side]! + numbers[n + now + side]!);
      }
    }
  }

  /** Its identifiers, and what ICMP has instead of ports. */
  #writeKind(out: WireWriter, row: number, w: number, meta: number): void {
    const { words } = this.#table;
    const connections = this.#connections;
    const protocol = meta & 0xff;
    const isIcmp = protocol === ICMPV4 || protocol === ICMPV6;
    const isKnown = connections.knowsPorts(row);
    if (isPorted(protocol) && !isKnown) out.bool(TAG.PortsUnknown, true);
    const first = words[w + Word.IcmpFirst]!;
    const [type, code] = [(first >> 8) & 0xff, first & 0xff];
    const answer = isIcmp ? answerOf(protocol, type) : -1;
    const ports: readonly [number, number] | undefined = isIcmp
      ? answer < 0 ? [type, code] : (first & IS_REPLY) !== 0 ? [answer, type] : [type, answer]
      : protocol === TCP || protocol === UDP || protocol === SCTP
      ? [connections.port(row, 0), connections.port(row, 1)]
      : undefined;
    if (isKnown || !(isPorted(protocol) || isIcmp)) {
      const isOneWay = isIcmp && answer < 0;
      out.ascii(TAG.CommunityID, this.#communityId(row, protocol, ports, isOneWay));
      out.ascii(TAG.CommunityIDHeader, (meta >> 16) & 0xff ? "innermost" : "only");
    }
    if (!isIcmp || !isKnown) return;
    out.uint32(TAG.ICMPType, type);
    out.uint32(TAG.ICMPCode, code);
    if (isEcho(protocol, type)) {
      out.uint32(TAG.ICMPIdentifier, words[w + Word.Key + KeyWord.Ports]! & 0xffff);
    }
  }

  #communityId(
    row: number,
    protocol: number,
    ports: readonly [number, number] | undefined,
    isOneWay: boolean,
  ): string {
    const connections = this.#connections;
    const { bytes } = connections;
    const [src, dst] = [connections.addressAt(row, 0), connections.addressAt(row, 1)];
    const length = connections.addressBytes(row);
    if (this.#pseudonyms === undefined) {
      return communityId(bytes, src, dst, length, protocol, ports, isOneWay);
    }
    const pseudonyms = this.#pseudonyms;
    const rewritten = rewrittenPair(
      bytes,
      [src, length],
      [dst, length],
      (ip) => pseudonyms.ip(ip, length),
    );
    return communityId(rewritten, 0, length, length, protocol, ports, isOneWay);
  }
}

const FLAG_TAGS = [
  TAG.NumFINFlags,
  TAG.NumRSTFlags,
  TAG.NumACKFlags,
  TAG.NumSYNFlags,
  TAG.NumURGFlags,
  TAG.NumECEFlags,
  TAG.NumPSHFlags,
  TAG.NumCWRFlags,
  TAG.NumNSFlags,
];
const PACKET_TOTALS = [TAG.TotalPacketsClientToServer, TAG.TotalPacketsServerToClient];
const TOTALS = [
  {
    tags: [TAG.TotalBytesClientToServer, TAG.TotalBytesServerToClient],
    past: Num.PastBytes,
    now: Num.Bytes,
  },
  {
    tags: [TAG.TotalIPBytesClientToServer, TAG.TotalIPBytesServerToClient],
    past: Num.PastIpBytes,
    now: Num.IpBytes,
  },
  {
    tags: [TAG.TotalPayloadBytesClientToServer, TAG.TotalPayloadBytesServerToClient],
    past: Num.PastPayloadBytes,
    now: Num.PayloadBytes,
  },
];

/** Whether one side of a TCP connection was never seen though the other acknowledges what it has sent. */
export function isOneSided(table: ConnectionTable, row: number): boolean {
  const { words } = table;
  const w = table.wordsAt(row);
  if ((words[w + Word.Key + KeyWord.Meta]! & 0xff) !== TCP) return false;
  if ((words[w + Word.Facts]! & BOTH_SEEN) === BOTH_SEEN) return false;
  return (words[w + Word.History]! & ACKNOWLEDGES) !== 0;
}

/** Letters `a` of either side in the history. */
const ACKNOWLEDGES = 4 | (4 << 16);

function writePort(out: WireWriter, tag: typeof TAG.SrcPort, port: number): void {
  const mark = out.open(tag);
  out.decimal(port);
  out.close(mark);
}

/** The outer tag first. */
function writeVlans(out: WireWriter, vlans: number): void {
  if (vlans === 0) return;
  const mark = out.open(TAG.VLANs as number as typeof TAG.Tunnel);
  for (const id of [vlans >> 12, vlans & 0xfff]) {
    if (id === 0) continue;
    if (id >= 0x80) {
      out.byte((id & 0x7f) | 0x80);
      out.byte(id >> 7);
    } else out.byte(id);
  }
  out.close(mark);
}
