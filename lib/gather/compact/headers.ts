/**
 * Which headers a compact batch codes: the outermost of each packet, as far as they are among those
 * that most packets have. The kernel finds them (`kernel/find_shape.ts`).
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
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
}

const STACKS: readonly Stack[] = [
  { ipVersion: 0, protocol: OTHER, protocolBytes: 0 },
  { ipVersion: 4, protocol: OTHER, protocolBytes: 0 },
  { ipVersion: 4, protocol: TCP, protocolBytes: 20 },
  { ipVersion: 4, protocol: UDP, protocolBytes: 8 },
  { ipVersion: 4, protocol: ICMPV4, protocolBytes: 8 },
  { ipVersion: 6, protocol: TCP, protocolBytes: 20 },
  { ipVersion: 6, protocol: UDP, protocolBytes: 8 },
  { ipVersion: 6, protocol: ICMPV6, protocolBytes: 4 },
];
const IP_BYTES = { 0: 0, 4: 20, 6: 40 } as const;
const LINK_TYPES = [LinkType.Ethernet, LinkType.LinuxSll, LinkType.LinuxSll2] as const;
const LINK_NAMES: readonly string[] = ["Ethernet", "LinuxSll", "LinuxSll2"];
const LINK_BYTES: readonly number[] = [14, 16, 20];
const TAG_BYTES = 4;
const MAX_TAGS = 2;

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
  /** Where the headers end, without TCP's options. */
  readonly minBytes: number;
  readonly layers: number;

  constructor(link: number, tags: number, stack: number) {
    const { ipVersion, protocol, protocolBytes } = STACKS[stack]!;
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
    this.minBytes = this.protocolAt + protocolBytes;
    this.layers = 1 + tags + (ipVersion === 0 ? 0 : protocol === OTHER ? 1 : 2);
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
