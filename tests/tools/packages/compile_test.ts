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

Deno.test("both programs are compiled by the oldest Deno, asking for nothing at run time", () =>
  inFolder(async (folder) => {
    const { code, stdout, calls } = await compile(folder, 'echo "$DENORT_BIN $@" >> "$LOG"');
    assertEquals(code, 0);
    assertEquals(
      stdout,
      `made ${folder}/made/farcap-sensor\nmade ${folder}/made/farcap-collector\n`,
    );
    for (const call of calls) {
      assertEquals(call.slice(0, 3), [`${folder}/denort`, "--yes", "deno@2.7.11"]);
      assert(call.includes("--no-prompt"));
    }
    assertEquals(calls.map((call) => call.at(-1)), ["sensor.ts", "collector.ts"]);
  }));

Deno.test("an executable has the permissions and V8 flags of its task, and the modules of its workers", () =>
  inFolder(async (folder) => {
    const { calls } = await compile(folder, 'echo "$DENORT_BIN $@" >> "$LOG"');
    const isGranted = (arg: string) => /^(--allow-|--v8-flags=|-A$)/.test(arg);
    for (const [at, task] of [config.tasks.sensor, config.tasks.collector].entries()) {
      const shared = (args: string[]) =>
        args.filter((arg) => isGranted(arg) && !OWN_FOLDERS.test(arg)).sort();
      assertEquals(shared(calls[at]!), shared(task.split(" ")));
      const included = calls[at]!.filter((arg) => arg.startsWith("--include="));
      assert(included.length > 0);
      for (const file of included) {
        assert((await Deno.stat(new URL(file.slice("--include=".length), ROOT))).isFile, file);
      }
    }
  }));

Deno.test("an executable is given the npm packages that its modules load, and no others", () =>
  inFolder(async (folder) => {
    const keep = 'for arg; do case $arg in --config=*) cat "${arg#*=}" >> "$LOG.configs"; ' +
      'echo >> "$LOG.configs";; esac; done; echo "$@" >> "$LOG"';
    const { calls } = await compile(folder, keep);
    const configs = (await Deno.readTextFile(`${folder}/log.configs`)).trim().split("\n");
    for (const [at, call] of calls.entries()) {
      const places = Object.values<string>(JSON.parse(configs[at]!).imports);
      const given = places.filter((place) => place.startsWith("npm:")).map(packageOf);
      const included = call.filter((arg) => arg.startsWith("--include="));
      const modules = [call.at(-1)!, ...included.map((arg) => arg.slice("--include=".length))];
      const loaded = (await Promise.all(modules.map(packagesOf))).flat();
      assertEquals([...new Set(given)].sort(), [...new Set(loaded)].sort());
      const config = call.find((arg) => arg.startsWith("--config="))!.slice("--config=".length);
      await assertRejects(() => Deno.stat(config), Deno.errors.NotFound);
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
    const npx = 'echo "$@" >> "$LOG"';
    await Deno.writeFile(`${folder}/denort`, elfOf(62));
    const refused = await compile(folder, npx, ...target);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assertEquals(
      refused.stderr,
      "Cannot compile for aarch64: the denort that DENORT_BIN names is for x86_64; " +
        "wanted: one for aarch64, of Deno 2.7.11\n",
    );
    await Deno.writeFile(`${folder}/denort`, elfOf(183));
    const { code, calls } = await compile(folder, npx, ...target);
    assertEquals(code, 0);
    for (const call of calls) assertStringIncludes(call.join(" "), target.join(" "));
  }));

/** Names of the npm packages that a module and those below it load, at once or later. */
async function packagesOf(module: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", module],
    cwd: ROOT,
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  return modules.filter(({ kind }: { kind: string }) => kind === "npm")
    .map(({ specifier }: { specifier: string }) => packageOf(specifier));
}

/** `@a/b` of `npm:/@a/b@1.2.3/c`, or of `npm:@a/b@^1`. */
function packageOf(specifier: string): string {
  return /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(specifier)![1]!;
}
