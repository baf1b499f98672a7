import { assertEquals, assertLess } from "@std/assert";
import { concat, parseHex } from "../../lib/base/bytes/bytes.ts";
import { deflateRaw, deflateRawSmall, gunzip, gzip, inflateRaw } from "../../lib/pack/gzip.ts";
import { runPython } from "../write/read/python.ts";
import { needs, PYTHON } from "../needs.ts";

// Made by Python 3.11: gzip.compress(…, 9, mtime=0), and with all header fields by zlib.compressobj.
const HELLO = hex("1f8b0800000000000203cb48cdc9c9d75100009956ea1107000000"); // "hello, "
const WORLD = hex("1f8b08000000000002032bcf2fca49e10200a86138dd06000000"); // "world\n"
const EMPTY = hex("1f8b080000000000020303000000000000000000");
const ALL_FIELDS = hex( // FHCRC, FEXTRA, FNAME and FCOMMENT around "records"
  "1f8b081e0000000000ff07005859030061626361206e616d65006120636f6d6d656e7400e7e6" +
    "2b4a4dce2f4a29060046589d9c07000000",
);
const ZEROS = hex( // 10,000 zero bytes
  "1f8b0800000000000203edc1010d000000c2a0f74f6d0e37a0000000000000000000e0df002eca3b4d10270000",
);
const RAW_HELLO = hex("cb48cdc9c90700"); // raw deflate of "hello"
const MAX_BYTES = 1 << 20;

Deno.test("gunzip() reads one member, several, and empty ones", () => {
  assertEquals(unpackedText(HELLO), "hello, ");
  assertEquals(unpackedText(concat([HELLO, WORLD])), "hello, world\n");
  assertEquals(unpackedText(concat([EMPTY, HELLO, EMPTY, WORLD])), "hello, world\n");
  assertEquals(unpackedText(EMPTY), "");
});

Deno.test("gunzip() reads a header with every optional field", () => {
  assertEquals(unpackedText(concat([HELLO, ALL_FIELDS])), "hello, records");
});

Deno.test("gunzip() refuses what is not gzip", () => {
  for (const bytes of [hex(""), hex("1f"), hex("789c4bcbcf07000282013d"), new Uint8Array(100)]) {
    assertEquals(gunzip(bytes, MAX_BYTES), { refusal: "not gzip" });
  }
});

Deno.test("gunzip() refuses a member that is cut anywhere, also a second one", () => {
  for (let length = 2; length < ALL_FIELDS.length; length++) {
    const cut = ALL_FIELDS.subarray(0, length);
    assertEquals(gunzip(cut, MAX_BYTES), { refusal: "damaged" }, `${length} bytes`);
    assertEquals(gunzip(concat([HELLO, cut]), MAX_BYTES), { refusal: "damaged" }, `+${length}`);
  }
});

Deno.test("gunzip() refuses what follows the last member, zero bytes too", () => {
  for (const tail of ["00", "0000000000000000", "1f", "1f8b", "61", "616263"]) {
    assertEquals(gunzip(concat([HELLO, hex(tail)]), MAX_BYTES), { refusal: "damaged" }, tail);
  }
  assertEquals(gunzip(concat([HELLO, hex("00"), WORLD]), MAX_BYTES), { refusal: "damaged" });
});

Deno.test("gunzip() gives the packed bytes or none, whichever bit is changed", () => {
  let unnoticed = 0;
  for (let bit = 10 * 8; bit < WORLD.length * 8; bit++) {
    const changed = WORLD.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const text = unpackedText(changed);
    if (text === "damaged" || text === "too large") continue;
    assertEquals(text, "world\n", `bit ${bit}`);
    unnoticed++;
  }
  assertLess(unnoticed, 8); // the bits that fill up the last byte of a deflate stream mean nothing
});

Deno.test("gunzip() unpacks as much as it may and not a byte more", () => {
  assertEquals(gunzip(ZEROS, 10_000), { bytes: new Uint8Array(10_000) });
  assertEquals(gunzip(ZEROS, 9_999), { refusal: "too large" });
  assertEquals(gunzip(concat([ZEROS, ZEROS]), 10_000), { refusal: "too large" });
  assertEquals(gunzip(EMPTY, 0), { bytes: new Uint8Array(0) });
  assertEquals(gunzip(HELLO, 0), { refusal: "too large" });
  assertEquals(gunzip(HELLO, 1), { refusal: "too large" });
});

Deno.test("gunzip() does not unpack a bomb to find out that it is one", async () => {
  const bomb = await gzip(new Uint8Array(256 << 20));
  // In a process of its own: others' memory would be measured, too.
  const code = `
    import { gunzip } from "${new URL("../../lib/pack/gzip.ts", import.meta.url)}";
    const bomb = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
    const before = Deno.memoryUsage().rss;
    for (let i = 0; i < 100; i++) gunzip(bomb, ${MAX_BYTES});
    console.log(JSON.stringify([gunzip(bomb, ${MAX_BYTES}), Deno.memoryUsage().rss - before]));
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await ReadableStream.from([bomb]).pipeTo(child.stdin);
  const { stdout } = await child.output();
  const [outcome, grownBytes] = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(outcome, { refusal: "too large" });
  assertLess(grownBytes, 100 << 20);
});

Deno.test("inflateRaw() reads a stream that takes up all of its bytes, and no other", () => {
  assertEquals(inflateRaw(RAW_HELLO, MAX_BYTES), { bytes: new TextEncoder().encode("hello") });
  assertEquals(inflateRaw(concat([RAW_HELLO, hex("00")]), MAX_BYTES), { refusal: "damaged" });
  assertEquals(inflateRaw(concat([RAW_HELLO, RAW_HELLO]), MAX_BYTES), { refusal: "damaged" });
  assertEquals(inflateRaw(RAW_HELLO, 4), { refusal: "too large" });
  for (let length = 0; length < RAW_HELLO.length; length++) {
    const cut = RAW_HELLO.subarray(0, length);
    assertEquals(inflateRaw(cut, MAX_BYTES), { refusal: "damaged" }, `${length} bytes`);
  }
});

Deno.test({
  ...needs("Python unpacks what gzip() and both deflates pack, of any length", PYTHON),
  async fn() {
    for (const length of [0, 1, 10_240, 300_000]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * at) >> 3);
      const packed = await gzip(bytes);
      assertEquals(await runPython("import gzip; put(gzip.decompress(get()))", packed), bytes);
      const raw = "import zlib; d = zlib.decompressobj(-15); put(d.decompress(get()))\n" +
        "assert d.eof and not d.unused_data";
      assertEquals(await runPython(raw, deflateRaw(bytes)), bytes);
      assertEquals(await runPython(raw, await deflateRawSmall(bytes)), bytes);
    }
  },
});

function unpackedText(bytes: Uint8Array): string {
  const unpacked = gunzip(bytes, MAX_BYTES);
  return "bytes" in unpacked ? new TextDecoder().decode(unpacked.bytes) : unpacked.refusal;
}

function hex(text: string): Uint8Array {
  return parseHex(text)!;
}
