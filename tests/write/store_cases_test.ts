import { assert } from "@std/assert";
import { RecordStore } from "../../lib/write/files/store_io.ts";
import { inFolder } from "./files/in_folder.ts";
import { MemoryDisk } from "./files/memory_disk.ts";
import { openStore } from "./files/memory_store.ts";
import { batchesIn } from "./files/session_sensor.ts";
import { NATS_SERVER } from "../needs.ts";
import { withinNats } from "./nats/nats_place.ts";
import { storeCases } from "./store_cases.ts";
import { MapStore, newMapPlace } from "./map_store.ts";

storeCases("record files", (test) =>
  inFolder(async (folder) => {
    await test({
      open: () => RecordStore.open(folder, { version: "v1" }),
      contents: async () => batchesIn(await filesIn(folder), assertText),
    });
  }));

storeCases("record files of a disk in memory, rotated at once", (test) => {
  const disk = new MemoryDisk();
  return test({
    open: () => openStore(disk, { rotateBytes: 1 }),
    contents: () => Promise.resolve(batchesIn(disk.files, assertText)),
  });
});

storeCases("a map", (test) => {
  const place = newMapPlace();
  return test({
    open: () => Promise.resolve(new MapStore(place)),
    contents: () => Promise.resolve(place.contents()),
  });
});

storeCases("streams of NATS", withinNats, NATS_SERVER);

/** Asserts that a part of a made-up batch is the text that says which it is of. */
function assertText(_type: number, records: Uint8Array, session: bigint, sequence: bigint): void {
  const text = new TextDecoder().decode(records.subarray(1));
  assert(text.endsWith(`/${session}/${sequence}`), text);
}

/** All files in the folders of a folder, by path. */
async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) continue;
    for await (const file of Deno.readDir(`${folder}/${name}`)) {
      assert(file.isFile);
      const path = `${folder}/${name}/${file.name}`;
      files.set(path, await Deno.readFile(path));
    }
  }
  return files;
}
