import { assertEquals } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { ColumnNumbers, ColumnReader, ColumnWriter } from "../../../lib/gather/compact/columns.ts";

Deno.test("numbers are LEB128, as protobuf's documentation has it", () => {
  const column = new ColumnWriter();
  column.unsigned(0);
  column.unsigned(1);
  column.unsigned(150);
  column.unsigned(2 ** 53 - 1);
  assertEquals(column.bytes.subarray(0, column.at), parseHex("00019601ffffffffffffff0f"));
});

Deno.test("signed numbers are in zigzag: 0, -1, 1, -2 are 0, 1, 2, 3", () => {
  const column = new ColumnWriter();
  const numbers = new ColumnNumbers(6);
  for (const value of [0, -1, 1, -2, 2 ** 31 - 1, -(2 ** 31)]) numbers.signed(value);
  numbers.moveTo(column);
  assertEquals(column.bytes.subarray(0, column.at), parseHex("00010203feffffff0fffffffff0f"));
});

Deno.test("every number comes back", () => {
  const signed = [0, 1, -1, 63, -64, 64, -65, 2 ** 30, -(2 ** 30), 2 ** 31 - 1, -(2 ** 31)];
  const wide = [...signed, 2 ** 31, -(2 ** 40), 2 ** 52 - 1, -(2 ** 52) + 1];
  const unsigned = [0, 127, 128, 2 ** 31, 2 ** 32 - 1];
  const column = new ColumnWriter();
  const numbers = new ColumnNumbers(signed.length);
  for (const value of signed) numbers.signed(value);
  numbers.moveTo(column);
  for (const value of unsigned) numbers.unsigned(value);
  numbers.moveTo(column);
  for (const value of wide) column.wide(value);
  const reader = new ColumnReader(column.bytes, 0, column.at);
  assertEquals(signed.map(() => reader.signed()), signed);
  assertEquals(unsigned.map(() => reader.unsigned()), unsigned);
  assertEquals(wide.map(() => reader.wide()), wide);
  assertEquals([reader.isAtEnd, reader.isOver], [true, false]);
});

Deno.test("a column gives zeros beyond its end, and says so", () => {
  const bytes = parseHex("01ff85")!;
  const reader = new ColumnReader(bytes, 0, 2);
  assertEquals([reader.byte(), reader.unsigned(), reader.isOver], [1, 127, true]);
  assertEquals(new ColumnReader(bytes, 0, 3).take(4), 0);
});

Deno.test("a number of more than 53 bits is none", () => {
  for (const hex of ["ffffffffffffff1f", "8080808080808080808001", "ffffffffffffffffff"]) {
    const bytes = parseHex(hex)!;
    const reader = new ColumnReader(bytes, 0, bytes.length);
    assertEquals([reader.unsigned(), reader.isOver], [0, true], hex);
  }
});
