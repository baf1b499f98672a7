import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import type { Tag } from "../../lib/base/record/tags.ts";
import { MAX_RECORD_BYTES } from "../../lib/base/record/wire_writer.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";

const FIELD = 0x0a as Tag<Uint8Array>;

/** Writes a record whose body has `bodyBytes` bytes (of 2 and more, below 130). */
function add(batches: Batches, type: number, bodyBytes: number, fill = 0): void {
  batches.begin(type).bytesOf(FIELD, new Uint8Array(bodyBytes - 2).fill(fill), 0, bodyBytes - 2);
  batches.commit(type);
}

function bodies(batch: Batch): Uint8Array[] {
  const found: Uint8Array[] = [];
  const { problem } = walkRecords(batch.data, (at, end) => found.push(batch.data.slice(at, end)));
  assertEquals(problem, undefined);
  assertEquals(found.length, batch.count);
  return found;
}

Deno.test("a batch is closed when the next record would pass the limit; that record opens the next", () => {
  const closed: Batch[] = [];
  const batches = new Batches(100, (batch) => closed.push(batch));
  for (let record = 0; record < 4; record++) add(batches, 37, 32, record); // 33 bytes each
  assertEquals(closed.map(({ count, data }) => [count, data.length]), [[3, 99]]);
  batches.closeAll();
  assertEquals(closed.map(({ count }) => count), [3, 1]);
  assertEquals(closed.flatMap(bodies).map((body) => body[2]), [0, 1, 2, 3]);
});

Deno.test("a batch may be filled exactly", () => {
  const closed: Batch[] = [];
  const batches = new Batches(99, (batch) => closed.push(batch));
  for (let record = 0; record < 3; record++) add(batches, 37, 32);
  assertEquals(closed, []);
  batches.closeAll();
  assertEquals(closed.map(({ data }) => data.length), [99]);
});

Deno.test("types do not share batches", () => {
  const closed: Batch[] = [];
  const batches = new Batches(1000, (batch) => closed.push(batch));
  for (const type of [38, 7, 38, 103]) add(batches, type, 10);
  batches.closeAll();
  assertEquals(closed.map(({ type, count }) => [type, count]), [[7, 1], [38, 2], [103, 1]]);
});

Deno.test("a record larger than the limit makes a batch of its own", () => {
  const closed: Batch[] = [];
  const batches = new Batches(100, (batch) => closed.push(batch));
  add(batches, 38, 20);
  const large = new Uint8Array(70_000).fill(7);
  batches.begin(38).bytesOf(FIELD, large, 0, large.length);
  batches.commit(38);
  add(batches, 38, 20);
  batches.closeAll();
  assertEquals(closed.map(({ count }) => count), [1, 1, 1]);
  assertEquals(bodies(closed[1]!)[0]!.length, 70_000 + 4);
});

Deno.test("length prefixes of one, two and three bytes can follow one another", () => {
  const closed: Batch[] = [];
  const batches = new Batches(1 << 20, (batch) => closed.push(batch));
  const sizes = [5, 127, 128, 5, 20_000, 200, 16_383, 16_384, 2];
  for (const size of sizes) {
    const out = batches.begin(41);
    for (let at = 0; at < size; at++) out.byte(size);
    batches.commit(41);
  }
  batches.closeAll();
  assertEquals(bodies(closed[0]!).map((body) => body.length), sizes);
  assertEquals(
    bodies(closed[0]!).every((body, i) => body.every((b) => b === sizes[i]! % 256)),
    true,
  );
});

Deno.test("a record without a byte behind one larger than a buffer is in its batch, framed", () => {
  const closed: Batch[] = [];
  const batches = new Batches(10, (batch) => closed.push(batch));
  for (const size of [5, 3000, 0, 0]) {
    batches.begin(7).bytesOf(FIELD, new Uint8Array(size), 0, size);
    batches.commit(7);
  }
  batches.closeAll();
  assertEquals(closed.flatMap(bodies).map((body) => body.length).slice(-2), [0, 0]);
});

Deno.test("rewind() leaves no trace", () => {
  const closed: Batch[] = [];
  const batches = new Batches(100, (batch) => closed.push(batch));
  add(batches, 7, 20, 1);
  batches.begin(7).bytesOf(FIELD, new Uint8Array(90), 0, 90);
  batches.rewind(7);
  add(batches, 7, 20, 2);
  batches.closeAll();
  assertEquals(closed.flatMap(bodies).map((body) => body[2]), [1, 2]);
});

Deno.test("a record past the limit of all records is dropped, its neighbours stay", () => {
  const closed: Batch[] = [];
  const batches = new Batches(1000, (batch) => closed.push(batch));
  add(batches, 41, 20, 1);
  const out = batches.begin(41);
  for (let at = 0; at <= MAX_RECORD_BYTES; at++) out.byte(9);
  assertEquals(batches.commit(41), false);
  add(batches, 41, 20, 2);
  batches.closeAll();
  assertEquals(closed.flatMap(bodies).map((body) => body[2]), [1, 2]);
});

