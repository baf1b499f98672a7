/** Numbers of packets, which stand highest byte first. */

export function u16At(at: usize): i32 {
  return bswap<u16>(load<u16>(at));
}

export function bits32At(at: usize): i32 {
  return bswap<i32>(load<i32>(at));
}

/** The lower 16 bits of `value`. */
export function put16(at: usize, value: i32): void {
  store<u16>(at, bswap<u16>(<u16> value));
}

export function put32(at: usize, value: i32): void {
  store<i32>(at, bswap<i32>(value));
}
