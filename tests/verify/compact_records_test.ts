import { assert, assertEquals, assertGreater } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import { concat, parseHex } from "../../lib/base/bytes/bytes.ts";
import { readUvarint, uvarintEnd } from "../../lib/base/bytes/uvarint.ts";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import { COMPACT_TYPES } from "../../lib/gather/compact/record_types.ts";
import { CompactWriter } from "../../lib/gather/compact/writer.ts";
import { digestOf } from "../../lib/pack/digest.ts";
import { CompactRecords } from "../../lib/verify/compact_records.ts";
import { captures, type Frame, framesOf } from "../decode/captured_frames.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { assertSameBothWays } from "./compact_both_ways.ts";

const FRAMES = captures().flatMap(framesOf);

Deno.test("compact batches become the records that decoders write, byte for byte", () => {
  for (const capture of captures()) assertSameBothWays(framesOf(capture));
});

Deno.test("so they do without context, and where only some types are wanted", () => {
  assertSameBothWays(FRAMES, { context: false });
  assertSameBothWays(FRAMES, {}, (type) => ["IPv4", "UDP", "DNS"].includes(type));
  assertSameBothWays(FRAMES, {}, (type) => !["Ethernet", "TCP"].includes(type));
});

Deno.test("most packets of ordinary traffic are taken as headers", () => {
  const writer = new CompactWriter();
  const office = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  const taken = office.filter(({ bytes, sec, nsec, linkType }) => {
    if (writer.isFull) writer.finish([], true);
    return writer.take(bytes, 0, bytes.length, sec, nsec, linkType);
  });
  assertGreater(taken.length / office.length, 0.9);
});

Deno.test("so they do of frames with changed bytes, cut frames and clocks that jump", () => {
  const random = randomNumbers(20261128);
  for (let round = 0; round < 4; round++) {
    const frames = Array.from({ length: 4000 }, (): Frame => {
      const frame = FRAMES[random(FRAMES.length)]!;
      const bytes = frame.bytes.slice(0, random(8) === 0 ? random(frame.bytes.length) : undefined);
      for (let changes = random(3); changes > 0 && bytes.length > 0; changes--) {
        bytes[random(Math.min(bytes.length, 90))] = random(256);
      }
      const sec = random(500) === 0 ? (random(2) === 0 ? 0xffffffff : -1) : frame.sec;
      return { ...frame, bytes, sec, nsec: random(1_000_000_000) };
    });
    assertSameBothWays(frames);
  }
});

/** A SYN of TCP over IPv4 and Ethernet with a maximum segment size as its option. */
function synOf(sourcePort: number, segmentBytes: number): Frame {
  const port = sourcePort.toString(16).padStart(4, "0");
  const size = segmentBytes.toString(16).padStart(4, "0");
  const bytes = parseHex(
    "0200000000020200000000010800" + "4500002c000040004006269b0a0000010a000002" +
      `${port}0050000000000000000060020400000000000204${size}`,
  )!;
  return { number: 1, bytes, originalLength: bytes.length, sec: 1, nsec: 0, linkType: 1 };
}

/** A segment of TCP as above with 40 bytes of options, `optionsHex` at first, every flag and an odd length. */
function segmentOf(optionsHex: string, sec = 1_700_000_000): Frame {
  const bytes = parseHex(
    "0200000000020200000000010800" + "4510006100014000400600000a0000017f0000ff" +
      "ffff0001ffffffff80000000f1ffffffffff0001" + optionsHex.padEnd(80, "0") + "55".repeat(17),
  )!;
  return { number: 1, bytes, originalLength: bytes.length, sec, nsec: 1, linkType: 1 };
}

Deno.test("so they do of TCP options that are many, ended, malformed, and of times of any length", () => {
  const options = [
    "01".repeat(40),
    "0101080a0000000100000002",
    "00".repeat(40),
    "01000101",
    "fe28",
  ];
  const malformed = ["0201", "01".repeat(39) + "02", "0300", "05ff"];
  assertSameBothWays([...options, ...malformed].map((hex) => segmentOf(hex)));
  for (const sec of [0, 1, 70_000_000, 73_000_000, 0x7fffffff, 0xffffffff]) {
    assertSameBothWays([segmentOf("01", sec)]);
  }
});

Deno.test("so they do where many link headers have the same addresses and ports, in both directions", () => {
  const random = randomNumbers(41);
  const there = synOf(1, 1460).bytes;
  const back = there.slice();
  back.set(there.subarray(30, 34), 26);
  back.set(there.subarray(26, 30), 30);
  back.set(there.subarray(36, 38), 34);
  back.set(there.subarray(34, 36), 36);
  assertSameBothWays(Array.from({ length: 3000 }, (_, n): Frame => {
    const bytes = (random(2) === 0 ? there : back).slice();
    new DataView(bytes.buffer).setUint16(random(2) === 0 ? 4 : 10, random(1500));
    return { number: n, bytes, originalLength: bytes.length, sec: 1, nsec: n, linkType: 1 };
  }));
});

