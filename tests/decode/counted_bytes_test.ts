import { assertEquals } from "@std/assert";
import { CountedBytes } from "./counted_bytes.ts";

Deno.test("reads by index and as a part are counted, the length is not", () => {
  const counted = new CountedBytes(Uint8Array.of(1, 2, 3, 4));
  const { bytes } = counted;
  assertEquals(bytes[0]! + bytes[3]! + bytes.length, 9);
  assertEquals(counted.reads, 2);
  assertEquals(bytes.subarray(1, 4), Uint8Array.of(2, 3, 4));
  assertEquals(counted.reads, 5);
});
