import { concat } from "../../lib/base/bytes/bytes.ts";

/** A pcap file of Ethernet frames, little-endian, all of the same second. */
export function captureOf(frames: readonly Uint8Array[], second = 1): Uint8Array<ArrayBuffer> {
  const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
  return concat([
    words(0xa1b2c3d4, 0x0004_0002, 0, 0, 65_535, 1),
    ...frames.flatMap((frame) => [words(second, 0, frame.length, frame.length), frame]),
  ]);
}
