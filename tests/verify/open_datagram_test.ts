import { create, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import { RECORD_TYPES } from "../../lib/base/record/record_types.ts";
import { sealBox } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { encodeDatagram } from "../../lib/transport/box/datagram.ts";
import { DatagramOpener, type DatagramRefusal } from "../../lib/verify/open_datagram.ts";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { parseRoster } from "../../lib/seal/roster.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import { VECTOR } from "../seal/vector.ts";

const hex = (text: string) => parseHex(text)!;
const COLLECTOR = keyPairOf(hex(VECTOR.collectorPrivateKey));
const SENSOR = keyPairOf(hex(VECTOR.agentPrivateKey));
const SHARED_KEY = sharedKey(COLLECTOR.publicKey, SENSOR.privateKey)!;
const RECORD = hex(`35${VECTOR.ethernetRecord}`);
const MAX_UNPACKED_BYTES = 8 << 20;

/** What the collector makes of a datagram. */
function open(bytes: Uint8Array) {
  return new DatagramOpener(COLLECTOR.privateKey).open(bytes, 0);
}

/** A datagram with that content of its box. */
function sealed(content: Uint8Array, nonce = hex(VECTOR.nonce)): Uint8Array<ArrayBuffer> {
  const box = sealBox(content, nonce, SHARED_KEY);
  return encodeDatagram({ publicKey: SENSOR.publicKey, nonce, box });
}

/** A `Batch` message, not packed. */
function batchOf(data: Uint8Array, type: Type = Type.NC_Ethernet): Uint8Array {
  const message = { ClientID: "alice", MessageType: type, Data: data };
  return toBinary(BatchSchema, create(BatchSchema, message));
}

Deno.test("the original's datagram opens, first and again", () => {
  const opener = new DatagramOpener(COLLECTOR.privateKey);
  for (let time = 0; time < 2; time++) {
    const opened = opener.open(hex(VECTOR.datagram), 0);
    assert("batch" in opened);
    const { records, ...batch } = opened.batch;
    assertEquals(batch, {
      clientId: "alice",
      type: Type.NC_Ethernet,
      count: 1,
      firstTime: 1600000000000000001n,
      lastTime: 1600000000000000001n,
      containsPayloads: false,
    });
    assertEquals(encodeHex(records), `35${VECTOR.ethernetRecord}`);
  }
});

/** The reasons that lie in who sent it, not in its bytes. */
type RosterRefusal = "not a sensor that may use datagrams" | "not a type that it may send";

Deno.test("with a roster only its sensors may send datagrams, those that it says, under its name", () => {
  const sensor = VECTOR.datagram.slice(0, 64);
  const other = "07".repeat(32);
  const open = (roster: string) => {
    const parsed = parseRoster(roster);
    assert("roster" in parsed);
    return new DatagramOpener(COLLECTOR.privateKey, () => parsed.roster).open(
      hex(VECTOR.datagram),
      0,
    );
  };
  const opened = open(`${sensor} gate box`);
  assert("batch" in opened);
  assertEquals(opened.batch.clientId, "gate");
  for (const roster of ["", `${sensor} gate`, `${other} gate box`]) {
    assertEquals(open(roster), { refusal: "not a sensor that may use datagrams" }, roster);
  }
  assert("batch" in open(`${sensor} gate box types=Ethernet,TCP`));
  const refusal = "not a type that it may send";
  assertEquals(open(`${sensor} gate types=TCP box`), { refusal });
});

/** A datagram for every other reason to refuse one. */
const REFUSED: Record<
  Exclude<DatagramRefusal, RosterRefusal | "too many new senders">,
  readonly Uint8Array[]
> = {
  "too short": [new Uint8Array(0), hex(VECTOR.datagram).subarray(0, 71)],
  "not for this key": [
    new Uint8Array(72),
    hex(VECTOR.datagram).subarray(0, 72),
    hex(VECTOR.datagram).subarray(0, -1),
    concat([hex(VECTOR.datagram), Uint8Array.of(0)]),
    concat([new Uint8Array(32), hex(VECTOR.datagram).subarray(32)]), // a key of low order
  ],
  "not gzip": [sealed(new Uint8Array(0)), sealed(Uint8Array.of(0x1f)), sealed(batchOf(RECORD))],
  "damaged": [
    sealed(Uint8Array.of(0x1f, 0x8b)),
    sealed(gzipSync(batchOf(RECORD)).subarray(0, -1)),
    sealed(concat([gzipSync(batchOf(RECORD)), Uint8Array.of(0x1f)])),
  ],
  "too large": [sealed(gzipSync(new Uint8Array(MAX_UNPACKED_BYTES + 1)))],
  "not a batch": [sealed(gzipSync(Uint8Array.of(0xff, 0xff))), sealed(gzipSync(hex("0a05616c")))],
  "unknown type": [2, Type.NC_Header, Type.NC_Batch, Type.NC_TCPOption, 4711].map((type) =>
    sealed(gzipSync(batchOf(RECORD, type)))
  ),
  "no records": [
    sealed(gzipSync(batchOf(new Uint8Array(0)))),
    sealed(gzipSync(batchOf(hex(`1b${VECTOR.headerRecord}`)))),
  ],
  "broken framing": [
    sealed(gzipSync(batchOf(hex(VECTOR.ethernetRecord)))),
    sealed(gzipSync(batchOf(concat([RECORD, RECORD.subarray(0, -1)])))),
  ],
  "broken record": [
    sealed(gzipSync(batchOf(concat([RECORD, hex("0208ff")])))),
  ],
};

for (const [reason, datagrams] of Object.entries(REFUSED)) {
  Deno.test(`a datagram is refused: ${reason}`, () => {
    for (const datagram of datagrams) {
      assertEquals(open(datagram), { refusal: reason as DatagramRefusal }, encodeHex(datagram));
    }
  });
}

/** A `Batch` of that many bytes, more than 2 MiB: one record with one field of zeros. */
function batchOfLength(bytes: number): Uint8Array {
  const dataBytes = bytes - batchOf(new Uint8Array(0)).length - 5; // tag and length of Data
  const recordBytes = dataBytes - 4;
  const field = concat([hex("7a"), uvarint4(recordBytes - 5), new Uint8Array(recordBytes - 5)]);
  return batchOf(concat([uvarint4(recordBytes), field]));
}

Deno.test("a batch may unpack to 8 MiB, to the byte", () => {
  for (const excess of [0, 1]) {
    const batch = batchOfLength(MAX_UNPACKED_BYTES + excess);
    assertEquals(batch.length, MAX_UNPACKED_BYTES + excess);
    const opened = open(sealed(gzipSync(batch)));
    if (excess === 0) assert("batch" in opened && opened.batch.count === 1);
    else assertEquals(opened, { refusal: "too large" });
  }
});

Deno.test("a batch may come in several gzip members", () => {
  const batch = batchOf(RECORD);
  const parts = [batch.subarray(0, 5), batch.subarray(5, 6), batch.subarray(6)];
  const opened = open(sealed(concat(parts.map((part) => gzipSync(part)))));
  assert("batch" in opened);
  assertEquals(opened.batch.records, RECORD);
});

/** A length in four bytes. */
function uvarint4(value: number): Uint8Array {
  return Uint8Array.of(
    value & 0x7f | 0x80,
    value >> 7 & 0x7f | 0x80,
    value >> 14 & 0x7f | 0x80,
    value >> 21,
  );
}

/** Bytes with some of them changed, cut, doubled or put in. */
function mutated(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  let mutant = new Uint8Array(bytes);
  for (let change = 0; change <= random(3); change++) {
    const at = random(mutant.length + 1);
    const to = Math.min(mutant.length, at + random(20));
    switch (random(5)) {
      case 0:
      case 1:
        if (at < mutant.length) mutant[at] = random(256);
        break;
      case 2:
        mutant = mutant.slice(0, at);
        break;
      case 3:
        mutant = concat([mutant.subarray(0, to), mutant.subarray(at)]);
        break;
      case 4:
        mutant = concat([mutant.subarray(0, at), hex("ff80017f"), mutant.subarray(at)]);
        break;
    }
  }
  return mutant;
}

Deno.test("whatever is changed in a datagram, it gives a sound batch or a refusal", () => {
  const seed = 42;
  const random = randomNumbers(seed);
  const opener = new DatagramOpener(COLLECTOR.privateKey);
  const data = concat([hex(`1b${VECTOR.headerRecord}`), RECORD, RECORD]);
  const good = sealed(gzipSync(batchOf(data)));
  const counts: Record<string, number> = {};
  for (let round = 0; round < 4000; round++) {
    const makers = [
      () => mutated(good, random),
      () => sealed(mutated(gzipSync(batchOf(data)), random)),
      () => sealed(gzipSync(mutated(batchOf(data), random))),
      () => sealed(gzipSync(batchOf(mutated(data, random)))),
      () => sealed(gzipSync(batchOf(data, random(200)))),
    ];
    const datagram = makers[round % makers.length]!();
    try {
      const opened = opener.open(datagram, round);
      if ("refusal" in opened) {
        assert(opened.refusal in REFUSED, opened.refusal);
        counts[opened.refusal] = (counts[opened.refusal] ?? 0) + 1;
        continue;
      }
      const { type, count, records } = opened.batch;
      assert(RECORD_TYPES.includes(type));
      assertEquals(walkRecords(records, () => {}), { count, end: records.length });
      counts.batch = (counts.batch ?? 0) + 1;
    } catch (cause) {
      throw new Error(`seed ${seed}, round ${round}: ${encodeHex(datagram)}`, { cause });
    }
  }
  // It has been everywhere but at what takes megabytes.
  const reached = [...Object.keys(REFUSED).filter((reason) => reason !== "too large"), "batch"];
  assertEquals(Object.keys(counts).sort(), reached.sort());
  assertEquals("batch" in opener.open(good, 4000), true, "and goes on");
});

Deno.test("noise of every length gives a refusal", () => {
  const random = randomNumbers(7);
  const opener = new DatagramOpener(COLLECTOR.privateKey);
  for (const length of [...Array(300).keys(), 10_240, 65_507]) {
    const noise = Uint8Array.from({ length }, () => random(256));
    assertEquals(opener.open(noise, 0), {
      refusal: length < 72 ? "too short" : "not for this key",
    }, `${length} bytes`);
  }
});

Deno.test("made-up keys take no time from known senders: 1,000 of them in a second are looked at", () => {
  const opener = new DatagramOpener(COLLECTOR.privateKey);
  const good = sealed(gzipSync(batchOf(RECORD)));
  assertEquals("batch" in opener.open(good, 0), true);
  const stranger = good.slice();
  const counts: Record<string, number> = {};
  for (let number = 0; number < 1500; number++) {
    new DataView(stranger.buffer).setUint32(0, number);
    const opened = opener.open(stranger, 0);
    assert("refusal" in opened);
    counts[opened.refusal] = (counts[opened.refusal] ?? 0) + 1;
  }
  assertEquals(counts, { "not for this key": 999, "too many new senders": 501 });
  assertEquals("batch" in opener.open(good, 0), true);
  assertEquals(opener.open(stranger, 0.9), { refusal: "too many new senders" });
  assertEquals(opener.open(stranger, 1), { refusal: "not for this key" });
});
