import { assert, assertEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type CollectorFile,
  CollectorFileSchema,
  type CollectorSpan,
  CollectorSpanSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { walkRecords } from "../../../lib/base/record/delimited.ts";
import type { RecordOf, RecordSchema } from "../../../lib/base/record/schema_types.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import { until } from "../../until.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { membersOf, Sensor, TCP, UDP } from "./session_sensor.ts";
import { batchOf } from "./text_batches.ts";

/** Rows are written when the store is closed, or by this timer. */
const LONG_MS = 3_600_000;
const SHORT_MS = 20;

Deno.test("a session's row counts what is settled of it by type, and what is refused by reason", async () => {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  {
    await using store = await open(disk);
    const session = await sensor.connect(store);
    sensor.send();
    sensor.send({ types: [UDP, TCP] });
    sensor.send({ reason: 7 });
    sensor.send({ type: UDP });
    session.append(sensor.batches[3]!); // again
    await sensor.drained();
    session.close(true);
  }
  const [row, ...others] = spansOf(disk, "alice");
  assertEquals(others, []);
  assertEquals([row!.Session, row!.After, row!.Sequence, row!.End], [1n, 0n, 4n, 1]);
  const stored = row!.Stored.map(({ Type, Batches }) => [Type, Batches]);
  assertEquals(stored, [[UDP, 2n], [TCP, 2n]]);
  const refused = row!.Refused.map(({ Reason, Type, Batches, Records }) => [
    ...[Reason, Type],
    ...[Batches, Records],
  ]);
  assertEquals(refused, [[7, TCP, 1n, 1n]]);
  assertEquals(row!.Duplicates, 1n);
  assert(row!.SpanStart < row!.Timestamp);
});

Deno.test("rows follow each other without a gap or an overlap, over connections and starts", async () => {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  for (let start = 0; start < 3; start++) {
    await using store = await open(disk);
    for (let connection = 0; connection < 2; connection++) {
      const session = await sensor.connect(store);
      sensor.send();
      sensor.send();
      await sensor.drained();
      session.close();
    }
  }
  const rows = spansOf(disk, "alice");
  assertEquals(rows.map(({ After, Sequence }) => [After, Sequence]), [
    [0n, 4n],
    [4n, 8n],
    [8n, 12n],
  ]);
  assertEquals(rows.map(({ Stored }) => Stored[0]!.Records), [4n, 4n, 4n]);
});

Deno.test("what a killed collector had not written down is in no row, and in no later one", async () => {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  const killed = await open(disk);
  await sensor.connect(killed);
  for (let n = 0; n < 3; n++) sensor.send();
  await sensor.drained();
  const found = new MemoryDisk();
  for (const [path, bytes] of disk.files) found.put(path, bytes);
  await killed[Symbol.asyncDispose]();
  {
    await using store = await open(found);
    await sensor.connect(store);
    sensor.send();
    await sensor.drained();
  }
  const rows = spansOf(found, "alice");
  assertEquals(rows.map(({ After, Sequence }) => [After, Sequence]), [[3n, 4n]]);
});

Deno.test("a session that is cut off is told as such in the next row, and its return", async () => {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  await using store = await open(disk, { spanMs: SHORT_MS });
  const session = await sensor.connect(store);
  sensor.send();
  await sensor.drained();
  session.close();
  const ends = () => spansOf(disk, "alice").map(({ End }) => End);
  await until("a row of the cut", () => ends().at(-1) === 2);
  await sensor.connect(store);
  sensor.send({ reason: 3 });
  await until("a row of the return", () => ends().at(-1) === 0);
});

Deno.test("datagrams are counted by the span in which they arrived", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await open(disk);
    for (let n = 0; n < 5; n++) await store.append(batchOf("bob", TCP, `text ${n}`, "more"));
    await store.commit();
    assertEquals(store.stored.get(TCP)!.batches, 5);
  }
  const [row, ...others] = spansOf(disk, "bob");
  assertEquals(others, []);
  assertEquals([row!.Session, row!.After, row!.Sequence, row!.End], [0n, 0n, 0n, 0]);
  assertEquals(row!.Stored.map(({ Type, Batches, Records }) => [Type, Batches, Records]), [
    [TCP, 5n, 10n],
  ]);
  const arrivals = arrivalsIn(disk.files.get("/out/bob/TCP.ncap.gz")!);
  assertEquals(arrivals.length, 5);
  for (const arrival of arrivals) {
    assert(row!.SpanStart < arrival && arrival <= row!.Timestamp);
  }
});

