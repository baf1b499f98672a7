/** What a store loses, and tells, when files and disks fail. */
import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import type { RecordStore } from "../../../lib/write/files/store_io.ts";
import { inFolder } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { readByPython } from "../read/python.ts";
import { frame } from "./record_file_bytes.ts";
import { membersOf, TCP, UDP } from "./session_sensor.ts";
import { onSmallDisk } from "./small_disk.ts";
import { batchOf, openStore } from "./text_batches.ts";
import { needs, PYTHON, SMALL_DISK } from "../../needs.ts";

/** The number of a type in the enum `Type` (netcap.proto). */
const ETHERNET = 7;

Deno.test("a file that cannot be opened costs only its own batches", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/README`, "not a client's folder");
    const lost: [number, string][] = [];
    await using store = await openStore(folder, {
      onUnstored: (batches, { code }) => lost.push([batches, code]),
    });
    await store.append(batchOf("README", TCP, "one"));
    await store.append(batchOf("README", TCP, "two"));
    await store.append(batchOf("xyz", TCP, "three"));
    await store.commit();
    await store.append(batchOf("README", TCP, "four"));
    await store.commit();
    assertEquals(lost, [[2, "write-failed"], [1, "write-failed"]]);
    assertEquals([store.unstored, store.stored.get(TCP)?.batches], [3, 1]);
    assertEquals(await Deno.readTextFile(`${folder}/README`), "not a client's folder");
  }));

Deno.test("a failed sync is the end of a store, told at once; other files keep what they have", async () => {
  const disk = new MemoryDisk();
  const told: StoreError[] = [];
  await using store = await openStore("/out", {
    layer: disk,
    onFailure: (error) => told.push(error),
  });
  await store.append(batchOf("xyz", ETHERNET, "good"));
  await store.commit();
  assertEquals(told, []);
  disk.faultAt = (_step, what) => what.startsWith("syncData /out/bad") ? "EIO" : undefined;
  await store.append(batchOf("bad", TCP, "bad"));
  const error = await assertRejects(() => store.commit(), StoreError);
  assertEquals(error.code, "sync-failed");
  assertEquals(told, [error]);
  const again = await assertRejects(() => store.append(batchOf("xyz", ETHERNET, "late")));
  assertEquals(again, error);
  assertEquals(store.stored.get(ETHERNET)?.batches, 1);
  assertEquals(store.stored.get(TCP), undefined);
  const file = disk.files.get("/out/xyz/Ethernet.ncap.gz")!;
  assertEquals(membersOf(file, "Ethernet").map(({ count }) => count), [0, 1]);
});

Deno.test({
  ...needs(
    "a full disk costs batches without session, and every stored batch can be read",
    SMALL_DISK,
    PYTHON,
  ),
  fn: () =>
    onSmallDisk(200, async (folder) => {
      let unstored = 0;
      let isFull = false;
      await using store = await openStore(folder, {
        onUnstored: (batches, { code }) => {
          assertEquals(code, "disk-full");
          unstored += batches;
        },
        onStalled: () => isFull = true,
        onResumed: () => isFull = false,
      });
      const noise = crypto.getRandomValues(new Uint8Array(9_000));
      for (let n = 0; n < 40; n++) {
        for (const type of [TCP, UDP]) {
          await store.append({ ...batchOf("xyz", type, "x"), records: frame(noise) });
        }
        if (n % 5 === 4) await store.commit();
      }
      assertEquals(isFull, true);
      let batches = 0;
      for (const name of ["TCP", "UDP"]) {
        batches += (await readByPython(`${folder}/xyz/${name}.ncap.gz`)).records.length;
      }
      assertEquals(batches, sumOf(store));
      assertLess(10, batches);
      assertEquals(store.unstored, unstored);
      assertEquals(batches + unstored, 80);
      await Deno.remove(`${folder}/xyz/UDP.ncap.gz`);
      await store.append(batchOf("xyz", TCP, "room"));
      await store.commit();
      assertEquals([store.unstored, isFull], [unstored, false]);
    }),
});

function sumOf(store: RecordStore): number {
  return [...store.stored.values()].reduce((sum, { batches }) => sum + batches, 0);
}
