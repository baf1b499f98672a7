import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { md5, md5Hex } from "../../lib/follow/md5.ts";
import { sha1 } from "../../lib/follow/sha1.ts";

/** Longer than two blocks, so that each way of padding comes up behind none, one and two whole ones. */
const MAX_BYTES = 200;

Deno.test("MD5 is that of RFC 1321, A.5", () => {
  assertEquals(md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  assertEquals(md5Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  assertEquals(md5Hex("1234567890".repeat(8)), "57edf4a22be3c955ac49da2e2107b67a");
});

Deno.test("MD5 and SHA-1 of every short length are those of OpenSSL", () => {
  const bytes = Uint8Array.from({ length: MAX_BYTES }, (_, i) => i * 151 + 7);
  for (let length = 0; length <= MAX_BYTES; length++) {
    for (const [name, hash] of [["md5", md5], ["sha1", sha1]] as const) {
      const expected = createHash(name).update(bytes.subarray(0, length)).digest("hex");
      assertEquals(hash(bytes, length).toHex(), expected, `${name} of ${length} bytes`);
    }
  }
});

Deno.test("text is hashed as UTF-8", () => {
  assertEquals(md5Hex("grün €"), createHash("md5").update("grün €").digest("hex"));
});
