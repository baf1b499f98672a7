import { createHash } from "node:crypto";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { CheckedSessionBatch } from "../../../lib/verify/check_session_batch.ts";
import { SessionLog, type StoredPart } from "../../../lib/write/files/session_log.ts";
import { sessionBatch, TCP, UDP } from "./session_sensor.ts";

/** A batch that has one part. */
const batch = (sequence: bigint) => sessionBatch(sequence, `batch ${sequence}`);

/** The parts of a batch that are on disk. */
function stored(batch: CheckedSessionBatch, on = [1]): StoredPart[] {
  const { sequence, digest, reason } = batch;
  const parts = Math.max(1, batch.parts.length);
  return on.map((part) => ({ sequence, digest, reason, version: 2, part, parts }));
}

/** Takes one that has one part. */
const take = (log: SessionLog, sequence: bigint) => log.take(batch(sequence), [1]);

Deno.test("settled rises over what is durable without a gap, in whatever order it became so", () => {
  const log = new SessionLog();
  for (const sequence of [1n, 2n, 3n, 4n]) take(log, sequence);
  const rises = [3n, 1n, 2n, 4n].map((sequence) => [log.store(sequence, 1, 0n, "f"), log.settled]);
  assertEquals(rises, [[false, 0n], [true, 1n], [true, 3n], [true, 4n]]);
});

Deno.test("what was stored before counts, above what was settled then", () => {
  const log = new SessionLog(3n, "f", [2n, 4n, 6n].flatMap((each) => stored(batch(each))));
  assertEquals([log.settled, log.recorded, log.recordedIn], [4n, 3n, "f"]);
  assertEquals([5n, 6n].map((sequence) => log.missing(batch(sequence))), [[1], []]);
  assertEquals(log.missing(sessionBatch(6n, "another")), "fork");
  take(log, 5n);
  assertEquals(log.store(5n, 1, 4n, "g"), true);
  assertEquals([log.settled, log.recorded, log.recordedIn], [6n, 4n, "g"]);
});

Deno.test("a batch is taken once and settled once", () => {
  const log = new SessionLog(2n, "f");
  take(log, 3n);
  for (const sequence of [1n, 2n, 3n]) {
    assertThrows(() => take(log, sequence), RangeError, "here already");
  }
  log.store(3n, 1, 2n, "f");
  assertThrows(() => log.store(3n, 1, 2n, "f"), RangeError, "does not wait");
  assertThrows(() => log.store(9n, 1, 2n, "f"), RangeError, "does not wait");
});

Deno.test("what is skipped is counted without what is here, and not while batches wait", () => {
  const log = new SessionLog(5n, "f", [8n, 10n].flatMap((each) => stored(batch(each))));
  assertEquals([log.skipTo(6n), log.settled], [0n, 5n]);
  assertEquals([log.skipTo(10n), log.settled], [3n, 10n]); // 6, 7, 9
  assertEquals([log.skipTo(3n), log.settled], [0n, 10n]);
  take(log, 11n);
  assertThrows(() => log.skipTo(20n), TypeError, "some wait");
});

Deno.test("drained() waits for what has been taken, and for no more once that fails", async () => {
  const log = new SessionLog();
  await log.drained();
  take(log, 1n);
  take(log, 2n);
  let isDrained = false;
  const drained = log.drained().then(() => isDrained = true);
  log.store(1n, 1, 0n, "f");
  await Promise.resolve();
  assertEquals(isDrained, false);
  log.store(2n, 1, 1n, "f");
  await drained;
  take(log, 3n);
  const failing = log.drained();
  log.fail(new Error("no disk"));
  await assertRejects(() => failing, Error, "no disk");
  await assertRejects(() => log.drained(), Error, "no disk");
});