/** A packet between few ends, perhaps from one to itself, behind Ethernet or a cooked header, with tags or not. */
function packetOfFew(random: (below: number) => number, n: number): Frame {
  const one = (...of: string[]) => of[random(of.length)]!;
  const mac = () => one("020000000001", "020000000002");
  const port = () => one("0050", "0051");
  const [type, ip] = random(4) === 0
    ? [one("0806", "88cc"), ""]
    : random(2) === 0
    ? ["0800", "4500002800004000" + "40060000" + one("0a000001", "0a000002") + "0a000001"]
    : ["86dd", "60000000" + "0014" + "0640" + one("01", "02").repeat(16) + "01".repeat(16)];
  const etherType = random(2) === 0 ? type : "8100" + one("0001", "0002") + type;
  const isCooked = ip !== "" && random(3) === 0;
  const link = isCooked ? "000000010006" + mac() + "0000" : mac() + mac();
  const tcp = port() + port() + "0000000100000002" + "5010" + "0200" + "0000" + "0000";
  const bytes = parseHex(link + etherType + ip + (ip === "" ? "" : tcp))!;
  const linkType = isCooked ? 113 : 1;
  return { number: n, bytes, originalLength: bytes.length, sec: 1, nsec: n, linkType };
}

Deno.test("so they do between few ends, also where both are the same", () => {
  const random = randomNumbers(43);
  for (let round = 0; round < 5; round++) {
    assertSameBothWays(Array.from({ length: 1000 }, (_, n) => packetOfFew(random, n)));
  }
});

Deno.test("so they do of more forms of TCP options than there is room for", () => {
  const sizes = Array.from({ length: 300 }, (_, n) => n);
  assertSameBothWays([...sizes.map((size) => synOf(1, size)), synOf(2, 1000), synOf(1, 1000)]);
});

Deno.test("damaged columns are refused without an exception, and make no more rows than a batch may", () => {
  const writer = new CompactWriter();
  for (const { bytes, sec, nsec, linkType } of FRAMES.slice(0, 4000)) {
    if (!writer.isFull && writer.isNear(sec)) {
      writer.take(bytes, 0, bytes.length, sec, nsec, linkType);
    }
  }
  const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
  const random = randomNumbers(7);
  const maker = new CompactRecords();
  assert(maker.make(data, sumBytes));
  assert(!maker.make(data, sumBytes - 1));
  assert(!maker.make(data.subarray(1), sumBytes));
  assert(!maker.make(data, data.length + 1));
  let refused = 0;
  for (let round = 0; round < 500; round++) {
    const damaged = data.slice();
    for (let changes = 1 + random(4); changes > 0; changes--) {
      damaged[random(random(4) === 0 ? 60 : damaged.length)] = random(256);
    }
    if (!maker.make(damaged, sumBytes)) refused++;
    for (const type of COMPACT_TYPES) {
      const records = maker.records(type);
      const { count, problem } = walkRecords(records, () => {});
      assert(problem === undefined && count <= 2 * 4096, `${count} records, ${problem}`);
      assertEquals(digestOf(inflateRawSync(maker.pack(type))), digestOf(records));
    }
  }
  assertGreater(refused, 250);
});

Deno.test("a number of more than 53 bits is none", () => {
  const writer = new CompactWriter();
  const { bytes } = synOf(1, 1460);
  assert(writer.take(bytes, 0, bytes.length, 1, 0, 1));
  const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
  const maker = new CompactRecords();
  assert(maker.make(data, sumBytes));
  // Rows, options, unit: the seconds are the fourth number.
  let at = 0;
  for (let numbers = 0; numbers < 3; at++) if (data[at]! < 0x80) numbers++;
  assertEquals(data[at], 2); // 1, as signed numbers are written
  const withSeconds = (hex: string) =>
    concat([data.subarray(0, at), parseHex(hex)!, data.subarray(at + 1)]);
  assert(maker.make(withSeconds("feffffffffffff0f"), sumBytes)); // 2^53 - 2
  assert(!maker.make(withSeconds("8080808080808010"), sumBytes)); // 2^53
  assert(!maker.make(withSeconds("808080808080808001"), sumBytes)); // 9 bytes
});

