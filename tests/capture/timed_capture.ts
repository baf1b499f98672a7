import { concat } from "../../lib/base/bytes/bytes.ts";

/** pcap with nanoseconds, little-endian (draft-ietf-opsawg-pcap, 4 and 5). */
const MAGIC = 0xa1b23c4d;

/** A capture of Ethernet frames, of an EtherType that nobody has, captured at these milliseconds. */
export function timedCapture(timesMs: readonly number[]): Uint8Array<ArrayBuffer> {
  const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
  const frame = Uint8Array.from([...Array(12).fill(2), 0x88, 0xb5, ...Array(46).fill(0)]);
  return concat([
    words(MAGIC, 0x0004_0002, 0, 0, 65_535, 1),
    ...timesMs.flatMap((timeMs) => {
      const sec = Math.floor(timeMs / 1000);
      const nsec = Math.round((timeMs - sec * 1000) * 1e6);
      return [words(sec, nsec, frame.length, frame.length), frame];
    }),
  ]);
}
