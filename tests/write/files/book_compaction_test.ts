/** Books whose day is over: fewer bytes, the same ledger, and nothing lost wherever it stops. */
import { assert, assertEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { walkRecords } from "../../../lib/base/record/delimited.ts";
import { BookCompaction } from "../../../lib/write/files/book_compaction_io.ts";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import type { FileLayer } from "../../../lib/write/files/file_layer.ts";
import { recoverClient } from "../../../lib/write/files/recovery_io.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { inFolder } from "../../programs/program.ts";
import { testCrashes } from "../access/crash_tests.ts";
import { BookedSensor, ledgerOf, missingOf, type RowChange } from "../ledger/booked_sensor.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { membersOf, TCP, UDP } from "./session_sensor.ts";

const MINUTE = 60_000_000_000n;
/** 2026-11-28 00:00:00 UTC. */
const BEGIN = 1_795_824_000_000_000_000n;
const ROTATED = "20261128T010000.000Z";
const NOW_MS = Date.UTC(2027, 0, 1);

/** Twenty minutes of two sensors; the first loses two records in the twelfth. */
async function keepBooks(layer: FileLayer, folder: string, change: RowChange = () => {}) {
  await using store = await RecordStore.open(folder, {
    ...{ version: "v1.2.3", spanMs: 3_600_000, gatherMs: 0, layer },
  });
  const sensor = new BookedSensor("alice", 1n, BEGIN);
  const other = new BookedSensor("alice", 2n, BEGIN);
  for (const each of [sensor, other]) await each.connect(store);
  for (let minute = 1; minute <= 20; minute++) {
    const at = BEGIN + BigInt(minute) * MINUTE;
    await sensor.send(TCP, 2);
    if (minute === 12) sensor.evict(UDP, 2);
    const end: RowChange = (row) => row.IsLast = minute === 20;
    await sensor.closeBooks(at, minute === 15 ? change : end);
    if (minute > 14) await other.closeBooks(at, end);
  }
  for (const each of [sensor, other]) each.close(true);
}

/** Compacts what is there, as the store does when it knows the client's sessions. */
async function compact(layer: FileLayer, folder: string): Promise<void> {
  const { sessions } = await recoverClient(layer, folder);
  await new BookCompaction(layer).pass(folder, { sessions, users: 0 }, NOW_MS);
}

async function rotate(folder: string): Promise<void> {
  for (const type of ["SensorMinute", "CollectorSpan"]) {
    const path = `${folder}/alice/${type}`;
    await Deno.rename(`${path}.ncap.gz`, `${path}-${ROTATED}.ncap.gz`);
  }
}

const sensorFile = (folder: string) => `${folder}/alice/SensorMinute-${ROTATED}.ncap.gz`;

/** The time of each row in a file of a sensor's, by session. */
function minutesIn(bytes: Uint8Array, path: string): Record<string, bigint[]> {
  const minutes: Record<string, bigint[]> = {};
  for (const { session, records, count } of membersOf(bytes, path)) {
    if (count === 0) continue;
    walkRecords(records, (at, end) => {
      const { Timestamp } = fromBinary(SensorMinuteSchema, records.subarray(at, end));
      (minutes[`${session}`] ??= []).push((Timestamp - BEGIN) / MINUTE);
    });
  }
  return minutes;
}

Deno.test("compacted books take a part of the bytes, and the ledger says the same, at every time", () =>
  inFolder(async (folder) => {
    await keepBooks(DENO_FILES, folder);
    await rotate(folder);
    const times = [
      {},
      ...[0n, 5n, 11n, 16n, 19n].map((minute) => ({
        from: BEGIN + minute * MINUTE,
        to: BEGIN + (minute + 5n) * MINUTE,
      })),
    ];
    const ledgers = () =>
      times.map((wanted) => {
        const { types, causes, packets } = ledgerOf(folder, "alice", wanted);
        return { types, packets, causes: causes.filter(({ kind }) => kind !== "not running") };
      });
    const [all] = ledgers();
    assertEquals(all!.causes.map(({ kind, count }) => [kind, count]), [["evicted", 2]]);
    const missing = times.map((wanted) => missingOf(ledgerOf(folder, "alice", wanted)));
    const before = await Deno.readFile(sensorFile(folder));
    await compact(DENO_FILES, `${folder}/alice`);
    const after = await Deno.readFile(sensorFile(folder));
    assert(after.length < before.length * 0.6, `${after.length} of ${before.length} bytes`);
    assertEquals(minutesIn(after, "compacted"), {
      "1": [1n, 6n, 11n, 12n, 15n, 16n, 17n, 18n, 19n, 20n],
      "2": [15n, 16n, 17n, 18n, 19n, 20n],
    });
    assertEquals(ledgers()[0], all);
    assertEquals(times.map((wanted) => missingOf(ledgerOf(folder, "alice", wanted))), missing);
    // Once more changes nothing, and what it tells of sessions is what it told before.
    await compact(DENO_FILES, `${folder}/alice`);
    assertEquals(await Deno.readFile(sensorFile(folder)), after);
  }));

Deno.test("books that hold a row which cannot be, or the only evidence of a batch, stay as they are", () =>
  inFolder(async (folder) => {
    await keepBooks(DENO_FILES, folder, (row) => row.Captured += 5n);
    await rotate(folder);
    const before = await Deno.readFile(sensorFile(folder));
    await compact(DENO_FILES, `${folder}/alice`);
    assertEquals(await Deno.readFile(sensorFile(folder)), before);
    assertEquals(missingOf(ledgerOf(folder, "alice")), [["evicted", 2], ["false books", 1]]);
    await inFolder(async (folder) => {
      await keepBooks(DENO_FILES, folder);
      await rotate(folder);
      const { sessions } = await recoverClient(DENO_FILES, `${folder}/alice`);
      sessions.delete(2n); // forgotten, or not recovered yet
      const before = await Deno.readFile(sensorFile(folder));
      const client = { sessions, users: 0 };
      await new BookCompaction(DENO_FILES).pass(`${folder}/alice`, client, NOW_MS);
      assertEquals(await Deno.readFile(sensorFile(folder)), before);
    });
  }));

testCrashes(
  "after a power cut at any write of the compaction of books, there is the old file or the new one",
  async ({ fault, leave }) => {
    const kept = new MemoryDisk();
    await keepBooks(kept, "/out");
    const path = "/out/alice/SensorMinute.ncap.gz";
    const rotated = path.replace(".ncap", `-${ROTATED}.ncap`);
    const diskOf = () => {
      const disk = new MemoryDisk();
      for (const [name, bytes] of kept.files) disk.put(name === path ? rotated : name, bytes);
      return disk;
    };
    const old = diskOf().files.get(rotated)!;
    const told = await settledIn(diskOf());
    const whole = diskOf();
    await compact(whole, "/out/alice");
    const compacted = whole.files.get(rotated)!;
    assert(compacted.length < old.length);
    assertEquals(await settledIn(whole), told);
    for (let step = 0; step < whole.steps.length; step++) {
      const disk = diskOf();
      disk.faultAt = (at) => at === step ? fault : undefined;
      await disk.alive(compact(disk, "/out/alice")).catch(() => {});
      const left = leave(disk, step);
      assertEquals(await settledIn(left), told, whole.steps[step]);
      const found = left.files.get(rotated)!;
      const isOne = [old, compacted].some(({ length }) => length === found.length);
      assert(isOne, `${found.length} bytes after ${whole.steps[step]}`);
      assertEquals(minutesIn(found, rotated)["1"]!.at(-1), 20n);
      assertEquals([...left.files.keys()].filter((name) => name.endsWith(".new")), []);
    }
  },
);

/** Up to which sequence each session is settled, as a recovery finds it. */
async function settledIn(disk: MemoryDisk): Promise<[bigint, bigint][]> {
  const { sessions, setAside } = await recoverClient(disk, "/out/alice");
  assertEquals(setAside, []);
  return [...sessions].map(([session, { settled }]) => [session, settled]);
}
