import { parseIp } from "../../base/text/parse_ip.ts";
import { answerOf, isAnswer } from "../../follow/icmp_pairs.ts";
import type { Connection } from "../../../proto/gen/netcap_pb.ts";

/** What a flow record tells, of both directions; side 0 is the client. */
export interface IpfixFlow {
  readonly isIpv6: boolean;
  /** In milliseconds since 1970, of all packets of the record. */
  readonly startMs: bigint;
  readonly endMs: bigint;
  readonly addresses: readonly [Uint8Array, Uint8Array];
  readonly macs: readonly [Uint8Array, Uint8Array];
  /** 0 where there are none, or they are not known. */
  readonly ports: readonly [number, number];
  readonly protocol: number;
  readonly packets: readonly [bigint, bigint];
  /** IP packets without padding. */
  readonly octets: readonly [bigint, bigint];
  readonly tcpFlags: readonly [number, number];
  /** Type of ICMP in the upper byte, code in the lower. */
  readonly icmp: readonly [number, number];
  readonly endReason: number;
  /** The outer tag and the inner one; 0 for none. */
  readonly vlans: readonly [number, number];
  readonly id: bigint;
}

/** The values of flowEndReason (136), RFC 5102, section 5.11.3. */
const END_REASONS: ReadonlyMap<string, number> = new Map(Object.entries({
  ...{ idle: 1, active: 2, fin: 3, rst: 3, replaced: 3, end: 4, evicted: 5 },
}));
const TCP = 6;
const ICMP = 1;
const ICMPV6 = 58;

/** The flow of a record; undefined when its addresses are none, as pseudonyms in some forms are. */
export function ipfixFlow(connection: Connection): IpfixFlow | undefined {
  const addresses = pair(connection.SrcIP, connection.DstIP, addressOf);
  const [{ length }, { length: other }] = addresses;
  if (length === 0 || length !== other) return undefined;
  const { IPProtocol: protocol } = connection;
  return {
    isIpv6: length === 16,
    startMs: millis(connection.TimestampFirst),
    endMs: millis(connection.TimestampLast),
    addresses,
    macs: pair(connection.SrcMAC, connection.DstMAC, macOf),
    ports: pair(connection.SrcPort, connection.DstPort, Number),
    protocol,
    packets: [connection.PacketsClientToServer, connection.PacketsServerToClient],
    octets: [connection.IPBytesClientToServer, connection.IPBytesServerToClient],
    tcpFlags: protocol === TCP ? tcpFlags(connection) : [0, 0],
    icmp: protocol === ICMP || protocol === ICMPV6 ? icmp(connection, addresses[1]) : [0, 0],
    endReason: END_REASONS.get(connection.EndReason) ?? 0,
    vlans: [connection.VLANs[0] ?? 0, connection.VLANs[1] ?? 0],
    id: connection.ConnectionID,
  };
}

function pair<From, To>(first: From, second: From, map: (value: From) => To): [To, To] {
  return [map(first), map(second)];
}

/** Times before 1970 have no place: they become 1970. */
function millis(nanos: bigint): bigint {
  return nanos > 0n ? nanos / 1_000_000n : 0n;
}

const encoder = new TextEncoder();

function addressOf(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  const address = new Uint8Array(16);
  return address.subarray(0, parseIp(bytes, 0, bytes.length, address));
}

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const NO_MAC = new Uint8Array(6);

function macOf(text: string): Uint8Array {
  return MAC.test(text) ? Uint8Array.fromHex(text.replaceAll(":", "")) : NO_MAC;
}

/** By direction; records of 0.2.0 tell them of both directions together. */
function tcpFlags(connection: Connection): [number, number] {
  const [client, server] = [connection.TCPFlagsClientToServer, connection.TCPFlagsServerToClient];
  if ((client | server) !== 0) return [client, server];
  const counts = [
    connection.NumFINFlags,
    connection.NumSYNFlags,
    connection.NumRSTFlags,
    connection.NumPSHFlags,
    connection.NumACKFlags,
    connection.NumURGFlags,
    connection.NumECEFlags,
    connection.NumCWRFlags,
  ];
  const both = counts.reduce((flags, count, bit) => count > 0 ? flags | (1 << bit) : flags, 0);
  return [both, both];
}

/**
 * The record has those of the first message, which the server has sent if it is an answer to one host. The
 * other side's are of what answers it, or is answered by it.
 */
function icmp(
  { IPProtocol, ICMPType, ICMPCode }: Connection,
  server: Uint8Array,
): [number, number] {
  const first = (ICMPType << 8) | ICMPCode;
  const other = answerOf(IPProtocol, ICMPType);
  if (other < 0) return [first, first];
  const isOfServer = isAnswer(IPProtocol, ICMPType) && !isToMany(server);
  return isOfServer ? [other << 8, first] : [first, other << 8];
}

/** A group of hosts. RFC 1112, section 4; RFC 4291, section 2.7. */
function isToMany(address: Uint8Array): boolean {
  return address.length === 16 ? address[0] === 0xff : address[0]! >> 4 === 0xe;
}
