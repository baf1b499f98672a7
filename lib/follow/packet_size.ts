/** How much a packet counts. */
import { u16 } from "../base/bytes/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "../decode/taken_headers.ts";
import { SCTP } from "./flow_key.ts";

export const UDP_HEADER_BYTES = 8;
const ICMP_HEADER_BYTES = 8;
const SCTP_HEADER_BYTES = 12;
export const TCP_HEADER_BYTES = 20;
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

/** Whether it is ICMP, of either version. */
export function isIcmp(protocol: number): boolean {
  return protocol === ICMPV4 || protocol === ICMPV6;
}

/** Whether it goes to a group of hosts. RFC 1112, section 4; RFC 4291, section 2.7. */
export function isToMany({ bytes, ipAt, ipVersion }: Packet): boolean {
  return ipVersion === 4 ? bytes[ipAt + 16]! >> 4 === 0xe : bytes[ipAt + 24] === 0xff;
}
