/**
 * deno task compile [--target TRIPLE] [FOLDER]
 *
 * Makes the executables farcap-sensor and farcap-collector in FOLDER (default: this one), each with
 * the permissions that it needs and no other; what is not granted fails instead of asking. TRIPLE is
 * another machine than this one, such as aarch64-unknown-linux-gnu. Modules are bundled first
 * (`deno bundle`, which gets esbuild from npm), since hundreds of them take long to load.
 *
 * `deno compile` needs the runtime `denort` of its own version. Where Deno's download host answers,
 * it fetches that itself. Elsewhere DENORT_BIN names a denort of Deno 2.7.11, the oldest version
 * supported, which then bundles and compiles (by npx); it has to be that of the target. Exits with 3
 * when there is none and compiling fails, since it may fail for want of one.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { elfMachine } from "./elf_machine.ts";

const ROOT = new URL("../../", import.meta.url);
const OLDEST_DENO = "2.7.11";
const NO_RUNTIME = 3;
/**
 * A small young generation, and no full collection before there is something to collect, see
 * docs/performance.md; the tasks in deno.json have the same.
 */
const V8_FLAGS = "--v8-flags=--max-semi-space-size=1,--initial-old-space-size=40";

const PROGRAMS = [
  {
    name: "farcap-sensor",
    main: "sensor.ts",
    workers: ["lib/gather/pipeline_worker_io.ts"],
    external: [],
    // A sensor runs most of its code in its first moments; what is compiled is kept for the next start.
    v8Flags: `${V8_FLAGS},--no-lazy`,
    isMinified: true,
    options: [
      "--allow-net",
      "--allow-read",
      "--allow-ffi",
      "--allow-sys=hostname",
      // The folders of Debian's package, for keys, spools, and what -watch remembers; and systemd.
      "--allow-write=/etc/farcap/keys,/var/lib/farcap-sensor,/run/farcap-sensor,/run/systemd/notify",
      "--allow-env=FARCAP_*,JOURNAL_STREAM,NOTIFY_SOCKET,RUNTIME_DIRECTORY,WATCHDOG_*",
    ],
  },
  {
    name: "farcap-collector",
    main: "collector.ts",
    workers: [
      "lib/transport/box/receiver_worker_io.ts",
      "lib/verify/check_worker_io.ts",
      "lib/www/reader_worker_io.ts",
    ],
    // 6 MB of JSON, which take longer to read as a module's source.
    external: ["oui-data"],
    v8Flags: V8_FLAGS,
    isMinified: false, // require() of CommonJS packages, those of NATS, is lost then
    options: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-sys=statfs,uid",
      "--allow-env=FARCAP_*,JOURNAL_STREAM,NOTIFY_SOCKET,RUNTIME_DIRECTORY,WATCHDOG_*",
    ],
  },
] as const;

const { values: { target }, positionals: [folder = "."] } = parseArgs({
  args: Deno.args,
  options: { target: { type: "string" } },
  allowPositionals: true,
});
const denort = Deno.env.get("DENORT_BIN");
const machine = denort && await elfMachine(denort).catch(() => undefined);
const wanted = target?.split("-")[0] ?? Deno.build.arch;
if (machine && machine !== wanted) {
  console.error(
    `Cannot compile for ${wanted}: the denort that DENORT_BIN names is for ${machine}; ` +
      `wanted: one for ${wanted}, of Deno ${OLDEST_DENO}`,
  );
  Deno.exit(1);
}
const compiler: { command: string; args: string[]; env: Record<string, string> } = denort
  ? { command: "npx", args: ["--yes", `deno@${OLDEST_DENO}`], env: { DENORT_BIN: denort } }
  : { command: Deno.execPath(), args: [], env: {} };

type Program = (typeof PROGRAMS)[number];

for (const program of PROGRAMS) {
  const output = `${folder}/${program.name}`;
  const { outcome, isCompiled } = await make(program, output);
  if (!outcome.success) {
    console.error(new TextDecoder().decode(outcome.stderr).trim());
    if (denort || !isCompiled) Deno.exit(1);
    console.error(
      `Cannot compile ${program.main} for ${wanted}: wanted the denort of Deno ${Deno.version.deno}, which it ` +
        `fetches itself where its download host answers, or one of Deno ${OLDEST_DENO} in DENORT_BIN`,
    );
    Deno.exit(NO_RUNTIME);
  }
  console.log(`made ${output}`);
}

/** Makes one executable; `isCompiled` tells whether the second step was taken. */
async function make(program: Program, output: string) {
  // In the tree, so that source maps name its files and no folder of this machine.
  const folder = await Deno.makeTempDir({ dir: fileURLToPath(ROOT), prefix: ".compile-" });
  try {
    const bundled = await bundle(program, `${folder}/bundle`);
    if (!bundled.success) return { outcome: bundled, isCompiled: false };
    await thinMaps(`${folder}/bundle`);
    return { outcome: await compile(program, folder, output), isCompiled: true };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Bundles a program and its workers; what is loaded when it is needed stays in files of its own. */
async function bundle({ main, workers, external, isMinified }: Program, folder: string) {
  await Deno.mkdir(folder);
  for (const worker of workers) {
    // Bundled modules name workers as those did that they are made of, but all are in one folder.
    const name = worker.slice(worker.lastIndexOf("/") + 1);
    const place = worker.replace(/ts$/, "js");
    await Deno.writeTextFile(`${folder}/${name}`, `import "./${place}";\n`);
  }
  return await run([
    "bundle",
    "--quiet",
    "--check",
    "--code-splitting",
    ...isMinified ? ["--minify"] : [],
    "--sourcemap=linked",
    ...external.flatMap((name) => ["--external", name]),
    "--outdir",
    folder,
    main,
    ...workers,
  ]);
}

/** Leaves the sources out of a bundle's maps, which the runtime reads whole at each start. */
async function thinMaps(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await thinMaps(path);
    if (!name.endsWith(".map")) continue;
    const { sourcesContent: _, ...map } = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify(map));
  }
}

/** @param folder With the bundle. */
async function compile(
  { main, options, external, v8Flags }: Program,
  folder: string,
  output: string,
) {
  const { imports, unstable } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  // All packages that a configuration names would come into the executable.
  const needed = Object.fromEntries(external.map((name) => [name, imports[name]]));
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ unstable, imports: needed }));
  await Deno.copyFile(new URL("deno.lock", ROOT), `${folder}/deno.lock`);
  return await run([
    "compile",
    "--quiet",
    "--no-check", // of what is bundled: it was checked before
    "--no-prompt",
    `--config=${folder}/deno.json`,
    `--lock=${folder}/deno.lock`,
    "--frozen=false",
    v8Flags,
    ...target === undefined ? [] : ["--target", target],
    ...options,
    `--include=${folder}/bundle`,
    "-o",
    output,
    `${folder}/bundle/${main.replace(/ts$/, "js")}`,
  ]);
}

/** Runs the compiler in the tree. */
async function run(args: readonly string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command(compiler.command, {
    args: [...compiler.args, ...args],
    cwd: ROOT,
    env: compiler.env,
    stdout: "inherit",
    stderr: "piped",
  }).output();
}
