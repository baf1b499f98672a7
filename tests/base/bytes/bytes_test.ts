import { assertEquals } from "@std/assert";
import {
  concat,
  encodeHex,
  equalBytes,
  parseHex,
  u16,
  u16le,
  u24,
  u32,
  u32le,
} from "../../../lib/base/bytes/bytes.ts";
import { randomNumbers } from "../random_numbers.ts";

Deno.test("integers are those that DataView reads", () => {
  const random = randomNumbers(5);
  const bytes = Uint8Array.from({ length: 1000 }, () => random(4) === 0 ? 0xff : random(256));
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    assertEquals(u16(bytes, at), view.getUint16(at));
    assertEquals(u16le(bytes, at), view.getUint16(at, true));
    assertEquals(u24(bytes, at), view.getUint32(at) >>> 8);
    assertEquals(u32(bytes, at), view.getUint32(at));
    assertEquals(u32le(bytes, at), view.getUint32(at, true));
  }
});

Deno.test("the greatest integers are unsigned", () => {
  const bytes = new Uint8Array(4).fill(0xff);
  assertEquals([u16(bytes, 0), u24(bytes, 0), u32(bytes, 0)], [0xffff, 0xffffff, 0xffffffff]);
  assertEquals([u16le(bytes, 0), u32le(bytes, 0)], [0xffff, 0xffffffff]);
});

Deno.test("concat() puts parts one after the other into an array of its own", () => {
  const part = Uint8Array.of(1, 2);
  const whole = concat([part, new Uint8Array(0), Uint8Array.of(3), part]);
  assertEquals(whole, Uint8Array.of(1, 2, 3, 1, 2));
  whole[0] = 9;
  assertEquals(part[0], 1);
  assertEquals(concat([]), new Uint8Array(0));
});

Deno.test("equalBytes() compares content, not storage", () => {
  const bytes = Uint8Array.of(0, 1, 2, 3);
  assertEquals(equalBytes(bytes.subarray(1, 3), Uint8Array.of(1, 2)), true);
  assertEquals(equalBytes(bytes, Uint8Array.of(0, 1, 2)), false);
  assertEquals(equalBytes(bytes, Uint8Array.of(0, 1, 2, 4)), false);
  assertEquals(equalBytes(new Uint8Array(0), new Uint8Array(0)), true);
});

Deno.test("hex digits are two a byte, written in lower case and read in either", () => {
  assertEquals(encodeHex(Uint8Array.of(0, 0x0a, 0xff, 0x10)), "000aff10");
  assertEquals(encodeHex(new Uint8Array(0)), "");
  assertEquals(parseHex("000aFF10"), Uint8Array.of(0, 0x0a, 0xff, 0x10));
  assertEquals(parseHex(""), new Uint8Array(0));
});

Deno.test("parseHex() refuses an odd number of digits and anything that is not a digit", () => {
  for (const text of ["0", "000", "0g", "0x", " 00", "00 ", "00\n", "-1", "٠٠", "0.", "+1"]) {
    assertEquals(parseHex(text), undefined, JSON.stringify(text));
  }
});
