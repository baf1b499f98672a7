/**
 * Which headers a compact batch codes: the outermost of each packet, as far as they are among those
 * that most packets have. Everything else goes as records.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { isIsl } from "../../decode/link/ethernet.ts";
import { FIRST_ETHER_TYPE } from "../../decode/routes.ts";
import { ICMPV4, ICMPV6, type TakenHeaders, TCP, UDP } from "../../decode/taken_headers.ts";

/** Room for the longest: a cooked or tagged link header, IPv6, TCP with all options. */
export const MAX_HEADER_BYTES = 128;
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
/** Stacks by version of IP and by protocol; 0 for what is not among them. */
const STACK_OF = { 4: stacksByProtocol(4), 6: stacksByProtocol(6) } as const;
/** In the header of IP: type of service, fragmentation, TTL; traffic class, flow label, hop limit. */
const IP_HABITS = { 0: [], 4: [1, 6, 7, 8], 6: [0, 1, 2, 3, 7] } as const;
const IP_BYTES = { 0: 0, 4: 20, 6: 40 } as const;
/**
 * IP protocols behind which ports are looked for (decode/network/ports.ts), but for those that are
 * coded: they go as records.
 */
const LEADING_TO_PORTS = [0, 4, 6, 17, 41, 43, 44, 47, 51, 60, 94, 132, 136];
const LEADS_TO_PORTS = Uint8Array.from(
  { length: 256 },
  (_, protocol) => LEADING_TO_PORTS.includes(protocol) ? 1 : 0,
);

const LINK_TYPES = [LinkType.Ethernet, LinkType.LinuxSll, LinkType.LinuxSll2] as const;
const LINK_NAMES: readonly string[] = ["Ethernet", "LinuxSll", "LinuxSll2"];
const LINK_BYTES: readonly number[] = [14, 16, 20];
/** Where an untagged link header of that kind has its EtherType. */
const ETHER_TYPE_AT: readonly number[] = [12, 14, 0];
/** Where a cooked header has the hardware type of its interface. */
const HARDWARE_TYPE_AT: readonly number[] = [0, 2, 8];
/** Hardware types with which a cooked header has no EtherType: radiotap, Frame Relay, netlink. */
const WITHOUT_ETHER_TYPE = [803, 770, 824];
const TAG_BYTES = 4;
const MAX_TAGS = 2;
const FRAGMENT = 0x3fff;
/** Not 0 in all fragments but the first, which has ports. */
const FRAGMENT_OFFSET = 0x1fff;

/** How many shapes there are: kind of link header (2 bits), its tags (2), what follows (3). */
export const SHAPES = 128;

/**
 * A sequence of headers: a number for it, and where each begins. Places count from the beginning of
 * the packet.
 */
export class Shape implements TakenHeaders {
  readonly number: number;
  readonly linkType: number;
  readonly name: string;
  readonly isEthernet: boolean;
  /** VLAN tags. */
  readonly tags: number;
  readonly ipVersion: 0 | 4 | 6;
  /** What is coded behind IP, or `OTHER`. */
  readonly protocol: number;
  /** Length of the link header with its tags. */
  readonly linkBytes: number;
  readonly tagsAt: number;
  readonly addressesAt: number;
  /** Of one address; 0 without IP. */
  readonly addressBytes: number;
  /** Where the IP header ends. */
  readonly protocolAt: number;
  /** Bytes of the header behind IP that tell flows apart: ports, or nothing. */
  readonly portBytes: number;
  /** Where the headers end, without TCP's options. */
  readonly minBytes: number;
  readonly layers: number;
  /** Where bytes are that are mostly those of the flow's last packet, at most 8. */
  readonly habits: readonly number[];

