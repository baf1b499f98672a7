import { assert, assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import { StoreHost } from "../../../lib/write/files/store_host_io.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { Said } from "../../said.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { packedPart } from "../../../lib/verify/check_session_batch.ts";
import type { NumberedBatch } from "../../../lib/transport/session/session_batch.ts";
import { CheckThread } from "../../../lib/verify/check_thread_io.ts";
import { compactSessionBatch } from "./compact_batch.ts";
import { membersOf, sessionBatch, TCP, UDP } from "./session_sensor.ts";

const HELLO = { schema: 1, session: 1n, oldest: 1n, next: 5n, name: "alice" };
/** Field 1 as 1 and as 2. */
const RECORD = "\x08\x01";
const RECORD_2 = "\x08\x02";

Deno.test("a batch that was stored before one that a crash lost is a duplicate when it comes again", async () => {
  const disk = await diskWith(1n, 3n); // 2 did not come to the disk
  await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
  const { host, session } = await opened(store);
  assertEquals(session.settled, 1n);
  assertEquals(session.accept(numbered(2n, RECORD)), "accepted");
  await session.drained(); // 3 is settled with it, before it comes again
  assertEquals(session.settled, 3n);
  assertEquals(session.accept(numbered(3n, RECORD)), "accepted");
  assertEquals(session.accept(numbered(4n, RECORD)), "accepted");
  await session.drained();
  assertEquals([session.settled, host.counts.duplicates, host.counts.batches], [4n, 1, 3]);
});

Deno.test("another batch in place of one that was stored before a crash is a fork, then too", async () => {
  const disk = await diskWith(1n, 3n);
  await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
  const { session } = await opened(store);
  session.accept(numbered(2n, RECORD));
  await session.drained();
  assertEquals(session.accept(numbered(3n, RECORD_2)), "fork");
});

/** A batch as it comes. */
function numbered(sequence: bigint, record: string): NumberedBatch {
  const { parts: [part], ...others } = sessionBatch(sequence, record);
  const { crc, recordBytes, body } = packedPart(part!);
  return { ...others, parts: [{ type: TCP, count: 1 }], encoding: 1, crc, recordBytes, body };
}

/** A disk on which these batches of alice's session are stored. */
async function diskWith(...sequences: bigint[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
  const { session } = await opened(store);
  for (const sequence of sequences) session.accept(numbered(sequence, RECORD));
  await session.drained();
  return disk;
}

async function opened(store: RecordStore) {
  const host = new StoreHost(store, () => undefined, SILENT);
  const { signal } = new AbortController();
  const session = await host.open({ name: "alice" }, HELLO, () => {}, signal);
  assert(session !== "fork");
  return { host, session };
}

Deno.test("of a compact batch the parts that are not taken of its sensor are refused, whatever happens", async () => {
  const disk = new MemoryDisk();
  const batch = compactSessionBatch(1n, 1n); // a UDP and a TCP packet
  const run = async (wantedTypes: readonly number[]) => {
    await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
    const host = new StoreHost(store, () => undefined, new Said());
    const { signal } = new AbortController();
    const session = await host.open({ name: "alice", wantedTypes }, HELLO, () => {}, signal);
    assert(session !== "fork");
    if (session.settled === 0n) assertEquals(session.accept(batch), "accepted");
    await session.drained();
    return [session.settled, host.counts.batches, host.counts.refused];
  };
  assertEquals(await run([UDP]), [1n, 2, 1]);
  assertEquals(await run([TCP]), [1n, 0, 0]); // settled is settled
  const members = [...disk.files].filter(([path]) => path.endsWith(".ncap.gz"))
    .flatMap(([path, bytes]) =>
      membersOf(bytes, path).slice(1).map((member) => ({ path, ...member }))
    )
    .filter(({ sequence }) => sequence > 0n)
    .map(({ path, part, parts, reason, count }) => [path, part, parts, reason, count]);
  assertEquals(members.sort(), [
    ["/out/alice/TCP.ncap.gz", 2, 2, 10, 0],
    ["/out/alice/UDP.ncap.gz", 1, 2, 0, 1],
  ]);
});

Deno.test("why the files of a sensor cannot be used is said at the collector, too", async () => {
  const disk = await diskWith(1n);
  const { open } = disk;
  disk.open = (path, mode) =>
    path.endsWith("/.store")
      ? open.call(disk, path, mode)
      : Promise.reject(new Deno.errors.PermissionDenied(`no way to ${path}`));
  await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
  const log = new Said();
  const host = new StoreHost(store, () => undefined, log);
  const { signal } = new AbortController();
  await assertRejects(() => host.open({ name: "alice" }, HELLO, () => {}, signal), StoreError);
  assertEquals(log.problems.map(([, text]) => text), [
    'Cannot recover the record files in "/out/alice": no way to /out/alice/TCP.ncap.gz',
  ]);
});

Deno.test("nothing is said of a sensor that has gone before its files could be used", async () => {
  const disk = await diskWith(1n);
  await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
  const log = new Said();
  const host = new StoreHost(store, () => undefined, log);
  await assertRejects(() => host.open({ name: "alice" }, HELLO, () => {}, AbortSignal.abort()));
  assertEquals(log.problems, []);
});

Deno.test("a batch that a thread looked at is stored as one that is looked at here, also when the thread fails", async () => {
  const NOWHERE = new URL("./no_such_worker_io.ts", import.meta.url);
  const store = async (url?: URL | "here") => {
    const disk = new MemoryDisk();
    await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
    using thread = url === "here" ? undefined : await CheckThread.start(() => {}, url);
    const host = new StoreHost(store, () => undefined, SILENT, { thread });
    const { signal } = new AbortController();
    const session = await host.open({ name: "alice" }, HELLO, () => {}, signal);
    assert(session !== "fork");
    const batch = compactSessionBatch(1n, 1n);
    const accept = await session.prepare?.(batch);
    assertEquals(accept !== undefined, url === undefined);
    assertEquals(accept?.() ?? session.accept(batch), "accepted");
    await session.drained();
    return [...disk.files].filter(([path]) => path.endsWith("P.ncap.gz"))
      .map(([path, bytes]) => [
        path,
        ...membersOf(bytes, path).slice(1).map(({ part, parts, reason, count, digest }) =>
          [part, parts, reason, count, digest.toHex()].join()
        ),
      ]);
  };
  const here = await store("here");
  assertEquals(here.map(([path]) => path), ["/out/alice/UDP.ncap.gz", "/out/alice/TCP.ncap.gz"]);
  assertEquals([await store(), await store(NOWHERE)], [here, here]);
});
