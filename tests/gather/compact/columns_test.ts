import { assertEquals } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { ColumnNumbers, ColumnWriter } from "../../../lib/gather/compact/columns.ts";

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
