import { assertEquals } from "@std/assert";
import { zstdCompressSync } from "node:zlib";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { packCompact, unpackCompact } from "../../lib/pack/compact_body.ts";

const SUM_BYTES = 800;

/** Columns that take several pieces of zlib's when they are compressed, and checksums. */
function data(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => Math.imul(at, 2654435761) >>> (at % 7 + 20));
}

Deno.test("a compact body comes back, whatever its length, and is one frame", () => {
  for (const bytes of [SUM_BYTES, SUM_BYTES + 1, 5_000, 41_000, 71_000, 141_000, 700_000]) {
    const body = packCompact(data(bytes), SUM_BYTES);
    const unpacked = unpackCompact(body, bytes);
    assertEquals(unpacked, { bytes: data(bytes), sumBytes: SUM_BYTES }, `${bytes}`);
  }
});

Deno.test("a compact body of another length, cut or with more behind it is refused", () => {
  const body = packCompact(data(50_000), SUM_BYTES);
  assertEquals(unpackCompact(body, 49_999), { refusal: "damaged" });
  assertEquals(unpackCompact(body, 50_001), { refusal: "damaged" });
  for (const length of [0, 3, 4, 100, SUM_BYTES + 4, body.length - 9, body.length - 1]) {
    assertEquals(unpackCompact(body.subarray(0, length), 50_000), { refusal: "damaged" });
  }
  const twice = concat([body, zstdCompressSync(new Uint8Array(0))]);
  assertEquals(unpackCompact(twice, 50_000), { refusal: "damaged" });
});

Deno.test("a compact body is not unpacked beyond what it says", () => {
  const bomb = zstdCompressSync(new Uint8Array(64 << 20));
  assertEquals(unpackCompact(concat([new Uint8Array(4), bomb]), 1000), { refusal: "too large" });
});