Deno.test("closeOlderThan() closes a batch when its oldest record has that age, not before", () => {
  const closed: Batch[] = [];
  const batches = new Batches(1000, (batch) => closed.push(batch));
  batches.closeOlderThan(5000, 1000);
  add(batches, 7, 20);
  batches.closeOlderThan(5000, 4000);
  add(batches, 7, 20);
  add(batches, 8, 20);
  batches.closeOlderThan(5000, 5999);
  assertEquals(closed, []);
  batches.closeOlderThan(5000, 6000);
  assertEquals(closed.map(({ type, count }) => [type, count]), [[7, 2]]);
  batches.closeOlderThan(5000, 9000);
  assertEquals(closed.map(({ type, count }) => [type, count]), [[7, 2], [8, 1]]);
});

/** Closes a batch of that type that fills more than half of a buffer of 4,000 bytes and what is behind. */
function addFull(batches: Batches, type: number, fill: number): void {
  batches.begin(type).bytesOf(FIELD, new Uint8Array(3500).fill(fill), 0, 3500);
  batches.commit(type);
  batches.closeAll();
}

Deno.test("the buffer of a batch that came back is the one of a batch to come", () => {
  const closed: Batch[] = [];
  const batches = new Batches(4000, (batch) => closed.push(batch));
  addFull(batches, 7, 1);
  const { buffer } = closed[0]!.data;
  batches.recycle(closed[0]!);
  addFull(batches, 7, 2); // opens the next in that buffer
  addFull(batches, 7, 3);
  assertStrictEquals(closed[2]!.data.buffer, buffer);
  assertEquals(closed.slice(1).flatMap(bodies).map((body) => body[3]), [2, 3]);
});

Deno.test("a buffer is given to one batch at a time, and not at all unless it came back", () => {
  const closed: Batch[] = [];
  const batches = new Batches(4000, (batch) => closed.push(batch));
  for (let round = 0; round < 3; round++) {
    for (let type = 7; type < 20; type++) addFull(batches, type, round);
  }
  const buffers = new Set(closed.map(({ data }) => data.buffer));
  assertEquals(buffers.size, closed.length);
  closed.forEach((batch) => batches.recycle(batch));
  const first = closed.length;
  for (let type = 7; type < 20; type++) addFull(batches, type, 3);
  for (let type = 7; type < 20; type++) addFull(batches, type, 4);
  const later = closed.slice(first).map(({ data }) => data.buffer);
  assertEquals(new Set(later).size, later.length);
  assert(later.slice(-13).every((buffer) => buffers.has(buffer)));
});

Deno.test("a short batch has no more memory than it needs, and stays what it is", () => {
  const closed: Batch[] = [];
  const batches = new Batches(4000, (batch) => closed.push(batch));
  for (let round = 1; round <= 3; round++) {
    add(batches, 7, 20, round);
    add(batches, 7, 30, round);
    batches.closeAll();
  }
  assertEquals(closed.map(({ data }) => data.buffer.byteLength), [52, 52, 52]);
  assertEquals(closed.flatMap(bodies).map((body) => body[2]), [1, 1, 2, 2, 3, 3]);
});

Deno.test("a buffer that had to grow for a large record is not used again", () => {
  const closed: Batch[] = [];
  const batches = new Batches(100, (batch) => closed.push(batch));
  const large = new Uint8Array(70_000);
  batches.begin(38).bytesOf(FIELD, large, 0, large.length);
  batches.commit(38);
  batches.closeAll();
  const { buffer } = closed[0]!.data;
  batches.recycle(closed[0]!);
  for (let round = 0; round < 3; round++) {
    add(batches, 38, 20);
    batches.closeAll();
  }
  assert(closed.slice(1).every(({ data }) => data.buffer !== buffer));
});

Deno.test("closeOlderThan() counts the age of the next batch from the record that opened it", () => {
  const closed: Batch[] = [];
  const batches = new Batches(100, (batch) => closed.push(batch));
  batches.closeOlderThan(5000, 1000);
  for (let record = 0; record < 3; record++) add(batches, 7, 32);
  batches.closeOlderThan(5000, 4000);
  add(batches, 7, 32); // does not fit, and opens the next
  assertEquals(closed.map(({ count }) => count), [3]);
  batches.closeOlderThan(5000, 8999);
  assertEquals(closed.length, 1);
  batches.closeOlderThan(5000, 9000);
  assertEquals(closed.map(({ count }) => count), [3, 1]);
});

Deno.test("closeAll() closes nothing that is empty", () => {
  const closed: Batch[] = [];
  const batches = new Batches(100, (batch) => closed.push(batch));
  batches.closeAll();
  add(batches, 7, 20);
  batches.closeAll();
  batches.closeAll();
  batches.begin(8);
  batches.rewind(8);
  batches.closeAll();
  assertEquals(closed.map(({ type, count }) => [type, count]), [[7, 1]]);
});

Deno.test("a batch without room is a mistake of the caller", () => {
  for (const maxBytes of [0, -1, NaN]) {
    assertThrows(() => new Batches(maxBytes, () => {}), RangeError);
  }
});