Deno.test("a log is blank until something of the session is on disk or waits for it", () => {
  const log = new SessionLog();
  assertEquals([log.isBlank, log.skipTo(10n), log.isBlank], [true, 9n, true]);
  take(log, 10n);
  assertEquals(log.isBlank, false);
  const first = new SessionLog();
  take(first, 1n);
  first.store(1n, 1, 0n, "f"); // tells that nothing is settled, and is there
  assertEquals([first.isBlank, new SessionLog(0n, "f").isBlank], [false, false]);
});

Deno.test("the name of the file that tells what is settled follows it", () => {
  const log = new SessionLog(3n, "f");
  log.renamed("g", "h");
  assertEquals(log.recordedIn, "f");
  log.renamed("f", "h");
  log.record(2n, "late"); // tells less
  assertEquals([log.recorded, log.recordedIn], [3n, "h"]);
  log.record(3n, "note");
  assertEquals(log.recordedIn, "note");
});

Deno.test("a batch is durable when all of its parts are; of one that comes again the missing ones are taken", () => {
  const [first, second] = [1n, 2n].map((n) => sessionBatch(n, `batch ${n}`, { types: [UDP, TCP] }));
  const log = new SessionLog(0n, "f", [...stored(first!, [2]), ...stored(second!, [1, 2])]);
  assertEquals([log.settled, log.missing(first!), log.missing(second!)], [0n, [1], []]);
  assertEquals(log.missing(sessionBatch(1n, "batch 1")), "fork", "another number of parts");
  log.take(first!, [1]);
  assertEquals(log.missing(first!), []);
  assertThrows(() => log.store(1n, 2, 0n, "g"), RangeError, "does not wait");
  assertEquals(log.store(1n, 1, 0n, "g"), true);
  assertEquals([log.settled, log.missing(second!)], [2n, []]);
});

Deno.test("parts become durable in any order, and what is skipped is not there while one is missing", () => {
  const types = [7, UDP, TCP];
  const log = new SessionLog(0n, "f", stored(sessionBatch(2n, "two", { types }), [1, 3]));
  log.take(sessionBatch(1n, "one", { types }), [1, 2, 3]);
  assertEquals([3, 1, 2].map((part) => log.store(1n, part, 0n, "f")), [false, false, true]);
  assertEquals([log.skipTo(4n), log.settled], [2n, 3n]); // 2, of which two parts are there, and 3
});

Deno.test("a batch that is refused is whole by that, whatever parts are there", () => {
  const types = [UDP, TCP];
  const refused = sessionBatch(1n, "one", { types, reason: 7 });
  const before = stored(sessionBatch(1n, "one", { types }), [2]);
  const log = new SessionLog(0n, "f", before);
  assertEquals(log.missing(refused), [1]);
  log.take(refused, [1]);
  assertEquals(log.store(1n, 1, 0n, "Unknown"), true);
  assertEquals(new SessionLog(0n, "f", [...before, ...stored(refused)]).settled, 1n);
  assertEquals(new SessionLog(0n, "f", [...stored(refused), ...before]).settled, 1n);
});

Deno.test("a batch that is there in a member of version 1 is known by the digest of its records", () => {
  const records = Uint8Array.of(5, ...new TextEncoder().encode("one 1"));
  const digest = new Uint8Array(createHash("sha256").update(records).digest().subarray(0, 8));
  const old = { sequence: 2n, digest, reason: 0, version: 1, part: 1, parts: 1 };
  const log = new SessionLog(0n, "f", [old]);
  assertEquals(log.missing(sessionBatch(2n, "one 1")), []);
  assertEquals(log.missing(sessionBatch(2n, "one 2")), "fork");
  // A refused one has none: its digest is that of its body in either version.
  const refused = sessionBatch(2n, "one 1", { reason: 7 });
  const refusedLog = new SessionLog(0n, "f", [{ ...old, digest: refused.digest, reason: 7 }]);
  assertEquals(refusedLog.missing(refused), []);
  assertEquals(refusedLog.missing(sessionBatch(2n, "one 2", { reason: 7 })), "fork");
});
