import { assert, assertEquals, assertThrows } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { COMPACT_TYPES } from "../../lib/gather/compact/record_types.ts";
import { CompactWriter } from "../../lib/gather/compact/writer.ts";
import { digestOf } from "../../lib/pack/digest.ts";
import { CompactKernel, type KernelHost, Mode } from "../../lib/verify/compact_kernel.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";
import { randomNumbers } from "../base/random_numbers.ts";

const [ETHERNET, IPV4] = COMPACT_TYPES.keys();
/** A host that makes nothing, and has the kernel make what it can. */
const HOST: KernelHost = { begin: () => Mode.Kernel, packet() {}, record: () => true };

/** The office's packets, behind a record of one byte. */
const BATCH = (() => {
  const writer = new CompactWriter();
  writer.record(COMPACT_TYPES[0]!, Uint8Array.of(0), 0, 1);
  const office = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  for (const { bytes, sec, nsec, linkType } of office) {
    if (!writer.isFull) writer.take(bytes, 0, bytes.length, sec, nsec, linkType);
  }
  const { data, sumBytes } = writer.finish(COMPACT_TYPES.map(() => true), true);
  return { data: data.slice(), sumBytes };
})();

Deno.test("a batch that stops the kernel is refused, and the next one read as ever", () => {
  const { data, sumBytes } = BATCH;
  const good = new CompactKernel(HOST);
  assert(good.read(data, sumBytes));
  let isFilling = true;
  const kernel: CompactKernel = new CompactKernel({
    ...HOST,
    record(): boolean {
      // More than a slot has room for, which no batch is: the kernel finds it out, and stops.
      if (isFilling) { for (;;) kernel.add(IPV4!, new Uint8Array(1 << 20)); }
      return true;
    },
  });
  assert(!kernel.read(data, sumBytes));
  isFilling = false;
  assert(kernel.read(data, sumBytes));
  for (const slot of COMPACT_TYPES.keys()) {
    assertEquals(digestOf(kernel.records(slot)), digestOf(good.records(slot)));
    assertEquals(kernel.pack(slot), good.pack(slot));
  }
  assert(kernel.records(ETHERNET!).length > 0);
});

Deno.test("what the host throws is the host's", () => {
  const kernel = new CompactKernel({
    ...HOST,
    record() {
      throw new RangeError("of the host");
    },
  });
  assertThrows(() => kernel.read(BATCH.data, BATCH.sumBytes), RangeError, "of the host");
});

/** Packs these records, which are of no packets, and unpacks them by zlib. */
function assertPacks(records: readonly Uint8Array[]): void {
  const kernel = new CompactKernel({
    ...HOST,
    begin: () => Mode.Count,
    record() {
      for (const each of records) kernel.add(ETHERNET!, each);
      return false;
    },
  });
  assert(!kernel.read(BATCH.data, BATCH.sumBytes));
  const all = concat(records);
  assertEquals(digestOf(kernel.records(ETHERNET!)), digestOf(all));
  const packed = kernel.pack(ETHERNET!);
  const { buffer, engine } = inflateRawSync(packed, { info: true }) as unknown as {
    buffer: Uint8Array;
    engine: { bytesWritten: number };
  };
  assertEquals(digestOf(buffer), digestOf(all));
  assertEquals(engine.bytesWritten, packed.length);
}

Deno.test("records of any bytes are packed so that zlib unpacks them", () => {
  const random = randomNumbers(20261129);
  const bytes = (length: number, symbols = 256) =>
    Uint8Array.from({ length }, () => random(symbols));
  assertPacks([]);
  assertPacks([Uint8Array.of(0)]);
  for (const symbols of [1, 2, 3, 17, 256]) {
    for (const length of [1, 2, 3, 4, 5, 257, 258, 259, 262, 65_535, 65_536, 65_537, 200_000]) {
      const record = bytes(length, symbols);
      assertPacks([record]);
      assertPacks([record, record]);
    }
  }
  // As much as a slot holds, nothing of which is repeated.
  assertPacks(Array.from({ length: 4 }, () => bytes(1 << 20)));
  // So many repetitions that blocks end.
  assertPacks(Array.from({ length: 60 }, () => bytes(8000, 2)));
  // Repetitions of every length, and as far back as one may be, and further.
  const lengths = Array.from({ length: 300 }, (_, length) => bytes(length + 1));
  assertPacks(lengths.flatMap((each) => [each, each]));
  for (const distance of [32_767, 32_768, 32_769]) {
    const record = bytes(300);
    assertPacks([concat([record, bytes(distance - record.length)]), record]);
    assertPacks([record, bytes(distance - record.length), record]);
  }
});

Deno.test("no code is longer than 15 bits, and none for lengths than 7, whatever is how frequent", () => {
  const random = randomNumbers(15);
  for (const [ratio, symbols] of [[1.618, 29], [2, 20], [1.3, 50], [1.2, 80], [3, 14]] as const) {
    const counts = Array.from({ length: symbols }, (_, n) => Math.ceil(ratio ** n));
    const scale = Math.min(1, 4_000_000 / counts.reduce((sum, count) => sum + count));
    const record = concat(
      counts.map((count, n) => new Uint8Array(Math.ceil(count * scale)).fill(n * 3)),
    );
    // In no order, so that little is repeated.
    for (let i = record.length - 1; i > 0; i--) {
      const other = random(i + 1);
      [record[i], record[other]] = [record[other]!, record[i]!];
    }
    assertPacks([record]);
  }
});
