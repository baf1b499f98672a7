/** How much a packet counts. */
import { bits32, u16 } from "../base/bytes/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "../decode/taken_headers.ts";
import { SCTP } from "./flow_key.ts";

const UDP_HEADER_BYTES = 8;
const ICMP_HEADER_BYTES = 8;
const SCTP_HEADER_BYTES = 12;
const TCP_HEADER_BYTES = 20;
/** What is behind the header of IPv6 that says it, without a jumbo option: none. RFC 8200, section 4.7. */
const NO_NEXT_HEADER = 59;

/** Sizes of one packet, in bytes; one object serves all. */
export class Size {
  /** Of the IP packet as its header says, whatever was captured; padding of the frame left out. */
  ipBytes = 0;
  /** Whether the header says it: 0 is what network cards leave to be filled in. */
  hasLength = true;
  /** What is behind the headers of IP and of TCP, UDP, SCTP or ICMP. */
  payloadAt = 0;
  payloadBytes = 0;
}

/** Measures a packet that has an IP header. */
export function measure(p: Packet, size: Size): void {
  const { bytes, ipAt, transportAt, frameEnd } = p;
  const ipEnd = ipAt + p.ipLength;
  size.ipBytes = p.ipLength;
  size.hasLength = p.ipVersion === 4
    ? u16(bytes, ipAt + 2) !== 0
    : u16(bytes, ipAt + 4) !== 0 || p.protocol === NO_NEXT_HEADER;
  let end = ipEnd;
  let at = transportAt;
  if (p.fragmentOffset <= 0) {
    switch (p.protocol) {
      case TCP:
        at += transportAt + TCP_HEADER_BYTES <= frameEnd
          ? 4 * (bytes[transportAt + 12]! >> 4)
          : TCP_HEADER_BYTES;
        break;
      case UDP: {
        at += UDP_HEADER_BYTES;
        const length = at <= frameEnd ? u16(bytes, transportAt + 4) : 0;
        if (length >= UDP_HEADER_BYTES) end = Math.min(end, transportAt + length);
        break;
      }
      case SCTP:
        at += SCTP_HEADER_BYTES;
        break;
      case ICMPV4:
      case ICMPV6:
        at += ICMP_HEADER_BYTES;
        break;
    }
  }
  size.payloadAt = at;
  size.payloadBytes = Math.max(0, end - at);
}

/**
 * A number that packets of one direction have in common only if they are the same: of TCP and UDP with
 * an identification of IPv4, or with payload. 0 for all others.
 */
export function printOf(p: Packet, payloadBytes: number): number {
  const { bytes, ipAt, transportAt: at } = p;
  if (p.protocol !== TCP && p.protocol !== UDP) return 0;
  if (p.fragmentOffset >= 0 || at + UDP_HEADER_BYTES > p.frameEnd) return 0;
  const id = p.ipVersion === 4 ? u16(bytes, ipAt + 4) : 0;
  if (id === 0 && payloadBytes === 0) return 0;
  let print = Math.imul(id ^ (p.ipLength << 16), 0x9e3779b1);
  print = Math.imul(print ^ (print >>> 15) ^ bits32(bytes, at + 4), 0x85ebca6b);
  if (at + TCP_HEADER_BYTES <= p.frameEnd) {
    print = Math.imul(print ^ (print >>> 13) ^ bits32(bytes, at + 8), 0xc2b2ae35);
    print = Math.imul(print ^ (print >>> 15) ^ bits32(bytes, at + 16), 0x9e3779b1);
  }
  return print | 1;
}

/** Whether it is ICMP, of either version. */
export function isIcmp(protocol: number): boolean {
  return protocol === ICMPV4 || protocol === ICMPV6;
}

/** Whether it goes to a group of hosts. RFC 1112, section 4; RFC 4291, section 2.7. */
export function isToMany({ bytes, ipAt, ipVersion }: Packet): boolean {
  return ipVersion === 4 ? bytes[ipAt + 16]! >> 4 === 0xe : bytes[ipAt + 24] === 0xff;
}
