/** Makes frames of conversations: Ethernet, IPv4, and TCP or UDP. */
import { concat } from "../../lib/base/bytes/bytes.ts";
import type { FollowedFrame } from "./follow_capture.ts";

/** One end of a conversation. */
export interface End {
  readonly address: string;
  readonly port: number;
}

/** What a packet is, besides who sent it. */
export interface PacketOptions {
  /** Seconds since 1970. */
  readonly at?: number;
  /** Letters of TCP flags: `SA` is SYN with ACK. */
  readonly flags?: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly window?: number;
  /** Bytes behind the header. */
  readonly payload?: number;
  /** Identification of IPv4; by default another one each time. */
  readonly id?: number;
  readonly vlan?: number;
  /** Maximum segment size, an option. */
  readonly maxSegment?: number;
  /** Length of IPv4 as it says, if it is wrong. */
  readonly length?: number;
  /** Bytes that the capture has of it. */
  readonly snapLength?: number;
  /** More fragments, and the offset in bytes. */
  readonly fragment?: { readonly more: boolean; readonly offset: number };
}

const FLAGS = "FSRPAUEC";
let ids = 1;

/** A segment of TCP. */
export function segment(from: End, to: End, options: PacketOptions = {}): FollowedFrame {
  const { flags = "A", seq = 0, ack = 0, window = 1000, payload = 0, maxSegment } = options;
  const header = new Uint8Array(maxSegment === undefined ? 20 : 24);
  const view = new DataView(header.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint32(4, seq);
  view.setUint32(8, ack);
  view.setUint8(12, header.length << 2);
  view.setUint8(13, [...flags].reduce((bits, flag) => bits | (1 << FLAGS.indexOf(flag)), 0));
  view.setUint16(14, window);
  view.setUint16(16, (seq ^ payload) & 0xffff); // stands for a checksum
  if (maxSegment !== undefined) view.setUint32(20, 0x02040000 | maxSegment);
  return packet(6, from, to, concat([header, new Uint8Array(payload)]), options);
}

/** A datagram of UDP. */
export function datagram(from: End, to: End, options: PacketOptions = {}): FollowedFrame {
  const { payload = 0 } = options;
  const header = new Uint8Array(8);
  const view = new DataView(header.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(4, header.length + payload);
  return packet(17, from, to, concat([header, new Uint8Array(payload)]), options);
}

/** A packet of IPv4 in a frame of Ethernet, which is padded to 60 bytes. */
export function packet(
  protocol: number,
  from: Pick<End, "address">,
  to: Pick<End, "address">,
  content: Uint8Array,
  { at = 0, id = ids++, vlan, length, snapLength = Infinity, fragment }: PacketOptions = {},
): FollowedFrame {
  const ethernet = new Uint8Array(vlan === undefined ? 14 : 18);
  ethernet.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]);
  const types = new DataView(ethernet.buffer);
  if (vlan !== undefined) {
    types.setUint16(12, 0x8100);
    types.setUint16(14, vlan);
  }
  types.setUint16(ethernet.length - 2, 0x0800);
  const ip = new Uint8Array(20);
  const view = new DataView(ip.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, length ?? ip.length + content.length);
  view.setUint16(4, id & 0xffff);
  if (fragment) view.setUint16(6, (fragment.more ? 0x2000 : 0) | (fragment.offset >> 3));
  view.setUint8(8, 64);
  view.setUint8(9, protocol);
  ip.set(from.address.split(".").map(Number), 12);
  ip.set(to.address.split(".").map(Number), 16);
  const bytes = concat([ethernet, ip, content]);
  const padded = concat([bytes, new Uint8Array(Math.max(0, 60 - bytes.length))]);
  const sec = Math.floor(at);
  return {
    bytes: padded.slice(0, snapLength),
    originalLength: padded.length,
    sec,
    nsec: Math.round((at - sec) * 1e9),
    linkType: 1,
  };
}
