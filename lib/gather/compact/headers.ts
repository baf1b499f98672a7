/**
 * Which headers a compact batch codes: the outermost of each packet, as far as they are among those
 * that most packets have. Everything else goes as records.
 */
import { u16 } from "../../base/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import type { TakenHeaders } from "../../decode/taken_headers.ts";

/** Room for the longest: a cooked or tagged link header, IPv6, TCP with all options. */
export const MAX_HEADER_BYTES = 128;
export const TCP = 6;
export const UDP = 17;
export const ICMPV4 = 1;
export const ICMPV6 = 58;
/** Stands for IP alone: what it carries is not coded. */
export const OTHER = -1;

/** What follows the link header, by the number of the stack. */
interface Stack {
  /** 0: nothing that is coded. */
  readonly ipVersion: 0 | 4 | 6;
  readonly protocol: number;
  /** Of the header behind IP, without TCP's options. */
  readonly protocolBytes: number;
  /** Where that header has bytes that seldom change within a flow. */
  readonly habits: readonly number[];
}

const STACKS: readonly Stack[] = [
  { ipVersion: 0, protocol: OTHER, protocolBytes: 0, habits: [] },
  { ipVersion: 4, protocol: OTHER, protocolBytes: 0, habits: [] },
  { ipVersion: 4, protocol: TCP, protocolBytes: 20, habits: [12, 18, 19] },
  { ipVersion: 4, protocol: UDP, protocolBytes: 8, habits: [] },
  { ipVersion: 4, protocol: ICMPV4, protocolBytes: 8, habits: [0, 1, 4, 5] },
  { ipVersion: 6, protocol: TCP, protocolBytes: 20, habits: [12, 18, 19] },
  { ipVersion: 6, protocol: UDP, protocolBytes: 8, habits: [] },
  { ipVersion: 6, protocol: ICMPV6, protocolBytes: 4, habits: [0, 1] },
];
/** Stacks by version of IP, then by protocol; 0 and 1 are for what is not in it. */
const STACK_OF: ReadonlyMap<number, number> = new Map(
  STACKS.map(({ ipVersion, protocol }, number) => [ipVersion * 256 + protocol, number]),
);
/** In the header of IP: type of service, fragmentation, TTL; traffic class, flow label, hop limit. */
const IP_HABITS = { 0: [], 4: [1, 6, 7, 8], 6: [0, 1, 2, 3, 7] } as const;
const IP_BYTES = { 0: 0, 4: 20, 6: 40 } as const;
/**
 * IP protocols behind which ports are looked for (decode/network/ports.ts), but for those that are
 * coded: they go as records.
 */
const LEADING_TO_PORTS = new Set([0, 4, 6, 17, 41, 43, 44, 47, 51, 60, 94, 132, 136]);

const LINK_TYPES = [LinkType.Ethernet, LinkType.LinuxSll, LinkType.LinuxSll2] as const;
const LINK_NAMES: readonly string[] = ["Ethernet", "LinuxSll", "LinuxSll2"];
const LINK_BYTES: readonly number[] = [14, 16, 20];
/** Where an untagged link header of that kind has its EtherType. */
const ETHER_TYPE_AT: readonly number[] = [12, 14, 0];
/** Where a cooked header has the hardware type of its interface. */
const HARDWARE_TYPE_AT: readonly number[] = [0, 2, 8];
/** Hardware types with which a cooked header has no EtherType: radiotap, Frame Relay, netlink. */
const WITHOUT_ETHER_TYPE = [803, 770, 824];
const FIRST_ETHER_TYPE = 0x600;
const TAG_BYTES = 4;
const MAX_TAGS = 2;
const FRAGMENT = 0x3fff;

/** How many shapes there are: kind of link header (2 bits), its tags (2), what follows (3). */
export const SHAPES = 128;

/**
 * The headers of one packet, or of one flow: a number for their sequence, and where each begins.
 * Places count from the beginning of the packet. One object serves all packets.
 */
export class Shape implements TakenHeaders {
  number = -1;
  linkType = 0;
  name = "";
  isEthernet = false;
  /** VLAN tags. */
  tags = 0;
  ipVersion: 0 | 4 | 6 = 0;
  /** What is coded behind IP, or `OTHER`. */
  protocol = 0;
  /** Length of the link header with its tags. */
  linkBytes = 0;
  addressesAt = 0;
  /** Of one address; 0 without IP. */
  addressBytes = 0;
  /** Where the IP header ends. */
  protocolAt = 0;
  /** Where the headers end, without TCP's options. */
  minBytes = 0;
  layers = 0;
  /** Where bytes are that are mostly those of the flow's last packet, at most 8. */
  habits: readonly number[] = [];

  /** Sets everything from the number; false for one that is no shape's. */
  set(number: number): boolean {
    if (number === this.number) return true;
    const link = number & 3;
    const tags = (number >> 2) & 3;
    const stack = STACKS[number >> 4];
    if (stack === undefined || link >= LINK_TYPES.length || tags > MAX_TAGS) return false;
    const { ipVersion, protocol, protocolBytes } = stack;
    this.number = number;
    this.linkType = LINK_TYPES[link]!;
    this.isEthernet = link === 0;
    this.tags = tags;
    this.name = ipVersion === 4 && protocol === OTHER
      ? "IPv4"
      : tags > 0
      ? "Dot1Q"
      : LINK_NAMES[link]!;
    this.ipVersion = ipVersion;
    this.protocol = protocol;
    this.linkBytes = LINK_BYTES[link]! + TAG_BYTES * tags;
    this.addressesAt = this.linkBytes + (ipVersion === 6 ? 8 : ipVersion === 4 ? 12 : 0);
    this.addressBytes = ipVersion === 6 ? 16 : ipVersion;
    this.protocolAt = this.linkBytes + IP_BYTES[ipVersion];
    this.minBytes = this.protocolAt + protocolBytes;
    this.layers = 1 + tags + (ipVersion === 0 ? 0 : protocol === OTHER ? 1 : 2);
    this.habits = HABITS[number]!;
    return true;
  }

