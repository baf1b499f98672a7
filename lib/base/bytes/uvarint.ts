/** Unsigned LEB128 numbers, as protobuf has them; here up to 2^32 - 1, for lengths. */

/** How many bytes `value` takes, 1 to 5. */
export function uvarintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/**
 * Writes the 32 bits of `value`, which may be signed or unsigned, as an unsigned number at `at`, where
 * there is room; returns the position after it.
 */
export function writeUvarint(bytes: Uint8Array, at: number, value: number): number {
  while ((value & ~0x7f) !== 0) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}

/**
 * Finds the end of the number that begins at `at`: the position after its last byte; -1 when the
 * bytes end first, -2 when it has more than ten bytes.
 */
export function uvarintEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let length = 1; length <= 10; length++) {
    if (at >= end) return -1;
    if (bytes[at++]! < 0x80) return at;
  }
  return -2;
}

/**
 * The number in `bytes[at, end)`, an interval that `uvarintEnd` found. Above 2^53 - 1 it loses its
 * low bits, which still compares as too large for any length.
 */
export function readUvarint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  while (end > at) value = value * 128 + (bytes[--end]! & 0x7f);
  return value;
}
