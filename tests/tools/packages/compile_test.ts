/** How tools/packages/compile.ts calls the compiler; that executables work is shown in tests/programs. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import config from "../../../deno.json" with { type: "json" };
import { inFolder } from "../../programs/program.ts";

/** Where a sensor may write: folders of its package, or of whoever runs the task. */
const OWN_FOLDERS = /^--allow-write=(\/etc\/farcap\/keys,|spool$)/;
const ROOT = new URL("../../../", import.meta.url);

/** Runs the tool with a program in place of npx; gives the arguments of its calls. */
async function compile(folder: string, npx: string, ...args: string[]) {
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.writeTextFile(`${folder}/bin/npx`, `#!/bin/sh\n${npx}\n`, { mode: 0o755 });
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "tools/packages/compile.ts", ...args, `${folder}/made`],
    cwd: ROOT,
    env: {
      PATH: `${folder}/bin:/usr/bin:/bin`,
      LOG: `${folder}/log`,
      DENORT_BIN: `${folder}/denort`,
      NO_COLOR: "1",
    },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  const log = await Deno.readTextFile(`${folder}/log`).catch(() => "");
  const calls = log.trim().split("\n")
    .map((line) => line.split(" "));
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr), calls };
}

/** Logs how it is called. */
const LOG = 'echo "$DENORT_BIN $@" >> "$LOG"';

/** The calls that bundle, and those that compile. */
function stepsOf(calls: readonly string[][]) {
  const of = (step: string) => calls.filter((call) => call[3] === step);
  return { bundles: of("bundle"), compiles: of("compile") };
}

Deno.test("both programs are bundled and compiled by the oldest Deno, asking for nothing at run time", () =>
  inFolder(async (folder) => {
    const { code, stdout, calls } = await compile(folder, LOG);
    assertEquals(code, 0);
    assertEquals(
      stdout,
      `made ${folder}/made/farcap-sensor\nmade ${folder}/made/farcap-collector\n`,
    );
    for (const call of calls) {
      assertEquals(call.slice(0, 3), [`${folder}/denort`, "--yes", "deno@2.7.11"]);
    }
    const { bundles, compiles } = stepsOf(calls);
    assertEquals([bundles.length, compiles.length, calls.length], [2, 2, 4]);
    for (const [at, name] of ["sensor", "collector"].entries()) {
      assert(bundles[at]!.includes(`${name}.ts`));
      assert(compiles[at]!.includes("--no-prompt"));
      const bundle = bundles[at]![bundles[at]!.indexOf("--outdir") + 1]!;
      assertEquals(compiles[at]!.at(-1), `${bundle}/${name}.js`);
      assert(compiles[at]!.includes(`--include=${bundle}`));
      await assertRejects(() => Deno.stat(bundle), Deno.errors.NotFound);
    }
  }));

Deno.test("an executable has the permissions and V8 flags of its task", () =>
  inFolder(async (folder) => {
    const { compiles } = stepsOf((await compile(folder, LOG)).calls);
    const isGranted = (arg: string) => /^(--allow-|--v8-flags=|-A$)/.test(arg);
    for (const [at, task] of [config.tasks.sensor, config.tasks.collector].entries()) {
      const shared = (args: string[]) =>
        args.filter((arg) => isGranted(arg) && !OWN_FOLDERS.test(arg))
          .map((arg) => arg.replace(/,--no-lazy$/, "")) // the sensor's, see compile.ts
          .sort();
      assertEquals(shared(compiles[at]!), shared(task.split(" ")));
    }
  }));

Deno.test("a bundle has its program's workers, each where the module that starts it looks for it", () =>
  inFolder(async (folder) => {
    // What stands in the bundle's folder when it is begun: the modules that lead to workers.
    const list = 'if [ "$3" = bundle ]; then while [ "$1" != --outdir ]; do shift; done; ' +
      'for each in "$2"/*; do echo "$(basename "$each") $(cat "$each")" >> "$LOG"; done; fi';
    const { calls } = await compile(folder, list);
    const found = calls.map(([name, , from]) => [name, from]);
    const workers = [
      "lib/gather/pipeline_worker_io",
      "lib/www/reader_worker_io",
      "lib/transport/box/receiver_worker_io",
      "lib/verify/check_worker_io",
    ];
    assertEquals(
      found.sort(),
      workers.map((worker) => [`${worker.split("/").at(-1)}.ts`, `"./${worker}.js";`]).sort(),
    );
    const { bundles } = stepsOf((await compile(folder, LOG)).calls);
    for (const worker of workers) {
      assert(bundles.some((call) => call.includes(`${worker}.ts`)), worker);
      await Deno.stat(new URL(`${worker}.ts`, ROOT));
    }
  }));

Deno.test("an executable has npm packages beside its bundle only where these are left out of it", () =>
  inFolder(async (folder) => {
    const keep = 'for arg; do case $arg in --config=*) cat "${arg#*=}" >> "$LOG.configs"; ' +
      'echo >> "$LOG.configs";; esac; done; echo "$DENORT_BIN $@" >> "$LOG"';
    const { bundles } = stepsOf((await compile(folder, keep)).calls);
    const configs = (await Deno.readTextFile(`${folder}/log.configs`)).trim().split("\n");
    for (const [at, call] of bundles.entries()) {
      const { imports } = JSON.parse(configs[at]!);
      const external = call.filter((_, at) => call[at - 1] === "--external");
      assertEquals(Object.keys(imports), external);
      for (const name of external) {
        assertEquals(imports[name], config.imports[name as keyof typeof config.imports]);
      }
    }
  }));

Deno.test("a compiler that fails ends it with what that said", () =>
  inFolder(async (folder) => {
    const failing = 'echo "$@" >> "$LOG"; echo "error: no such thing" >&2; exit 1';
    const { code, stdout, stderr, calls } = await compile(folder, failing);
    assertEquals([code, stdout, calls.length], [1, "", 1]);
    assertStringIncludes(stderr, "error: no such thing");
  }));

/** The beginning of an executable for that machine (System V ABI, ELF header). */
function elfOf(machine: number): Uint8Array {
  const header = new Uint8Array(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header[18] = machine;
  return header;
}

Deno.test("a runtime for another machine than the target's is refused in one line", () =>
  inFolder(async (folder) => {
    const target = ["--target", "aarch64-unknown-linux-gnu"];
    await Deno.writeFile(`${folder}/denort`, elfOf(62));
    const refused = await compile(folder, LOG, ...target);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assertEquals(
      refused.stderr,
      "Cannot compile for aarch64: the denort that DENORT_BIN names is for x86_64; " +
        "wanted: one for aarch64, of Deno 2.7.11\n",
    );
    await Deno.writeFile(`${folder}/denort`, elfOf(183));
    const { code, calls } = await compile(folder, LOG, ...target);
    assertEquals(code, 0);
    for (const call of stepsOf(calls).compiles) {
      assertStringIncludes(call.join(" "), target.join(" "));
    }
  }));
