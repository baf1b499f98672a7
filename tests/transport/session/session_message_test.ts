import { Encoding } from "../../../lib/pack/packed_batch.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import {
  batchBytes,
  batchCost,
  encodeBatch,
  parseBatch,
} from "../../../lib/transport/session/session_batch.ts";
import {
  encodeHello,
  encodeOffer,
  encodeRejected,
  encodeRelease,
  encodeStored,
  encodeWant,
  encodeWelcome,
  MessageType,
  parseHello,
  parseOffer,
  parseRejected,
  parseRelease,
  parseStored,
  parseWant,
  parseWelcome,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import { batchOf } from "../session_batches.ts";

// The bytes are written out from the tables of docs/protocol.md.
const HELLO = { schema: 1, session: 0x1122334455667788n, oldest: 5n, next: 9n, name: "gäte" };
const HELLO_HEX = "01000000" + "0000" + "0500" + "8877665544332211" + "0500000000000000" +
  "0900000000000000" + "67c3a47465";
const BATCH_1 = {
  ...batchOf(0x0102, 3),
  sequence: 7n,
  parts: [{ type: 0x0102, count: 0x0a0b0c0d }],
  firstTime: -2n,
  lastTime: 0x0102030405060708n,
  crc: 0xdeadbeef,
  recordBytes: 0x00100203,
  containsPayloads: true,
  body: Uint8Array.of(1, 2, 3),
};
const BATCH_1_HEX = "0700000000000000" + "02010000" + "01" + "01" + "0000" + "0d0c0b0a" +
  "feffffffffffffff" + "0807060504030201" + "efbeadde" + "03021000" + "010203";
// The digest is what Python's hashlib makes of the body.
const BATCH = { ...BATCH_1, minute: 0x01b15c60, digest: parseHex("039058c6f2c0cb49")! };
const BATCH_HEX = "0700000000000000" + "605cb101" + "01" + "01" + "01" + "00" +
  "feffffffffffffff" + "0807060504030201" + "efbeadde" + "03021000" + "039058c6f2c0cb49" +
  "02010000" + "0d0c0b0a" + "010203";
const WELCOME = { settled: 4n, credit: 65_536n, name: "ab" };
const WELCOME_HEX = "0400000000000000" + "0000010000000000" + "0200" + "6162";
const COLLECTOR = {
  encodings: [1, 9],
  storeId: parseHex("000102030405060708090a0b0c0d0e0f")!,
  largestBatch: 0x100000,
  wantedTypes: [7, 0x0403],
  sealedKeys: Uint8Array.of(1, 2, 3, 4),
  time: -2n,
};
const COLLECTOR_HEX = "0100" + "0200" + "0109" + "0200" + "1000" +
  "000102030405060708090a0b0c0d0e0f" + "0300" + "0400" + "00001000" + "0400" + "0800" +
  "07000000" + "03040000" + "0600" + "0400" + "01020304" + "0500" + "0800" + "feffffffffffffff";

const CASES = [
  ["hello", encodeHello(HELLO), MessageType.Hello, HELLO_HEX, parseHello, HELLO],
  [
    "welcome to schema 1",
    encodeWelcome(WELCOME),
    MessageType.Welcome,
    WELCOME_HEX,
    (body: Uint8Array) => parseWelcome(body, 1),
    WELCOME,
  ],
  [
    "welcome",
    encodeWelcome({ ...WELCOME, values: COLLECTOR }),
    MessageType.Welcome,
    WELCOME_HEX + COLLECTOR_HEX,
    (body: Uint8Array) => parseWelcome(body, 2),
    { ...WELCOME, values: COLLECTOR },
  ],
  [
    "offer",
    encodeOffer({ encodings: [2, 1] }),
    MessageType.Offer,
    "0100" + "0200" + "0201",
    parseOffer,
    { encodings: [2, 1] },
  ],
  [
    "rejected",
    encodeRejected({ reason: 4, settled: 258n }),
    MessageType.Rejected,
    "04" + "0201000000000000",
    parseRejected,
    { reason: 4, settled: 258n },
  ],
  [
    "batch of schema 1",
    encodeBatch(1, 7n, BATCH_1),
    MessageType.Batch,
    BATCH_1_HEX,
    (body: Uint8Array) => parseBatch(1, body),
    BATCH_1,
  ],
  [
    "batch",
    encodeBatch(2, 7n, BATCH),
    MessageType.Batch,
    BATCH_HEX,
    (body: Uint8Array) => parseBatch(2, body),
    BATCH,
  ],
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
    const isBatch = name.startsWith("batch");
    const shortest = isBatch ? bytes.length - 2 : bytes.length; // its end is a stream's
    for (let length = 0; length < shortest; length++) {
      assertEquals<unknown>(parse(bytes.subarray(0, length)), undefined, `${length} bytes`);
    }
    if (!isBatch) assertEquals<unknown>(parse(parseHex(`${hex}00`)!), undefined);
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
  const changes = [
    [1, [[12, 2], [13, 2], [14, 1], [15, 1]]],
    [2, [[12, 3], [12, 0], [13, 4], [14, 0], [14, 2], [14, 17], [15, 1]]],
  ] as const;
  for (const [schema, bytes] of changes) {
    for (const [at, value] of bytes) {
      const { body } = encodeBatch(schema, 7n, BATCH);
      body[at] = value;
      assertEquals(parseBatch(schema, body), undefined, `${value} at ${at}, schema ${schema}`);
    }
  }
  assertEquals(parseWant(encodeWant({ next: 2, all: 1 }).body), undefined);
  assertEquals(parseWant(encodeWant({ next: 2 ** 21, all: 2 ** 22 }).body), undefined);
});

