import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../programs/program.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("the demo shows that everything made was acknowledged and stored, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "demo"],
      cwd: ROOT,
      env: { TMPDIR: folder, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], text);
    // No progress line in a pipe.
    assertEquals(/[^\P{Cc}\n]/u.test(text), false, JSON.stringify(text));

    const [table, some, ledger] = text.split("\n\n");
    const [header, ...rows] = table!.split("\n");
    assertEquals(header!.split(/ {2,}/), [
      ...["record type", "made", "acknowledged", "on disk", "wire bytes", "file bytes", "B/record"],
    ]);
    assertEquals(rows.pop(), "Every record that was made is stored, and was acknowledged.");
    assert(rows.length > 8, table);
    let wireBytes = 0;
    for (const row of rows) {
      const [, made, acknowledged, stored, wire, file, each] = row.split(/ +/).map(Number);
      assert(made! > 0 && acknowledged === made && stored === made && file! > 0, row);
      // "-" where they went with others' in compact batches, as they do when the collector answers at once.
      if (row.split(/ +/)[4] !== "-") assert(wire! > 0, row);
      wireBytes += wire || 0;
      assertEquals(each!.toFixed(1), (file! / stored!).toFixed(1), row);
    }

    assert(wireBytes > 0, table);

    const records = some!.trim().split("\n").slice(1).map((line) => JSON.parse(line));
    assertEquals(records.length, 3);
    for (const record of records) assert(Date.parse(record.Timestamp) > 0);
    assert(ledger!.startsWith("ledger: nothing is missing; "), ledger);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), []);
  }));
