import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { assertEquals } from "@std/assert";
import {
  readUvarint,
  uvarintBytes,
  uvarintEnd,
  writeUvarint,
} from "../../../lib/base/bytes/uvarint.ts";
import { randomNumbers } from "../random_numbers.ts";

/** The edges of every length, and others of every width. */
function numbers(): number[] {
  const random = randomNumbers(6);
  const edges = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  for (const bits of [7, 14, 21, 28]) edges.push(2 ** bits - 1, 2 ** bits, 2 ** bits + 1);
  const others = Array.from(
    { length: 1000 },
    () => Math.floor(random(2 ** 32) / 2 ** random(33)),
  );
  return [...edges, ...others];
}

/** The number as protobuf-es writes it. */
function uvarint(value: number): Uint8Array {
  return new BinaryWriter().uint32(value).finish();
}

Deno.test("numbers have the bytes and the length that protobuf-es gives them", () => {
  for (const value of numbers()) {
    const bytes = new Uint8Array(8).fill(0xee);
    const end = writeUvarint(bytes, 1, value);
    assertEquals(bytes.slice(1, end), uvarint(value), `${value}`);
    assertEquals([bytes[0], bytes[end]], [0xee, 0xee], "nothing else is written");
    assertEquals(uvarintBytes(value), end - 1, `${value}`);
  }
});

Deno.test("a signed number is written as the unsigned one with the same bits", () => {
  const bytes = new Uint8Array(5);
  assertEquals(writeUvarint(bytes, 0, -1), 5);
  assertEquals(bytes, uvarint(2 ** 32 - 1));
  assertEquals(writeUvarint(bytes, 0, -(2 ** 31)), 5);
  assertEquals(bytes, uvarint(2 ** 31));
});

Deno.test("numbers are read back, as protobuf-es reads them", () => {
  for (const value of numbers()) {
    const bytes = new Uint8Array([0x80, ...uvarint(value), 0x80]);
    const end = uvarintEnd(bytes, 1, bytes.length);
    assertEquals(end, bytes.length - 1);
    assertEquals(readUvarint(bytes, 1, end), value);
    assertEquals(new BinaryReader(bytes.subarray(1, end)).uint32(), value);
  }
});

Deno.test("a longer form than needed is the same number", () => {
  const bytes = Uint8Array.of(0x81, 0x80, 0x80, 0x00);
  assertEquals(uvarintEnd(bytes, 0, 4), 4);
  assertEquals(readUvarint(bytes, 0, 4), 1);
});

Deno.test("a number that the bytes cut off has no end", () => {
  const bytes = Uint8Array.of(0xff, 0xff, 0x01);
  assertEquals(uvarintEnd(bytes, 0, 0), -1);
  assertEquals(uvarintEnd(bytes, 0, 1), -1);
  assertEquals(uvarintEnd(bytes, 0, 2), -1);
  assertEquals(uvarintEnd(bytes, 0, 3), 3);
  assertEquals(uvarintEnd(new Uint8Array(9).fill(0xff), 0, 9), -1);
});

Deno.test("more than ten bytes are no number", () => {
  const ten = new Uint8Array(11).fill(0x80);
  ten[9] = 0x01;
  assertEquals(uvarintEnd(ten, 0, 11), 10);
  assertEquals(uvarintEnd(new Uint8Array(11).fill(0x80), 0, 11), -2);
  assertEquals(uvarintEnd(new Uint8Array(10).fill(0x80), 0, 10), -2);
});

Deno.test("a number beyond 2^53 compares as larger than any length", () => {
  const bytes = new Uint8Array(10).fill(0xff);
  bytes[9] = 0x01;
  const value = readUvarint(bytes, 0, uvarintEnd(bytes, 0, 10));
  assertEquals(value > Number.MAX_SAFE_INTEGER, true);
});
