/** Longest header that is read: an extra field of its greatest length, a name and a comment. */
const MAX_HEADER_BYTES = 128 * 1024;

/**
 * Where the header of a gzip member (RFC 1952, 2.3) that begins at 0 ends; "cut" when the bytes end
 * first, or what makes it none.
 */
export function gzipHeaderEnd(bytes: Uint8Array): number | "cut" | { problem: string } {
  const magic = [0x1f, 0x8b, DEFLATE];
  for (const [at, byte] of magic.entries()) {
    if (at >= bytes.length) return "cut";
    if (bytes[at] !== byte) return { problem: "it does not begin as a gzip member does" };
  }
  if (bytes.length < FIXED_BYTES) return "cut";
  const flags = bytes[3]!;
  if ((flags & RESERVED) !== 0) return { problem: "its gzip header has unknown flags" };
  let at = FIXED_BYTES;
  if ((flags & EXTRA) !== 0) {
    if (bytes.length < at + 2) return "cut";
    at += 2 + bytes[at]! + 256 * bytes[at + 1]!;
  }
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(0, at);
    if (zero < 0) {
      return bytes.length < MAX_HEADER_BYTES ? "cut" : { problem: "its gzip header does not end" };
    }
    at = zero + 1;
  }
  if ((flags & HEADER_CRC) !== 0) at += 2;
  return at <= bytes.length ? at : "cut";
}

const FIXED_BYTES = 10;
const DEFLATE = 8;
const HEADER_CRC = 0x02;
const EXTRA = 0x04;
const NAME = 0x08;
const COMMENT = 0x10;
const RESERVED = 0xe0;
