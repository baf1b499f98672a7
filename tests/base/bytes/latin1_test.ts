import { assertEquals } from "@std/assert";
import { latin1 } from "../../../lib/base/bytes/latin1.ts";

Deno.test("each byte is the character of its number, also those of which TextDecoder makes others", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assertEquals([...latin1(all)].map((character) => character.codePointAt(0)), [...all]);
  assertEquals(latin1(all.subarray(0x40), 1, 4), "ABC");
  assertEquals(latin1(all, 7, 7), "");
});