Deno.test("a compact batch has the types of its parts, ascending", () => {
  const parts = [{ type: 7, count: 3 }, { type: 29, count: 2 }];
  const compact = { ...BATCH, parts, encoding: Encoding.Compact };
  const { body } = encodeBatch(SCHEMA, 7n, compact);
  assertEquals(parseBatch(SCHEMA, body)?.parts, parts);
  const mixed = encodeBatch(SCHEMA, 7n, { ...compact, parts: parts.toReversed() });
  assertEquals(parseBatch(SCHEMA, mixed.body), undefined);
});

Deno.test("a small batch does not keep the large buffer that it came in", () => {
  const { body } = encodeBatch(SCHEMA, 7n, BATCH);
  const message = new Uint8Array(new ArrayBuffer(65_536), 0, body.length);
  message.set(body);
  assertEquals(parseBatch(SCHEMA, message)!.body, BATCH.body);
  assert(parseBatch(SCHEMA, message)!.body.buffer.byteLength < 100);
});

Deno.test("a batch counts with its message's body, and takes 512 bytes of credit more", () => {
  const { body } = encodeBatch(SCHEMA, 7n, BATCH);
  assertEquals([batchBytes(SCHEMA, BATCH), batchCost(SCHEMA, BATCH)], [
    body.length,
    body.length + 512,
  ]);
});

Deno.test("values of kinds that are not known are passed over, others have to be as they should", () => {
  const values = (hex: string) => parseWelcome(parseHex(WELCOME_HEX + hex)!, 2)?.values;
  assertEquals(values("0900" + "0300" + "010203" + COLLECTOR_HEX + "ff7f" + "0000"), COLLECTOR);
  const { wantedTypes: _, ...all } = COLLECTOR;
  const types = "0400" + "0800" + "07000000" + "03040000";
  assertEquals(values(COLLECTOR_HEX.replace(types, "")), all);
  const wrong = {
    "no store id": COLLECTOR_HEX.replace("0200" + "1000" + "000102030405060708090a0b0c0d0e0f", ""),
    "a kind twice": COLLECTOR_HEX + "0500" + "0800" + "feffffffffffffff",
    "a length beyond the end": COLLECTOR_HEX + "0900" + "0100",
    "half a head": COLLECTOR_HEX + "090000",
    "no delimited records": COLLECTOR_HEX.replace("0109", "0909"),
    "hardly any room for a batch": COLLECTOR_HEX.replace("00001000", "ffff0000"),
    "part of a type": COLLECTOR_HEX.replace(types, "0400" + "0500" + "0700000003"),
    "part of a key id": COLLECTOR_HEX.replace("0600040001020304", "06000300010203"),
    "nothing": "",
  };
  for (const [what, hex] of Object.entries(wrong)) assertEquals(values(hex), undefined, what);
  assertEquals(
    parseOffer(parseHex("0100" + "0100" + "02")!),
    undefined,
    "an offer without records",
  );
  assertEquals(parseOffer(new Uint8Array(0)), undefined);
});