/** Where the column `change` of a batch is: behind 5 numbers, the lengths of 14 columns, and the first of these. */
function changeColumn(data: Uint8Array): [number, number] {
  let at = 0;
  const numbers = Array.from({ length: 5 + 14 }, () => {
    const from = at;
    at = uvarintEnd(data, from, data.length);
    return readUvarint(data, from, at);
  });
  at += numbers[5]!;
  return [at, at + numbers[6]!];
}

Deno.test("a bit of `change` that means nothing is refused", () => {
  const writer = new CompactWriter();
  const { bytes } = synOf(1, 1460);
  for (let n = 0; n < 2; n++) assert(writer.take(bytes, 0, bytes.length, 1, 0, 1));
  const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
  const maker = new CompactRecords();
  const [at, end] = changeColumn(data);
  assertEquals(end - at, 2);
  for (const place of [at, at + 1]) {
    for (const bit of [5, 6, 7]) {
      const changed = data.slice();
      changed[place]! |= 1 << bit;
      assertEquals(maker.make(changed, sumBytes), undefined);
      assertEquals(maker.count(changed, sumBytes), undefined);
    }
  }
  assert(maker.make(data, sumBytes));
});

Deno.test("what is made of damaged columns that make sense is what decoders make of them", () => {
  const random = randomNumbers(20261129);
  const [kernel, decoders] = [new CompactRecords(), new CompactRecords()];
  let accepted = 0;
  for (let round = 0; round < 2500; round++) {
    const writer = new CompactWriter();
    const first = random(FRAMES.length - 8);
    for (const { bytes, sec, nsec, linkType } of FRAMES.slice(first, first + 8)) {
      if (writer.isNear(sec)) writer.take(bytes, 0, bytes.length, sec, nsec, linkType);
    }
    const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
    const damaged = data.slice();
    for (let changes = random(3); changes > 0; changes--) {
      damaged[4 + random(damaged.length - 4)] = random(256);
    }
    const [at, end] = changeColumn(data);
    if (end > at) damaged[at + random(end - at)]! |= 1 << random(5);
    if (!kernel.make(damaged, sumBytes)) continue;
    accepted++;
    // Rows, then options. Without the last of the types, decoders make the others.
    assertEquals([...damaged.subarray(1, 3)], [0xff, 0x03]);
    damaged[2] = 0x01;
    assert(decoders.make(damaged, sumBytes));
    for (const type of COMPACT_TYPES.slice(0, -1)) {
      assertEquals(digestOf(kernel.records(type)), digestOf(decoders.records(type)), `${type}`);
    }
  }
  assertGreater(accepted, 250);
});

Deno.test("a whole record comes out as it went in, as long as a batch has room for it", () => {
  const [type] = COMPACT_TYPES;
  const maker = new CompactRecords();
  for (const bytes of [2, 126, 128, 1 << 20, (2 << 20) - 100]) {
    const record = new Uint8Array(bytes).map((_, at) => at % 2 === 0 ? 0x10 : 0x01); // field 2 is 1
    const writer = new CompactWriter();
    writer.record(type!, record, 0, bytes);
    const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
    assertEquals(maker.make(data, sumBytes), new Map([[type!, 1]]));
    const records = maker.records(type!);
    let taken;
    walkRecords(records, (at, end) => taken = digestOf(records.subarray(at, end)));
    assertEquals(taken, digestOf(record));
  }
});

Deno.test("columns that say much make no more than their rows", () => {
  const writer = new CompactWriter();
  const tagged = parseHex(
    "0200000000020200000000018100000181000002" + "86dd600000000028063f" + "20".repeat(32) +
      "0001000200000000000000" + "00a0020400" + "00000000" + "080a".padEnd(40, "0"),
  )!;
  // The most that a row can make: Ethernet, two tags, IPv6 and TCP, at the least cost: a flow that is there.
  while (!writer.isFull) assert(writer.take(tagged, 0, tagged.length, 1, 0, 1));
  const { data, sumBytes } = writer.finish(Array(8).fill(true), true);
  const maker = new CompactRecords();
  const counts = maker.make(data, sumBytes);
  const made = COMPACT_TYPES.map((type) => counts?.get(type) ?? 0);
  assertEquals(made, [4096, 8192, 0, 4096, 4096, 0, 0, 0]);
  const bytes = COMPACT_TYPES.reduce((sum, type) => sum + maker.records(type).length, 0);
  assert(bytes <= 4 << 20, `${bytes} bytes`);

  // As many rows more cost nothing: they are refused at the head.
  const more = data.slice();
  more[1]! += 1; // 4,096 is 80 20: 4,224
  assertEquals(maker.make(more, sumBytes), undefined);
  const left = COMPACT_TYPES.reduce((sum, type) => sum + maker.records(type).length, 0);
  assertEquals(left, 0);
});
