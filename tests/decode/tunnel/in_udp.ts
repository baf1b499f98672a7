/** Frames of tests with something in UDP. */
import { frame } from "../decode_frame.ts";

const HEADERS = "020000000002 020000000001 0800" +
  "45000000 00010000 40 11 0000 c0000201 c6336402 9c40 0000 0000 0000";
/** Of Ethernet, IPv4 and UDP. */
export const OUTER_BYTES = 42;
const IP_LENGTH_AT = 16;
const PORT_AT = 36;
const UDP_LENGTH_AT = 38;

/** An IPv4 packet 10.0.0.1 > 10.0.0.2 of ICMP. */
export const IPV4 = "4500001c 00010000 40 01 0000 0a000001 0a000002 0800f7fd00010001";
/** A frame with it. */
export const FRAME = `020000000004 020000000003 0800 ${IPV4}`;

/** A frame 192.0.2.1 > 198.51.100.2 with a datagram to that port. */
export function inUdp(port: number, ...payload: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const packet = frame(HEADERS, ...payload);
  const view = new DataView(packet.buffer);
  view.setUint16(IP_LENGTH_AT, packet.length - 14);
  view.setUint16(PORT_AT, port);
  view.setUint16(UDP_LENGTH_AT, packet.length - 34);
  return packet;
}
