/** Makes frames of what two programs say to each other over TCP. */
import { concat } from "../../../lib/base/bytes/bytes.ts";
import type { Frame } from "../../decode/captured_frames.ts";

/** A frame of IPv4 without link layer. */
const LINKTYPE_IPV4 = 228;
const CLIENT = [192, 0, 2, 1];
const SERVER = [198, 51, 100, 2];
export const CLIENT_PORT = 40000;

const FIN = 0x01;
const SYN = 0x02;
const ACK = 0x10;

export interface TalkOptions {
  readonly serverPort?: number;
  /** Sequence number of each side's SYN. */
  readonly isn?: readonly [number, number];
  /** Whether the capture has the handshake. */
  readonly hasBeginning?: boolean;
  readonly hasEnd?: boolean;
  /** Bytes of payload in a segment. */
  readonly segmentBytes?: number;
}

/** What one side says: text, in Latin-1, or bytes. */
export type Said = readonly [who: "client" | "server", what: string | Uint8Array];

/** The frames of a connection in which both sides say these things, one after the other, a second each. */
export function talk(said: readonly Said[], options: TalkOptions = {}): Omit<Frame, "number">[] {
  const { serverPort = 8000, isn = [1000, 5000], hasBeginning = true, hasEnd = true } = options;
  const { segmentBytes = 1400 } = options;
  const next: [number, number] = [isn[0] + 1, isn[1] + 1];
  const frames: Omit<Frame, "number">[] = [];
  const send = (side: 0 | 1, seq: number, flags: number, payload = new Uint8Array(0)) => {
    const bytes = segment(side, serverPort, seq, flags, payload);
    frames.push({
      bytes,
      originalLength: bytes.length,
      sec: 1000 + frames.length,
      nsec: 0,
      linkType: LINKTYPE_IPV4,
    });
  };
  if (hasBeginning) {
    send(0, isn[0], SYN);
    send(1, isn[1], SYN | ACK);
  }
  for (const [who, what] of said) {
    const side = who === "client" ? 0 : 1;
    const bytes = typeof what === "string" ? latin1(what) : what;
    for (let at = 0; at < bytes.length; at += segmentBytes) {
      const payload = bytes.slice(at, at + segmentBytes);
      send(side, next[side], ACK, payload);
      next[side] += payload.length;
    }
  }
  if (hasEnd) {
    send(0, next[0], FIN | ACK);
    send(1, next[1], FIN | ACK);
  }
  return frames;
}

/** A frame of IPv4 and UDP, without checksums. */
export function datagram(
  who: "client" | "server",
  payload: Uint8Array,
  { clientPort = CLIENT_PORT, serverPort = 443 } = {},
): Omit<Frame, "number"> {
  const ends = [[CLIENT, clientPort], [SERVER, serverPort]] as const;
  const [[src, srcPort], [dst, dstPort]] = who === "client" ? ends : [ends[1], ends[0]];
  const u16 = (number: number) => [number >> 8, number & 0xff];
  const udpBytes = 8 + payload.length;
  const bytes = concat([
    Uint8Array.of(0x45, 0, ...u16(20 + udpBytes), 0, 0, 0, 0, 64, 17, 0, 0, ...src, ...dst),
    Uint8Array.of(...u16(srcPort), ...u16(dstPort), ...u16(udpBytes), 0, 0),
    payload,
  ]);
  return { bytes, originalLength: bytes.length, sec: 1000, nsec: 0, linkType: LINKTYPE_IPV4 };
}

export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A packet of IPv4 and TCP, without checksums. */
function segment(
  side: 0 | 1,
  serverPort: number,
  seq: number,
  flags: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const ends = [[CLIENT, CLIENT_PORT], [SERVER, serverPort]] as const;
  const [[src, srcPort], [dst, dstPort]] = side === 0 ? ends : [ends[1], ends[0]];
  const length = 40 + payload.length;
  return concat([
    Uint8Array.of(0x45, 0, length >> 8, length & 0xff, 0, 0, 0, 0, 64, 6, 0, 0, ...src, ...dst),
    Uint8Array.of(srcPort >> 8, srcPort & 0xff, dstPort >> 8, dstPort & 0xff),
    Uint8Array.of(seq >>> 24, (seq >>> 16) & 0xff, (seq >>> 8) & 0xff, seq & 0xff),
    Uint8Array.of(0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0),
    payload,
  ]);
}