  constructor(link: number, tags: number, stack: number) {
    const { ipVersion, protocol, protocolBytes, habits } = STACKS[stack]!;
    this.number = link | (tags << 2) | (stack << 4);
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
    this.tagsAt = LINK_BYTES[link]!;
    this.addressesAt = this.linkBytes + (ipVersion === 6 ? 8 : ipVersion === 4 ? 12 : 0);
    this.addressBytes = ipVersion === 6 ? 16 : ipVersion;
    this.protocolAt = this.linkBytes + IP_BYTES[ipVersion];
    this.portBytes = protocol === TCP || protocol === UDP ? 4 : 0;
    this.minBytes = this.protocolAt + protocolBytes;
    this.layers = 1 + tags + (ipVersion === 0 ? 0 : protocol === OTHER ? 1 : 2);
    this.habits = [
      ...IP_HABITS[ipVersion].map((at) => this.linkBytes + at),
      ...habits.map((at) => this.protocolAt + at),
    ];
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

/** By number; none where a number is no shape's. */
const SHAPE_OF: readonly (Shape | undefined)[] = Array.from({ length: SHAPES }, (_, number) => {
  const link = number & 3;
  const tags = (number >> 2) & 3;
  if (link >= LINK_TYPES.length || tags > MAX_TAGS) return undefined;
  return new Shape(link, tags, number >> 4);
});

/** The shape with that number, which may be any. */
export function shapeOf(number: number): Shape | undefined {
  return SHAPE_OF[number];
}

/**
 * The headers of the packet `bytes[at, end)`: of those that are coded as many as are well formed, whole
 * and without options of IPv4. None when the first is not.
 */
export function findShape(
  bytes: Uint8Array,
  at: number,
  end: number,
  linkType: number,
): Shape | undefined {
  const link = linkOfType(linkType);
  if (link < 0 || end - at < LINK_BYTES[link]!) return undefined;
  if (link > 0 && WITHOUT_ETHER_TYPE.includes(u16(bytes, at + HARDWARE_TYPE_AT[link]!))) {
    return undefined;
  }
  let ipAt = at + LINK_BYTES[link]!;
  let etherType = u16(bytes, at + ETHER_TYPE_AT[link]!);
  let tags = 0;
  while ((etherType === 0x8100 || etherType === 0x88a8) && tags < MAX_TAGS) {
    if (end - ipAt < TAG_BYTES) return undefined;
    etherType = u16(bytes, ipAt + 2);
    ipAt += TAG_BYTES;
    tags++;
  }
  if (etherType < FIRST_ETHER_TYPE && tags === 0 && link === 0 && isIsl(bytes, at)) {
    return undefined;
  }
  const stack = etherType === 0x0800
    ? stackOfIpv4(bytes, ipAt, end)
    : etherType === 0x86dd
    ? stackOfIpv6(bytes, ipAt, end)
    : 0;
  // A cooked header alone makes no record.
  if (stack === 0 && link > 0 && tags === 0) return undefined;
  return SHAPE_OF[link | (tags << 2) | (stack << 4)];
}

function stacksByProtocol(version: 4 | 6): Uint8Array {
  const stacks = new Uint8Array(256);
  STACKS.forEach(({ ipVersion, protocol }, stack) => {
    if (ipVersion === version && protocol !== OTHER) stacks[protocol] = stack;
  });
  return stacks;
}

function linkOfType(linkType: number): number {
  switch (linkType) {
    case LinkType.Ethernet:
      return 0;
    case LinkType.LinuxSll:
      return 1;
    case LinkType.LinuxSll2:
      return 2;
    default:
      return -1;
  }
}

/** The stack of an IPv4 packet, 0 where its header is not coded. */
function stackOfIpv4(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < IP_BYTES[4] || bytes[at] !== 0x45) return 0;
  const length = u16(bytes, at + 2);
  if (length < IP_BYTES[4]) return 0;
  const protocol = bytes[at + 9]!;
  const fragment = u16(bytes, at + 6);
  const stack = (fragment & FRAGMENT) === 0 ? STACK_OF[4][protocol]! : 0;
  const packetEnd = Math.min(end, at + length);
  if (stack > 0 && hasProtocol(protocol, bytes, at + IP_BYTES[4], packetEnd)) return stack;
  return (fragment & FRAGMENT_OFFSET) === 0 && LEADS_TO_PORTS[protocol] === 1 ? 0 : 1;
}

/** The stack of an IPv6 packet, 0 where its header is not coded. */
function stackOfIpv6(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < IP_BYTES[6] || bytes[at]! >> 4 !== 6) return 0;
  const length = u16(bytes, at + 4);
  const protocolAt = at + IP_BYTES[6];
  const protocol = bytes[at + 6]!;
  const stack = STACK_OF[6][protocol]!;
  const packetEnd = Math.min(end, protocolAt + length);
  return hasProtocol(protocol, bytes, protocolAt, packetEnd) ? stack : 0;
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
