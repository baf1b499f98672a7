/**
 * Looks ahead from the outermost IP header to the ports of the first transport header, since the
 * records of IP headers carry them. Extension headers and IP in IP are passed over; fragments have
 * none.
 */
import { u16 } from "../base/bytes.ts";
import type { Packet } from "./packet.ts";

/** Sets the packet's ports when `protocol`, beginning at `at`, leads to TCP, UDP, SCTP or UDP-Lite. */
export function findPorts(p: Packet, protocol: number, at: number): void {
  const { bytes, end } = p;
  while (true) {
    switch (protocol) {
      case 6: // TCP
      case 17: // UDP
      case 132: // SCTP
      case 136: // UDP-Lite
        if (end - at < 8) return;
        p.srcPort = u16(bytes, at);
        p.dstPort = u16(bytes, at + 2);
        return;
      case 0: // hop-by-hop options
      case 43: // routing
      case 60: // destination options
        if (end - at < 8) return;
        protocol = bytes[at]!;
        at += 8 * (bytes[at + 1]! + 1);
        break;
      case 44: // fragment; a lone one is the whole packet (RFC 6946)
        if (end - at < 8 || (u16(bytes, at + 2) & 0xfff9) !== 0) return;
        protocol = bytes[at]!;
        at += 8;
        break;
      case 4: // IPv4
      case 94:
        if (end - at < 20 || (u16(bytes, at + 6) & 0x3fff) !== 0) return;
        protocol = bytes[at + 9]!;
        at += Math.max(20, 4 * (bytes[at]! & 0xf));
        break;
      case 41: // IPv6
        if (end - at < 40) return;
        protocol = bytes[at + 6]!;
        at += 40;
        break;
      default:
        return;
    }
  }
}
