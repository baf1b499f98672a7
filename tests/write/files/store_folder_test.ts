/** What a store does with the names in its folder, and with what others do there. */
import { assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { inFolder, namesIn } from "./in_folder.ts";
import { readByPython } from "../read/python.ts";
import { TCP } from "./session_sensor.ts";
import { batchOf, hexOf, openStore, storeIn } from "./text_batches.ts";
import { needs, UNIX } from "../../needs.ts";

Deno.test("whatever a client calls itself, its files are in one folder below the store's", () =>
  inFolder(async (folder) => {
    const ids = ["../../../etc", "/etc", "", ".", "..", ".lock", "a\0b", "x/y", "c:\\d", "\ud800"];
    ids.push("A".repeat(10_240), "../../".repeat(100));
    const out = `${folder}/deep/records`;
    {
      await using store = await openStore(out);
      for (const id of ids) await store.append(batchOf(id, TCP, id));
      await store.commit();
      assertEquals(store.stored.get(TCP)?.batches, ids.length);
    }
    assertEquals(await namesIn(folder), ["deep"]);
    assertEquals(await namesIn(`${folder}/deep`), ["records"]);
    const names = await namesIn(out);
    assertEquals(names.length, ids.length + 2);
    for (const name of names.filter((name) => name !== ".lock" && name !== ".store")) {
      assertEquals(await namesIn(`${out}/${name}`), ["TCP.ncap.gz"]);
    }
  }));

Deno.test("clients do not share a folder on a file system that takes Alice for alice", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/.LOCK`, ""); // what .lock looks like from such a one
    await storeIn(folder, "Alice", "one");
    await storeIn(folder, "alice", "two");
    assertEquals((await namesIn(folder)).sort(), ["%41lice", ".LOCK", ".lock", ".store", "alice"]);
  }));

Deno.test("a second store on the same folder is refused until the first has ended", () =>
  inFolder(async (folder) => {
    {
      await using _store = await openStore(folder);
      const error = await assertRejects(() => openStore(folder), StoreError, "another collector");
      assertEquals(error.code, "locked");
    }
    await using store = await openStore(folder);
    await store.append(batchOf("xyz", TCP, "one"));
    await store.commit();
  }));

Deno.test({
  ...needs("a pipe in place of the lock is refused, and nobody waits for it", UNIX),
  fn: () =>
    inFolder(async (folder) => {
      await new Deno.Command("mkfifo", { args: [`${folder}/.lock`] }).output();
      await assertRejects(() => openStore(folder), StoreError, "a pipe or a device");
    }),
});

Deno.test("what was in the way is set aside and named, and the store goes on", () =>
  inFolder(async (folder) => {
    const path = `${folder}/xyz/TCP.ncap.gz`;
    await storeIn(folder, "xyz", "one");
    const size = (await Deno.stat(path)).size;
    await Deno.truncate(path, size - 1);
    await Deno.mkdir(`${folder}/abc`);
    await Deno.writeTextFile(`${folder}/abc/TCP.ncap.gz`, "foreign");
    const setAside: string[] = [];
    const newFiles: string[] = [];
    await using store = await openStore(folder, {
      onSetAside: (path) => setAside.push(path),
      onNewFile: (path) => newFiles.push(path),
    });
    await store.append(batchOf("xyz", TCP, "two"));
    await store.append(batchOf("abc", TCP, "three"));
    await store.commit();
    assertEquals(setAside.sort(), [`${folder}/abc/TCP.foreign-1.ncap.gz`, `${path}.torn-1`]);
    assertEquals(newFiles, ["abc/TCP.ncap.gz"]);
  }));

Deno.test("a file or folder that somebody takes away is begun anew: nothing is stored out of sight", () =>
  inFolder(async (folder) => {
    const path = `${folder}/xyz/TCP.ncap.gz`;
    const changes: readonly (() => Promise<void>)[] = [
      () => Promise.resolve(),
      () => Deno.rename(path, `${folder}/xyz/TCP.old.ncap.gz`),
      () => Deno.remove(path),
      () => Deno.remove(`${folder}/xyz`, { recursive: true }),
      () => Deno.writeTextFile(path, "foreign"),
    ];
    const newFiles: string[] = [];
    const setAside: string[] = [];
    await using store = await openStore(folder, {
      onNewFile: (path) => newFiles.push(path),
      onSetAside: (path) => setAside.push(path),
    });
    for (const [n, change] of changes.entries()) {
      await change();
      await store.append(batchOf("xyz", TCP, `${n}`));
      await store.commit();
      assertEquals((await readByPython(path)).records, [hexOf(`${n}`)]);
    }
    assertEquals(newFiles.length, changes.length);
    assertEquals(setAside, [`${folder}/xyz/TCP.foreign-1.ncap.gz`]);
  }));
