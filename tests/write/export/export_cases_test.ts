/** What is so of the exports of every format of files. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runExport } from "../../../lib/run_export_io.ts";
import type { ExportOptions } from "../../../lib/write/export/export_options.ts";
import { Where } from "../../../lib/write/query/where.ts";
import { until } from "../../until.ts";
import { inFolder, namesIn } from "../files/in_folder.ts";
import { EXPORTED, FILE_FORMATS } from "./exported_connections.ts";
import { connection, ConnectionStore, range } from "./stored_connections.ts";

const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

async function addTo(records: string, first: number): Promise<void> {
  await using store = await ConnectionStore.open(records);
  await store.add("a", range(first, 50).map(connection));
}

for (const format of FILE_FORMATS) {
  const exported = async (folder: string) => ascending(await EXPORTED[format](folder));
  const run = async (folder: string, more: Partial<ExportOptions> = {}, signal?: AbortSignal) => {
    const said: string[] = [];
    const options = {
      ...{ format, paths: [`${folder}/records`], out: `${folder}/out`, follow: false },
      ...{ everyMs: 100, ...more },
    };
    const code = await runExport(options, {
      say: (line) => said.push(line),
      ...(signal && { signal }),
    });
    return { code, said };
  };

  Deno.test(`${format}: each run exports what has come since the last one, through rotated files`, () =>
    inFolder(async (folder) => {
      let next = 1;
      for (let round = 0; round < 4; round++) {
        {
          await using store = await ConnectionStore.open(`${folder}/records`, {
            rotateBytes: 4096,
          });
          for (let batch = 0; batch < 5; batch++) {
            for (const client of ["a", "b"]) {
              await store.add(client, range(next, 40).map(connection));
              next += 40;
            }
          }
        }
        const { code, said } = await run(folder);
        assertEquals([code, said], [0, [`exported 400 records to ${folder}/out`]]);
        assertEquals(await exported(`${folder}/out`), range(1, next - 1));
      }
      assertEquals((await run(folder)).said, [`exported 0 records to ${folder}/out`]);
      assertEquals(await exported(`${folder}/out`), range(1, next - 1));
    }));

  Deno.test(`${format}: a copy of the records and of what was exported goes on where the first was`, () =>
    inFolder(async (folder) => {
      const [disk, other] = [`${folder}/disk`, `${folder}/other`];
      await addTo(`${disk}/records`, 1);
      await run(disk);
      await new Deno.Command("cp", { args: ["-a", disk, other] }).output();
      await addTo(`${other}/records`, 51);
      const { code, said } = await run(other);
      assertEquals([code, said], [0, [`exported 50 records to ${other}/out`]]);
      assertEquals(await exported(`${other}/out`), range(1, 100));
    }));

  Deno.test(`${format}: files are followed while they are written`, () =>
    inFolder(async (folder) => {
      await using store = await ConnectionStore.open(`${folder}/records`, { rotateBytes: 4096 });
      await store.add("a", range(1, 50).map(connection));
      const stop = new AbortController();
      const running = run(folder, { follow: true }, stop.signal);
      await until("the first batch", async () => (await exported(`${folder}/out`)).length === 50);
      for (let batch = 1; batch < 10; batch++) {
        await store.add(batch % 2 === 0 ? "a" : "b", range(1 + 50 * batch, 50).map(connection));
      }
      await until("all batches", async () => (await exported(`${folder}/out`)).length >= 500);
      stop.abort();
      assertEquals((await running).code, 0);
      assertEquals(await exported(`${folder}/out`), range(1, 500));
    }));

  Deno.test(`${format}: only records that are wanted are exported`, () =>
    inFolder(async (folder) => {
      {
        await using store = await ConnectionStore.open(`${folder}/records`);
        await store.add("a", range(1, 20).map(connection));
        await store.add("b", range(21, 20).map(connection));
      }
      const where = new Where("ConnectionID > 10", () => undefined);
      await run(folder, { where, clients: ["a"] });
      assertEquals(await exported(`${folder}/out`), range(11, 10));
      const to = connection(25).TimestampFirst!;
      await run(folder, { out: `${folder}/early`, to });
      assertEquals(await exported(`${folder}/early`), range(1, 24));
      const { code, said } = await run(folder, { out: `${folder}/other`, types: ["UDP"] });
      assertEquals([code, said], [0, [`exported 0 records to ${folder}/other`]]);
    }));

  Deno.test(`${format}: a folder with something else, or of another export, is refused and stays as it is`, () =>
    inFolder(async (folder) => {
      {
        await using store = await ConnectionStore.open(`${folder}/records`);
        await store.add("a", [connection(1)]);
      }
      await Deno.mkdir(`${folder}/out`);
      await Deno.writeTextFile(`${folder}/out/notes`, "mine");
      const { code, said } = await run(folder);
      assertEquals(code, 1);
      assertStringIncludes(
        said.join("\n"),
        "it holds other files; wanted a new or an empty folder",
      );
      assertEquals(await namesIn(`${folder}/out`), ["notes"]);
      const out = `${folder}/other`;
      await Deno.mkdir(`${out}/.export`, { recursive: true });
      const position = { version: 1, format: "csv", records: 0, rows: {}, sink: {} };
      await Deno.writeTextFile(`${out}/.export/position.json`, JSON.stringify(position));
      assertStringIncludes(
        (await run(folder, { out })).said.join("\n"),
        "it holds an export as csv",
      );
    }));
}
