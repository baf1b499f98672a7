import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { importStaticKey } from "../../../lib/seal/agreement_key.ts";
import { SealedBodyOpener } from "../../../lib/seal/sealed_body.ts";
import { openSealed } from "../../../lib/transport/session/sealed_batch.ts";
import { encodeBatch } from "../../../lib/transport/session/session_batch.ts";
import { Spool } from "../../../lib/write/spool/spool_io.ts";
import { Said } from "../../said.ts";
import { MemoryDisk } from "../files/memory_disk.ts";
import { append, COLLECTOR, drained, FOLDER, openSpool, packed, TYPES } from "./spooling_sensor.ts";

const SESSION = { session: 5n, storeId: new Uint8Array(16).fill(7), encodings: [1] };

/** A disk with these batches in a spool, each with the type of its number modulo 3. */
async function diskWith(...ids: number[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  using spool = await openSpool(disk);
  for (const id of ids) await append(spool, packed(id, id % TYPES.length));
  await spool.sync();
  return disk;
}

/** Of a body of 300: sealed, with the head of its message and what a file adds. */
const ENTRY_BYTES = 300 + 52 + 56 + 16;

const segments = (disk: MemoryDisk) =>
  [...disk.files.keys()].filter((path) => path.endsWith(".spool")).sort();

Deno.test("batches come out oldest first, whatever their priority; only the collector can read them", async () => {
  using spool = await openSpool(await diskWith(1, 2, 3, 4, 5, 6, 7));
  assertEquals([...spool.held], [[0, 2], [1, 3], [2, 2]]);
  const batches = await spool.read(1 << 20);
  assertEquals(batches.map(({ minute }) => minute), [1, 2, 3, 4, 5, 6, 7]);
  const { body, ...claims } = packed(1, 1);
  const { body: sealed, ...said } = batches[0]!;
  assertEquals(said, { ...claims, isSealed: true, entry: 1 });
  const opener = new SealedBodyOpener([await importStaticKey(COLLECTOR)]);
  const message = encodeBatch(2, 9n, { ...said, body: sealed });
  assertEquals(await openSealed(opener, message.body), body);
});

Deno.test("a spool that is full drops the oldest of the lowest priority, as much as there has to be room", async () => {
  const disk = new MemoryDisk();
  using spool = await openSpool(disk, new Said(), 8_000);
  let dropped = 0;
  const kept: number[] = [];
  for (let id = 1; id <= 40; id++) {
    const type = id <= 20 ? TYPES[id % 3]! : 2;
    const lost = await append(spool, packed(id, type, 300));
    for (const { type, count } of lost) {
      assertEquals(type, dropped < 6 ? 0 : dropped < 13 ? 1 : 2);
      dropped += count;
    }
    kept.push(id);
  }
  assert(spool.bytes <= 8_000, `${spool.bytes} bytes`);
  const ids = await drained(spool);
  assertEquals(ids.length + dropped, 40);
  assertEquals(ids, ids.toSorted((a, b) => a - b));
  assertEquals(ids.slice(-12), kept.slice(-12), "the newest of the highest priority");
  assert(dropped < 30, "half of it is used");
});

Deno.test("what is worth less than all that is there is dropped itself; what has a number never is", async () => {
  using spool = await openSpool(new MemoryDisk(), new Said(), 2_000);
  for (let id = 1; spool.bytes < 2_000 - ENTRY_BYTES; id++) {
    assertEquals(await append(spool, packed(id, 2, 300)), []);
  }
  assertEquals(await append(spool, packed(90, 0, 300)), [{ type: 0, count: 1 }]);
  const batches = await spool.read(1 << 20);
  await spool.number({ session: SESSION, first: 1n, batches });
  assertEquals(await append(spool, packed(91, 2, 300)), [{ type: 2, count: 1 }]);
  for (const batch of batches) spool.release(batch);
  await spool.tidy();
  assertEquals(await append(spool, packed(92, 0, 300)), []);
});

Deno.test("what was dropped for a batch is told, and held no more, also where the disk fails afterwards", async () => {
  for (const failing of ["syncFolder", "write"]) {
    const disk = new MemoryDisk();
    using spool = await openSpool(disk, new Said(), 2_000);
    let held = 0;
    for (; spool.bytes < 2_000 - ENTRY_BYTES; held++) {
      assertEquals(await append(spool, packed(held, 0, 300)), []);
    }
    disk.faultAt = (_step, what) => what.startsWith(failing) ? "EIO" : undefined;
    const dropped: number[] = [];
    const failed = spool.append(
      packed(90, 0, 300),
      (parts) => dropped.push(...parts.map(({ count }) => count)),
    );
    await assertRejects(() => failed, StoreError, "the device reports an error");
    assertEquals(dropped, [2], failing); // so many are in a file
    assertEquals([...spool.held], [[0, held - 2]]);
  }
});

Deno.test("a file whose end is torn or damaged is cut there, and that is said; the rest is sent", async () => {
  for (const damage of ["cut", "zeros", "junk", "flipped"]) {
    const disk = await diskWith(0, 3, 6);
    const [path] = segments(disk);
    const bytes = disk.files.get(path!)!;
    const entryBytes = (bytes.length - 8) / 3;
    const damaged = {
      cut: bytes.subarray(0, -1),
      zeros: new Uint8Array([...bytes, ...new Uint8Array(50)]),
      junk: new Uint8Array([...bytes, 1, 0, 0, 0, 9]),
      flipped: bytes.with(bytes.length - 5, bytes.at(-5)! ^ 1),
    }[damage]!;
    disk.put(path!, damaged);
    const log = new Said();
    using spool = await openSpool(disk, log);
    const isShorter = damage === "cut" || damage === "flipped";
    assertEquals(await drained(spool), isShorter ? [0, 3] : [0, 3, 6], damage);
    const lost = damaged.length - bytes.length + (isShorter ? entryBytes : 0);
    assertEquals(log.problems.map(([, text]) => text), [
      `The last ${lost} bytes of "${path}" are no whole batch: they are cut off`,
    ]);
  }
});

Deno.test("other files are left alone; what has the name of one of its own gets another", async () => {
  const disk = await diskWith(1, 2);
  const text = new TextEncoder().encode("a note of somebody else");
  disk.put(`${FOLDER}/notes.txt`, text);
  disk.put(`${FOLDER}/1-000000000007.spool`, text);
  disk.put(`${FOLDER}/state`, text);
  const log = new Said();
  using spool = await openSpool(disk, log);
  assertEquals(await drained(spool), [1, 2]);
  assertEquals(disk.files.get(`${FOLDER}/notes.txt`), text);
  assertEquals(disk.files.get(`${FOLDER}/1-000000000007.spool.foreign`), text);
  assertMatch(log.problems[0]![1], /state" is damaged: what was sent before may be stored twice/);
  assertMatch(
    log.problems[1]![1],
    /is no file of a spool: it is "1-000000000007.spool.foreign" now/,
  );
});

Deno.test("what a newer version has written ends the sensor with a line, untouched", async () => {
  for (const name of ["0-000000000009.spool", "state"]) {
    const disk = await diskWith(1, 2);
    const newer = name === "state" ? '{"version":2}\n' : "FCSPOOL\x02 something new";
    disk.put(`${FOLDER}/${name}`, new TextEncoder().encode(newer));
    const before = [...disk.files];
    const error = await assertRejects(() => openSpool(disk), StoreError, "newer version");
    assertEquals([error.code, [...disk.files]], ["newer-version", before]);
  }
});

Deno.test("where a batch that may have been sent is gone, the others are said to be stored twice", async () => {
  const disk = await diskWith(0, 1, 2, 3, 4, 5);
  {
    using spool = await openSpool(disk);
    const batches = await spool.read(1 << 20);
    await spool.number({ session: SESSION, first: 1n, batches });
  }
  const lost = segments(disk)[0]!;
  disk.put(lost, new Uint8Array(0));
  const log = new Said();
  using spool = await openSpool(disk, log);
  assertEquals([spool.numbered, spool.unsure.length], [undefined, 4]);
  assertMatch(
    log.problems.at(-1)![1],
    /^2 batches in .* are gone: the other 4 may be stored twice/,
  );
  assertEquals(await drained(spool), [1, 2, 4, 5]);
});

Deno.test("of two sensors with one folder the second ends with a line; nothing of theirs is for others", async () => {
  const folder = `${await Deno.makeTempDir()}/spool`;
  const options = {
    folder,
    maxBytes: 16 << 20,
    collectorKey: COLLECTOR.publicKey,
    priorityOf: () => 0,
    log: new Said(),
  };
  try {
    using spool = await Spool.open(options);
    await append(spool, packed(1, 0));
    await spool.sync();
    const error = await assertRejects(() => Spool.open(options), StoreError);
    assertEquals(
      error.message,
      `Cannot use the spool "${folder}": another sensor does; wanted: a folder for each`,
    );
    for (const path of [folder, `${folder}/0-000000000001.spool`]) {
      assertEquals((await Deno.stat(path)).mode! & 0o077, 0, path);
    }
    assertEquals(await drained(spool), [1]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