for (const takesRows of [false, true]) {
  const who = takesRows ? ", also where rows of what is stored come with it" : "";
  Deno.test(`what was in a deleted file is written down before it goes${who}`, async () => {
    const disk = new MemoryDisk();
    const sensor = new Sensor("alice", 1n);
    const expired = new Map<string, number>();
    {
      await using store = await open(disk, {
        ...{ rotateBytes: 1000, keepBytes: 3000, takesRows },
        onExpired: ({ path, records }) => {
          const file = path.slice(path.lastIndexOf("/") + 1);
          expired.set(file, records);
          assert(filesOf(disk, "alice").some(({ File }) => File === file), "told before");
        },
      });
      await sensor.connect(store);
      for (let n = 0; n < 40; n++) {
        sensor.send();
        await sensor.drained();
      }
      await until("some are deleted", () => expired.size >= 2);
    }
    const rows = new Map(filesOf(disk, "alice").map((row) => [row.File, row]));
    for (const [file, records] of expired) {
      const row = rows.get(file)!;
      assertEquals([row.Type, row.Session, Number(row.Records)], [TCP, 1n, records]);
      assertEquals(row.LastSequence - row.FirstSequence + 1n, row.Batches);
    }
    assertEquals(disk.files.has("/out/alice/CollectorSpan.ncap.gz"), !takesRows);
  });
}

Deno.test("of a deleted file without a batch there is nothing to write down", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await open(disk);
    await store.append(batchOf("bob", TCP, "text"));
  }
  const live = disk.files.get("/out/bob/TCP.ncap.gz")!;
  const header = live.slice(0, new DataView(live.buffer).getUint32(20, true));
  disk.put(`/out/bob/${rotatedDaysAgo("TCP", 90)}`, header);
  const deleted: string[] = [];
  {
    await using store = await open(disk, {
      ...{ keepDays: 60, onExpired: ({ path }) => deleted.push(path) },
    });
    await until("it is deleted", () => deleted.length === 1);
    await store.append(batchOf("bob", TCP, "more"));
    await store.commit();
  }
  assertEquals(disk.files.has("/out/bob/CollectorFile.ncap.gz"), false);
  assertEquals(spansOf(disk, "bob").map(({ Stored }) => Stored[0]!.Records), [1n, 1n]);
});

Deno.test("books stay longer than the data, and do not count for what a client may take", async () => {
  const disk = new MemoryDisk();
  for (const days of [500, 100, 50, undefined]) {
    {
      await using store = await open(disk);
      await store.append(batchOf("bob", TCP, `${days} days`));
    }
    if (days === undefined) continue;
    for (const type of ["TCP", "CollectorSpan"]) {
      await disk.rename(`/out/bob/${type}.ncap.gz`, `/out/bob/${rotatedDaysAgo(type, days)}`);
    }
  }
  const deleted: string[] = [];
  {
    await using _store = await open(disk, {
      ...{ keepDays: 60, keepLedgerDays: 400, keepBytes: 1 },
      onExpired: ({ path }) => deleted.push(path.slice(path.lastIndexOf("/") + 1)),
    });
    await until("all that may go", () => deleted.length === 4);
  }
  assertEquals(deleted.toSorted(), [
    rotatedDaysAgo("CollectorSpan", 500),
    ...[500, 100, 50].map((days) => rotatedDaysAgo("TCP", days)),
  ]);
});

/** The name of a file that was rotated at a midnight (docs/operations.md, Files). */
function rotatedDaysAgo(type: string, days: number): string {
  const day = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  return `${type}-${day.replaceAll("-", "")}T000000.000Z.ncap.gz`;
}

function open(disk: MemoryDisk, options: Partial<StoreOptions> = {}): Promise<RecordStore> {
  return RecordStore.open("/out", {
    ...{ version: "v1.2.3", layer: disk, gatherMs: 0, spanMs: LONG_MS },
    ...options,
  });
}

/** Of all members but the first (docs/protocol.md, Members). */
function arrivalsIn(file: Uint8Array): bigint[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const arrivals: bigint[] = [];
  for (let at = 0; at < file.length; at += view.getUint32(at + 20, true)) {
    arrivals.push(view.getBigInt64(at + 60, true));
  }
  return arrivals.slice(1);
}

function spansOf(disk: MemoryDisk, client: string): CollectorSpan[] {
  return rowsOf(disk, `/out/${client}/CollectorSpan.ncap.gz`, CollectorSpanSchema);
}

function filesOf(disk: MemoryDisk, client: string): CollectorFile[] {
  return rowsOf(disk, `/out/${client}/CollectorFile.ncap.gz`, CollectorFileSchema);
}

function rowsOf<Schema extends RecordSchema>(
  disk: MemoryDisk,
  path: string,
  schema: Schema,
): RecordOf<Schema>[] {
  const file = disk.files.get(path);
  const [, ...members] = file === undefined ? [] : membersOf(file, path);
  return members.flatMap(({ session, records }) => {
    assertEquals(session, 0n);
    const rows: RecordOf<Schema>[] = [];
    walkRecords(records, (at, end) => rows.push(fromBinary(schema, records.subarray(at, end))));
    return rows;
  });
}
