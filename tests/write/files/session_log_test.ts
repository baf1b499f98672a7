import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SessionLog } from "../../../lib/write/files/session_log.ts";

const DIGESTS = Array.from({ length: 9 }, (_, n) => Uint8Array.of(n));

Deno.test("settled rises over what is durable without a gap, in whatever order it became so", () => {
  const log = new SessionLog();
  for (const sequence of [1n, 2n, 3n, 4n]) log.take(sequence, DIGESTS[Number(sequence)]!);
  const rises = [3n, 1n, 2n, 4n].map((sequence) => [log.store(sequence, 0n, "f"), log.settled]);
  assertEquals(rises, [[false, 0n], [true, 1n], [true, 3n], [true, 4n]]);
  assertEquals(log.digestOf(4n), undefined);
});

Deno.test("what was stored before counts, above what was settled then", () => {
  const log = new SessionLog(3n, "f", [[2n, DIGESTS[2]!], [4n, DIGESTS[4]!], [6n, DIGESTS[6]!]]);
  assertEquals([log.settled, log.recorded, log.recordedIn], [4n, 3n, "f"]);
  assertEquals([2n, 4n, 5n, 6n].map((sequence) => log.digestOf(sequence)), [
    undefined,
    undefined,
    undefined,
    DIGESTS[6],
  ]);
  log.take(5n, DIGESTS[5]!);
  assertEquals(log.store(5n, 4n, "g"), true);
  assertEquals([log.settled, log.recorded, log.recordedIn], [6n, 4n, "g"]);
});

Deno.test("a batch is taken once and settled once", () => {
  const log = new SessionLog(2n, "f");
  log.take(3n, DIGESTS[3]!);
  for (const sequence of [1n, 2n, 3n]) {
    assertThrows(() => log.take(sequence, DIGESTS[0]!), RangeError, "here already");
  }
  log.store(3n, 2n, "f");
  assertThrows(() => log.store(3n, 2n, "f"), RangeError, "does not wait");
  assertThrows(() => log.store(9n, 2n, "f"), RangeError, "does not wait");
});

Deno.test("what is skipped is counted without what is here, and not while batches wait", () => {
  const log = new SessionLog(5n, "f", [[8n, DIGESTS[8]!], [10n, DIGESTS[1]!]]);
  assertEquals([log.skipTo(6n), log.settled], [0n, 5n]);
  assertEquals([log.skipTo(10n), log.settled], [3n, 10n]); // 6, 7, 9
  assertEquals([log.skipTo(3n), log.settled], [0n, 10n]);
  log.take(11n, DIGESTS[2]!);
  assertThrows(() => log.skipTo(20n), TypeError, "some wait");
});

Deno.test("drained() waits for what has been taken, and for no more once that fails", async () => {
  const log = new SessionLog();
  await log.drained();
  log.take(1n, DIGESTS[1]!);
  log.take(2n, DIGESTS[2]!);
  let isDrained = false;
  const drained = log.drained().then(() => isDrained = true);
  log.store(1n, 0n, "f");
  await Promise.resolve();
  assertEquals(isDrained, false);
  log.store(2n, 1n, "f");
  await drained;
  log.take(3n, DIGESTS[3]!);
  const failing = log.drained();
  log.fail(new Error("no disk"));
  await assertRejects(() => failing, Error, "no disk");
  await assertRejects(() => log.drained(), Error, "no disk");
});

Deno.test("a log is blank until something of the session is on disk or waits for it", () => {
  const log = new SessionLog();
  assertEquals([log.isBlank, log.skipTo(10n), log.isBlank], [true, 9n, true]);
  log.take(10n, DIGESTS[1]!);
  assertEquals(log.isBlank, false);
  const first = new SessionLog();
  first.take(1n, DIGESTS[1]!);
  first.store(1n, 0n, "f"); // tells that nothing is settled, and is there
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
