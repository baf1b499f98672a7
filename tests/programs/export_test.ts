/** The collector as an export, as people and units call it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BASH, needs } from "../needs.ts";
import { until } from "../until.ts";
import { EXPORTED, FILE_FORMATS } from "../write/export/exported_connections.ts";
import { connection, ConnectionStore, range } from "../write/export/stored_connections.ts";
import { inFolder, Program, runProgram } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PERMISSIONS = { permissions: ["--allow-read", "--allow-write", "--no-prompt"] };
const BATCH = 50;
const BATCHES_PER_LIFE = 40;
const LIVES = 3;

/** Numbers from 0 to 1 that a seed determines (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

for (const format of FILE_FORMATS) {
  Deno.test(`${format}: nothing is missing or twice after an export that follows was killed again and again`, () =>
    inFolder(async (folder) => {
      const random = seeded(17);
      const out = `${folder}/out`;
      const args = ["-export", format, "-read", `${folder}/records`, "-out", out, "-follow"];
      const exported = () => EXPORTED[format](out);
      await using store = await ConnectionStore.open(`${folder}/records`, { rotateBytes: 20_000 });
      let stored = 0;
      for (let life = 0; life < LIVES; life++) {
        await using program = new Program(
          "collector.ts",
          [...args, "-every", "100ms"],
          PERMISSIONS,
        );
        for (let batch = 0; batch < BATCHES_PER_LIFE; batch++) {
          await store.add(batch % 3 === 0 ? "a" : "b", range(stored + 1, BATCH).map(connection));
          stored += BATCH;
        }
        const enough = stored - Math.floor((0.1 + 0.9 * random()) * BATCH * BATCHES_PER_LIFE);
        await until("enough is exported", async () => (await exported()).length > enough);
        program.kill("SIGKILL");
        await program.end();
      }
      const last = await runProgram("collector.ts", args.slice(0, -1), PERMISSIONS);
      assertEquals(last.code, 0, last.stderr);
      assertEquals((await exported()).toSorted((a, b) => a - b), range(1, stored));
    }));
}

Deno.test(
  needs(
    "lines on standard output go on where a position says, and begin anew without; nobody needs to read them all",
    BASH,
  ),
  () =>
    inFolder(async (folder) => {
      await using store = await ConnectionStore.open(`${folder}/records`);
      const args = ["-export", "ndjson", `${folder}/records`, "-out", "-"];
      const exported = async (...more: string[]) => {
        const { code, stdout, stderr } = await runProgram(
          "collector.ts",
          [...args, ...more],
          PERMISSIONS,
        );
        assertEquals(code, 0, stderr);
        return stdout.split("\n").filter((line) => line !== "").map((line) =>
          Number(JSON.parse(line).ConnectionID)
        );
      };
      const kept = ["-position", `${folder}/position`];
      await store.add("a", range(1, 50).map(connection));
      assertEquals(await exported(...kept), range(1, 50));
      await store.add("a", range(51, 30).map(connection));
      assertEquals(await exported(...kept), range(51, 30));
      assertEquals(await exported(), range(1, 80));
      for (let batch = 0; batch < 20; batch++) {
        await store.add("b", range(1000 * batch, 1000).map(connection));
      }
      const program = [
        Deno.execPath(),
        "run",
        "--quiet",
        ...PERMISSIONS.permissions,
        "collector.ts",
      ];
      const line = [...program, ...args].map((word) => `'${word}'`).join(" ");
      const { code, stdout, stderr } = await new Deno.Command("bash", {
        args: ["-c", `${line} | head -n 1; exit \${PIPESTATUS[0]}`],
        cwd: ROOT,
      }).output();
      const [said, told] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals([code, said!.split("\n").length, told], [0, 2, ""]);
    }),
);

Deno.test("an export says in a line what is wrong with how it is called, and which permission it lacks", () =>
  inFolder(async (folder) => {
    {
      await using store = await ConnectionStore.open(`${folder}/records`);
      await store.add("a", [connection(1)]);
    }
    const cases: [string[], string][] = [
      [["-export", "xml"], "-export"],
      [["-export", "ndjson", "-out", `${folder}/out`], "Nothing to read"],
      [["-export", "ndjson", `${folder}/records`], "wanted -out FOLDER"],
      [["-export", "parquet", `${folder}/records`, "-out", "-"], "it is files; wanted -out FOLDER"],
      [
        ["-export", "ndjson", `${folder}/records`, "-out", `${folder}/out`, "-position", folder],
        "-position",
      ],
      [
        ["-export", "ndjson", `${folder}/records`, "-out", `${folder}/out`, "-every", "5"],
        "-every",
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await runProgram("collector.ts", args, PERMISSIONS);
      assertEquals(code, 2);
      assertStringIncludes(stderr, message);
      assertEquals(stderr.trim().split("\n").length, 1);
    }
    const readOnly = { permissions: ["--allow-read", "--no-prompt"] };
    const args = ["-export", "ndjson", `${folder}/records`, "-out", `${folder}/out`];
    const { code, stderr } = await runProgram("collector.ts", args, readOnly);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "--allow-write");
    assert(!stderr.includes("at file:"), stderr);
  }));
