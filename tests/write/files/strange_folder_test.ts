/** Folders of clients in which somebody has been at work. */
import { assertEquals } from "@std/assert";
import type { LayerFile, OpenMode } from "../../../lib/write/files/file_layer.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { until } from "../../until.ts";
import { inFolder } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { Sensor } from "./session_sensor.ts";
import { needs, UNIX } from "../../needs.ts";

const OPTIONS = { version: "v1", gatherMs: 0 };

Deno.test("of what a crash left only a record file that was being begun is removed", async () => {
  const disk = await diskWithBatches();
  for (const name of ["notes.new", "TCP.ncap.gz.new", "TCP.ncap.gz.torn-1.new"]) {
    disk.put(`/out/alice/${name}`, new Uint8Array([1]));
  }
  await using store = await RecordStore.open("/out", { ...OPTIONS, layer: disk });
  await store.openSession("alice", 1n, () => {});
  const left = [...disk.files.keys()].filter((path) => path.endsWith(".new"));
  assertEquals(left, ["/out/alice/notes.new", "/out/alice/TCP.ncap.gz.torn-1.new"]);
});

Deno.test("rotated and damaged files that nobody may write any more do not keep a client from being served", async () => {
  const disk = await diskWithBatches();
  const [first] = [...disk.files.keys()].filter((path) => path.includes("TCP-")).sort();
  await disk.rename(first!, "/out/alice/TCP.damaged-1.ncap.gz");
  const open = disk.open.bind(disk);
  let refused = 0;
  disk.open = (path: string, mode: OpenMode): Promise<LayerFile> => {
    if (mode === "read" || path.endsWith("/TCP.ncap.gz")) return open(path, mode);
    refused++;
    return Promise.reject(new Deno.errors.PermissionDenied(`Permission denied: ${path}`));
  };
  await using store = await RecordStore.open("/out", { ...OPTIONS, layer: disk });
  assertEquals((await store.openSession("alice", 1n, () => {})).settled, 40n);
  assertEquals(refused, 0);
});

Deno.test({
  ...needs(
    "files of a client whose folder is a link are deleted when they are too old, too",
    UNIX,
  ),
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/out`);
      await Deno.mkdir(`${folder}/elsewhere`);
      await Deno.symlink(`${folder}/elsewhere`, `${folder}/out/alice`);
      await fill(await RecordStore.open(`${folder}/out`, { ...OPTIONS, rotateBytes: 1000 }));
      const names = await Array.fromAsync(Deno.readDir(`${folder}/elsewhere`), ({ name }) => name);
      const [full] = names.filter((name) => name.includes("-")).sort();
      const old = `${folder}/elsewhere/TCP-20200101T000000.000Z.ncap.gz`;
      await Deno.rename(`${folder}/elsewhere/${full}`, old);
      await using store = await RecordStore.open(`${folder}/out`, { ...OPTIONS, keepDays: 30 });
      await until("it has gone", () => store.expired.files === 1);
    }),
});

Deno.test("a folder that is no client's is not looked through: lost+found of a disk, for one", async () => {
  const disk = await diskWithBatches();
  disk.put("/out/lost+found/TCP-20200101T000000.000Z.ncap.gz", new Uint8Array([1]));
  const read: string[] = [];
  const readFolder = disk.readFolder.bind(disk);
  disk.readFolder = (path: string) => {
    read.push(path);
    return readFolder(path);
  };
  const keepBytes = 2000;
  await using store = await RecordStore.open("/out", { ...OPTIONS, layer: disk, keepBytes });
  await until("full files have gone", () => store.expired.files > 0);
  await store[Symbol.asyncDispose]();
  assertEquals([...new Set(read)], ["/out/alice"]);
});

/** A disk with 40 batches of alice in several files. */
async function diskWithBatches(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await fill(await RecordStore.open("/out", { ...OPTIONS, layer: disk, rotateBytes: 1000 }));
  return disk;
}

async function fill(opened: RecordStore): Promise<void> {
  await using store = opened;
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  for (let n = 0; n < 40; n++) {
    sensor.send();
    await sensor.drained();
  }
}
