import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes.ts";
import {
  batchBytes,
  batchCost,
  encodeBatch,
  encodeHello,
  encodeRejected,
  encodeRelease,
  encodeStored,
  encodeWant,
  encodeWelcome,
  MessageType,
  parseBatch,
  parseHello,
  parseRejected,
  parseRelease,
  parseStored,
  parseWant,
  parseWelcome,
} from "../../lib/transport/session_message.ts";
import { batchOf } from "./session_batches.ts";

// The bytes are written out from the tables of docs/protocol.md.
const HELLO = { schema: 1, session: 0x1122334455667788n, oldest: 5n, next: 9n, name: "gäte" };
const HELLO_HEX = "01000000" + "0000" + "0500" + "8877665544332211" + "0500000000000000" +
  "0900000000000000" + "67c3a47465";
const BATCH = {
  ...batchOf(0x0102, 3),
  sequence: 7n,
  count: 0x0a0b0c0d,
  firstTime: -2n,
  lastTime: 0x0102030405060708n,
  crc: 0xdeadbeef,
  recordBytes: 0x00100203,
  containsPayloads: true,
  body: Uint8Array.of(1, 2, 3),
};
const BATCH_HEX = "0700000000000000" + "02010000" + "01" + "01" + "0000" + "0d0c0b0a" +
  "feffffffffffffff" + "0807060504030201" + "efbeadde" + "03021000" + "010203";

const CASES = [
  ["hello", encodeHello(HELLO), MessageType.Hello, HELLO_HEX, parseHello, HELLO],
  [
    "welcome",
    encodeWelcome({ settled: 4n, credit: 65_536n, name: "ab" }),
    MessageType.Welcome,
    "0400000000000000" + "0000010000000000" + "0200" + "6162",
    parseWelcome,
    { settled: 4n, credit: 65_536n, name: "ab" },
  ],
  [
    "rejected",
    encodeRejected({ reason: 4, settled: 258n }),
    MessageType.Rejected,
    "04" + "0201000000000000",
    parseRejected,
    { reason: 4, settled: 258n },
  ],
  ["batch", encodeBatch(7n, BATCH), MessageType.Batch, BATCH_HEX, parseBatch, BATCH],
  [
    "stored",
    encodeStored({ settled: 1n, credit: 2n }),
    MessageType.Stored,
    "0100000000000000" + "0200000000000000",
    parseStored,
    { settled: 1n, credit: 2n },
  ],
  [
    "want",
    encodeWant({ next: 0x102, all: 0x1_0000_0000 }),
    MessageType.Want,
    "02010000" + "ffffffff",
    parseWant,
    { next: 0x102, all: 0xffff_ffff },
  ],
  ["release", encodeRelease(0x1234), MessageType.Release, "34120000", parseRelease, 0x1234],
] as const;

for (const [name, message, type, hex, parse, value] of CASES) {
  Deno.test(`${name}: the bytes of the protocol, and what they say`, () => {
    assertEquals([message.type, encodeHex(message.body)], [type, hex]);
    assertEquals<unknown>(parse(parseHex(hex)!), value);
  });

  Deno.test(`${name}: no beginning of it is one, and nothing is behind it`, () => {
    const bytes = parseHex(hex)!;
    const shortest = name === "batch" ? bytes.length - 2 : bytes.length; // its end is a stream's
    for (let length = 0; length < shortest; length++) {
      assertEquals<unknown>(parse(bytes.subarray(0, length)), undefined, `${length} bytes`);
    }
    if (name !== "batch") assertEquals<unknown>(parse(parseHex(`${hex}00`)!), undefined);
  });
}

Deno.test("a hello that cannot be is none", () => {
  const changed = (change: Partial<typeof HELLO>) => encodeHello({ ...HELLO, ...change }).body;
  assertEquals(parseHello(changed({ session: 0n })), undefined);
  assertEquals(parseHello(changed({ oldest: 0n })), undefined);
  assertEquals(parseHello(changed({ oldest: 10n })), undefined);
  const notText = changed({ name: "abc" });
  notText[33] = 0xff;
  assertEquals(parseHello(notText), undefined);
  assertThrows(() => encodeHello({ ...HELLO, name: "é".repeat(128) }), RangeError, "256");
});

Deno.test("a batch of another encoding, with flags unknown, or a wish for too much is none", () => {
  for (const [at, value] of [[12, 2], [13, 2], [14, 1], [15, 1]] as const) {
    const { body } = encodeBatch(7n, BATCH);
    body[at] = value;
    assertEquals(parseBatch(body), undefined, `byte ${at}`);
  }
  assertEquals(parseWant(encodeWant({ next: 2, all: 1 }).body), undefined);
  assertEquals(parseWant(encodeWant({ next: 2 ** 21, all: 2 ** 22 }).body), undefined);
});

Deno.test("a small batch does not keep the large buffer that it came in", () => {
  const { body } = encodeBatch(7n, BATCH);
  const message = new Uint8Array(new ArrayBuffer(65_536), 0, body.length);
  message.set(body);
  assertEquals(parseBatch(message)!.body, BATCH.body);
  assert(parseBatch(message)!.body.buffer.byteLength < 100);
});

Deno.test("a batch counts with its message's body, and takes 512 bytes of credit more", () => {
  const { body } = encodeBatch(7n, BATCH);
  assertEquals([batchBytes(BATCH), batchCost(BATCH)], [body.length, body.length + 512]);
});
