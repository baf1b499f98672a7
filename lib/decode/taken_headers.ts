/** Headers that are taken from packets as they are, instead of having their records made. */
import { u16 } from "../base/bytes/bytes.ts";
import type { Packet } from "./packet.ts";
import { FIRST_ETHER_TYPE } from "./routes.ts";

/** Who takes them. */
export interface HeaderTaker {
  /** The headers that were last taken. */
  readonly taken: TakenHeaders;
  /** Whether they are of TCP or UDP, and nobody decodes what is behind them, if anything is. */
  readonly isPlain: boolean;
  /** Says that nobody decodes what is behind them, nor what packets with the same ports carry. */
  leadsNowhere(): void;
  /** Whether it takes headers of that packet, see {@linkcode PacketHandler.packet}. */
  take(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): boolean;
}

/**
 * The outermost headers of a packet: a link header whose last two bytes are the EtherType, or a length,
 * perhaps IP without options, perhaps TCP, UDP or ICMP. Places count from the packet's beginning.
 */
export interface TakenHeaders {
  /** The name of the innermost one's decoder. */
  readonly name: string;
  /** How many headers they are. */
  readonly layers: number;
  readonly addressesAt: number;
  /** Of one address; 0 without IP. */
  readonly addressBytes: number;
  /** Where the IP header ends. */
  readonly protocolAt: number;
  /** The protocol behind IP, -1 where its header was not taken. */
  readonly protocol: number;
  /** Where its VLAN tags begin, the type of each behind it, and how many they are. */
  readonly tagsAt: number;
  readonly tags: number;
  /** Where the headers of the packet that begins at `at` end. */
  headerBytes(bytes: Uint8Array, at: number): number;
  /** Where that packet ends by its IP header; with no IP, where the link header does. */
  wireBytes(bytes: Uint8Array, at: number): number;
}

/** Protocols of IP behind which headers are taken. */
export const ICMPV4 = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMPV6 = 58;
/** The EtherType that stands for what a frame with a length holds. IEEE 802.1AC-2016, 12.2. */
const LLC = 0x8870;
const TAG_BYTES = 4;
const IPV6_BYTES = 40;
/** More fragments, or an offset. */
const FRAGMENT = 0x3fff;

/** Leads behind headers that were taken, as their decoders would have. */
export function passHeaders(p: Packet, headers: TakenHeaders): void {
  const { bytes, at, routes } = p;
  const { addressesAt, addressBytes, protocol, protocolAt } = headers;
  p.next = undefined;
  p.at = at + headers.headerBytes(bytes, at);
  const tagsEnd = at + headers.tagsAt + TAG_BYTES * headers.tags;
  for (let tagAt = at + headers.tagsAt; tagAt < tagsEnd; tagAt += TAG_BYTES) {
    p.enterVlan(u16(bytes, tagAt) & 0xfff);
  }
  if (addressBytes === 0) {
    const typeOrLength = u16(bytes, p.at - 2);
    if (typeOrLength >= FIRST_ETHER_TYPE) return p.follow(routes.etherType, typeOrLength);
    p.end = Math.min(p.end, p.at + typeOrLength); // drops padding
    p.next = routes.etherType.of(LLC);
    return;
  }
  p.ipBytes = addressBytes;
  p.srcIpAt = at + addressesAt;
  p.dstIpAt = at + addressesAt + addressBytes;
  p.end = Math.min(p.end, at + headers.wireBytes(bytes, at));
  if (addressBytes === 4) {
    const ipAt = p.srcIpAt - 12;
    p.enterIp(4, ipAt, u16(bytes, ipAt + 2), bytes[ipAt + 9]!, at + protocolAt);
    const fragment = u16(bytes, ipAt + 6);
    if ((fragment & FRAGMENT) !== 0) {
      p.enterFragment(8 * (fragment & 0x1fff), (fragment & 0x2000) !== 0, u16(bytes, ipAt + 4));
    }
  } else {
    const ipAt = p.srcIpAt - 8;
    p.enterIp(6, ipAt, IPV6_BYTES + u16(bytes, ipAt + 4), bytes[ipAt + 6]!, at + protocolAt);
  }
  switch (protocol) {
    case ICMPV4:
      return;
    case ICMPV6:
      p.next = routes.icmpv6Type.of(bytes[at + protocolAt]!);
      return;
    case TCP:
    case UDP: {
      p.takenIpAt = p.ipAt;
      p.srcPort = u16(bytes, at + protocolAt);
      p.dstPort = u16(bytes, at + protocolAt + 2);
      const udpBytes = protocol === UDP ? u16(bytes, at + protocolAt + 4) : 0;
      if (at + protocolAt + udpBytes > p.end) p.isCut = true;
      if (udpBytes !== 0) p.end = Math.min(p.end, at + protocolAt + udpBytes);
      if (p.at >= p.end) return; // an acknowledgement alone: most tables are not in the cache
      const ports = protocol === TCP ? routes.tcpPort : routes.udpPort;
      p.next = p.application = ports.of(p.dstPort) ?? ports.of(p.srcPort);
      return;
    }
    default: // IPv4 alone
      if ((u16(bytes, p.at - 14) & FRAGMENT) === 0) p.follow(routes.ipProtocol, bytes[p.at - 11]!);
  }
}
