import { assertEquals } from "@std/assert";
import { filesOfOwner } from "../../../lib/write/files/files_of_owner_io.ts";
import { needs, ROOT } from "../../needs.ts";
import { inFolder, PRIVATE_KEY, runProgram } from "../../programs/program.ts";

/** A user that need not exist. */
const OWNER = 12_345;

async function ownersIn(folder: string): Promise<number[]> {
  const owners: number[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    owners.push((await Deno.stat(`${folder}/${name}`)).uid!);
    if (isDirectory) owners.push(...await ownersIn(`${folder}/${name}`));
  }
  return owners;
}

Deno.test({
  ...needs("what root does for a collector of another user, that one can read and change", ROOT),
  fn: () =>
    inFolder(async (folder) => {
      await Deno.chown(folder, OWNER, OWNER);
      const place = [
        "-addr",
        "127.0.0.1:4200",
        "-privkey",
        PRIVATE_KEY,
        "-out",
        `${folder}/records`,
      ];
      for (const act of [["-enroll", "plant-7"], ["-enroll", "plant-8"]]) {
        const { code, stderr } = await runProgram("collector.ts", [...place, ...act]);
        assertEquals(code, 0, stderr);
        const owners = await ownersIn(folder);
        assertEquals([owners.length, new Set(owners)], [4, new Set([OWNER])]);
      }
    }),
});

Deno.test({
  ...needs("a link that the owner has put in the place of a file leads root nowhere", ROOT),
  fn: () =>
    inFolder(async (folder) => {
      const ofRoot = `${folder}/root.txt`;
      await Deno.writeTextFile(ofRoot, "root's");
      const records = `${folder}/records`;
      await Deno.mkdir(records);
      await Deno.chown(records, OWNER, OWNER);
      await Deno.symlink(ofRoot, `${records}/state.new`);
      const files = await filesOfOwner();
      (await files.open(`${records}/state.new`, "replace")).close();
      assertEquals(await Deno.readTextFile(ofRoot), "root's");
      assertEquals((await Deno.stat(ofRoot)).uid, 0);
      const made = await Deno.lstat(`${records}/state.new`);
      assertEquals([made.isFile, made.uid], [true, OWNER]);
    }),
});