  /** Bytes of the header behind IP that tell flows apart: ports, or nothing. */
  get portBytes(): number {
    return this.protocol === TCP || this.protocol === UDP ? 4 : 0;
  }

  /**
   * Finds the headers of the packet `bytes[at, end)`: of those that are coded as many as are well
   * formed, whole and without options of IPv4. False when the first is not.
   */
  find(bytes: Uint8Array, at: number, end: number, linkType: number): boolean {
    const link: number = LINK_TYPES.indexOf(linkType as typeof LINK_TYPES[number]);
    if (link < 0 || end - at < LINK_BYTES[link]!) return false;
    if (link > 0 && WITHOUT_ETHER_TYPE.includes(u16(bytes, at + HARDWARE_TYPE_AT[link]!))) {
      return false;
    }
    let ipAt = at + LINK_BYTES[link]!;
    let etherType = u16(bytes, at + ETHER_TYPE_AT[link]!);
    let tags = 0;
    while ((etherType === 0x8100 || etherType === 0x88a8) && tags < MAX_TAGS) {
      if (end - ipAt < TAG_BYTES) return false;
      etherType = u16(bytes, ipAt + 2);
      ipAt += TAG_BYTES;
      tags++;
    }
    if (etherType < FIRST_ETHER_TYPE) return false;
    const stack = etherType === 0x0800
      ? stackOfIpv4(bytes, ipAt, end)
      : etherType === 0x86dd
      ? stackOfIpv6(bytes, ipAt, end)
      : 0;
    // A cooked header alone makes no record.
    if (stack === 0 && link > 0 && tags === 0) return false;
    return this.set(link | (tags << 2) | (stack << 4));
  }

  headerBytes(bytes: Uint8Array, at: number): number {
    return this.protocol === TCP
      ? this.protocolAt + (bytes[at + this.protocolAt + 12]! >> 4) * 4
      : this.minBytes;
  }

  wireBytes(bytes: Uint8Array, at: number): number {
    switch (this.ipVersion) {
      case 4:
        return this.linkBytes + u16(bytes, at + this.linkBytes + 2);
      case 6:
        return this.protocolAt + u16(bytes, at + this.linkBytes + 4);
      default:
        return this.linkBytes;
    }
  }
}

/** Whether a shape is that of a link header, and no more. */
export function isLinkAlone(number: number): boolean {
  return number >> 4 === 0;
}

/** The number of a shape's link header alone. */
export function linkOf(number: number): number {
  return number & 0xf;
}

const HABITS: readonly (readonly number[])[] = Array.from({ length: SHAPES }, (_, number) => {
  const { ipVersion, habits } = STACKS[number >> 4]!;
  const ipAt = (LINK_BYTES[number & 3] ?? 0) + TAG_BYTES * ((number >> 2) & 3);
  const protocolAt = ipAt + IP_BYTES[ipVersion];
  return [
    ...IP_HABITS[ipVersion].map((at) => ipAt + at),
    ...habits.map((at) => protocolAt + at),
  ];
});

/** The stack of an IPv4 packet, 0 where its header is not coded. */
function stackOfIpv4(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < IP_BYTES[4] || bytes[at] !== 0x45) return 0;
  const length = u16(bytes, at + 2);
  if (length < IP_BYTES[4]) return 0;
  const protocol = bytes[at + 9]!;
  if ((u16(bytes, at + 6) & FRAGMENT) !== 0) return 1;
  const stack = STACK_OF.get(4 * 256 + protocol) ?? 0;
  const packetEnd = Math.min(end, at + length);
  if (stack > 0 && hasProtocol(protocol, bytes, at + IP_BYTES[4], packetEnd)) return stack;
  return LEADING_TO_PORTS.has(protocol) ? 0 : 1;
}

/** The stack of an IPv6 packet, 0 where its header is not coded. */
function stackOfIpv6(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < IP_BYTES[6] || bytes[at]! >> 4 !== 6) return 0;
  const length = u16(bytes, at + 4);
  const protocolAt = at + IP_BYTES[6];
  const stack = STACK_OF.get(6 * 256 + bytes[at + 6]!) ?? 0;
  const packetEnd = Math.min(end, protocolAt + length);
  return hasProtocol(bytes[at + 6]!, bytes, protocolAt, packetEnd) ? stack : 0;
}

/** Whether the header behind IP is there and one that its decoder takes. */
function hasProtocol(protocol: number, bytes: Uint8Array, at: number, end: number): boolean {
  switch (protocol) {
    case TCP: {
      if (end - at < 20) return false;
      const headerBytes = (bytes[at + 12]! >> 4) * 4;
      return headerBytes >= 20 && at + headerBytes <= end;
    }
    case UDP: {
      if (end - at < 8) return false;
      const length = u16(bytes, at + 4);
      return length === 0 || length >= 8;
    }
    case ICMPV4:
      return end - at >= 8;
    default:
      return end - at >= 4;
  }
}
