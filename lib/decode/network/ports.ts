/**
 * Looks ahead from the outermost IP header to the ports of the first transport header, since the
 * records of IP headers carry them. Extension headers, AH, and IP in IP and in GRE are passed over; of
 * fragments the first has ports.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { endOfGreFields } from "../tunnel/gre.ts";
import type { Packet } from "../packet.ts";

/** Not an IP protocol number. */
const NO_PROTOCOL = -1;

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
      case 47: { // GRE
        if (end - at < 4) return;
        const flags = u16(bytes, at);
        const etherType = u16(bytes, at + 2);
        if ((flags & 0x4007) !== 0) return; // source routes, or another version
        protocol = etherType === 0x0800 ? 4 : etherType === 0x86dd ? 41 : NO_PROTOCOL;
        at = endOfGreFields(at, flags);
        break;
      }
      case 51: // AH
        if (end - at < 12) return;
        protocol = bytes[at]!;
        at += 4 * (bytes[at + 1]! + 2);
        break;
      case 44: // fragment
        if (end - at < 8 || u16(bytes, at + 2) >> 3 !== 0) return;
        protocol = bytes[at]!;
        at += 8;
        break;
      case 4: // IPv4
      case 94:
        if (end - at < 20 || (u16(bytes, at + 6) & 0x1fff) !== 0) return;
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
