/**
 * Fields of protobuf messages. Each function writes one at `at`, where there is room for more than it
 * takes, and returns the position behind it. Numbers that are 0 are left out.
 */

/** The tag of a time and the number, which has 9 bytes from 1972 to 2262. */
export const TIME_BYTES: usize = 10;
const TIME_TAG: u8 = 8;

/** A number of at most 32 bits. @param tag Of one byte. */
export function putNumber(at: usize, tag: u32, value: u32): usize {
  if (value === 0) return at;
  store<u8>(at, <u8> tag);
  return putUvarint(at + 1, value);
}

/** A number of at most 32 bits. @param tag Of two bytes. */
export function putFarNumber(at: usize, tag: u32, value: u32): usize {
  if (value === 0) return at;
  return putUvarint(putFarTag(at, tag), value);
}

/** @param tag Of two bytes. */
export function putFarTag(at: usize, tag: u32): usize {
  store<u16>(at, <u16> (0x80 | (tag & 0x7f) | ((tag >> 7) << 8)));
  return at + 2;
}

/** In LEB128. */
export function putUvarint(at: usize, value: u32): usize {
  if (value < 0x80) {
    store<u8>(at, <u8> value);
    return at + 1;
  }
  if (value < 0x4000) {
    store<u16>(at, <u16> (0x80 | (value & 0x7f) | ((value >> 7) << 8)));
    return at + 2;
  }
  if (value >= 0x10000000) {
    store<u32>(at, <u32> spread(value & 0xfffffff) | 0x80808080);
    store<u8>(at + 4, <u8> (value >> 28));
    return at + 5;
  }
  while (value > 0x7f) {
    store<u8>(at++, <u8> (value | 0x80));
    value >>= 7;
  }
  store<u8>(at, <u8> value);
  return at + 1;
}

/** At most 56 bits, 7 of them in each byte. */
function spread(bits: u64): u64 {
  bits = ((bits & 0x00fffffff0000000) << 4) | (bits & 0x000000000fffffff);
  bits = ((bits & 0x0fffc0000fffc000) << 2) | (bits & 0x00003fff00003fff);
  return ((bits & 0x3f803f803f803f80) << 1) | (bits & 0x007f007f007f007f);
}

/** The time of all records of a packet: the lower 8 bytes as they are written, and the ninth. */
let timeLow: u64 = 0;
let timeHigh: u8 = 0;

/** Takes the time of the next records; false when it takes another number of bytes than nearly all do. */
export function setTime(sec: i64, nsec: i64): bool {
  if (sec < FIRST_SECOND || sec > LAST_SECOND) return false;
  const nanos = <u64> (sec * 1_000_000_000 + nsec);
  timeLow = spread(nanos & 0xffffffffffffff) | 0x8080808080808080;
  timeHigh = <u8> (nanos >> 56);
  return true;
}

/** The seconds in which all times have more than 56 bits, and no more than 63. */
const FIRST_SECOND: i64 = 72_057_595;
const LAST_SECOND: i64 = 9_223_372_035;

/** The field `Timestamp`, which is the first of every record. */
export function putTime(at: usize): usize {
  store<u8>(at, TIME_TAG);
  store<u64>(at + 1, timeLow);
  store<u8>(at + 9, timeHigh);
  return at + TIME_BYTES;
}
