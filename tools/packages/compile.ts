/**
 * deno task compile [--target TRIPLE] [FOLDER]
 *
 * Makes the executables farcap-sensor and farcap-collector in FOLDER (default: this one), each with
 * the permissions that it needs and no other; what is not granted fails instead of asking. TRIPLE is
 * another machine than this one, such as aarch64-unknown-linux-gnu.
 *
 * `deno compile` needs the runtime `denort` of its own version. Where Deno's download host answers,
 * it fetches that itself. Elsewhere DENORT_BIN names a denort of Deno 2.7.11, the oldest version
 * supported, which then compiles (by npx); it has to be that of the target. Exits with 3 when there is none and compiling fails, since
 * it may fail for want of one.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { elfMachine } from "./elf_machine.ts";

const ROOT = new URL("../../", import.meta.url);
const OLDEST_DENO = "2.7.11";
const NO_RUNTIME = 3;
/** A small young generation, see docs/performance.md; the tasks in deno.json have the same. */
const V8_FLAGS = "--v8-flags=--max-semi-space-size=1";

const PROGRAMS = [
  {
    name: "farcap-sensor",
    main: "sensor.ts",
    packages: ["@bufbuild/protobuf", "tweetnacl"],
    options: [
      "--allow-net",
      "--allow-read",
      "--allow-ffi",
      "--allow-sys=hostname",
      // The folders of Debian's package, for keys, spools, and what -watch remembers; and systemd.
      "--allow-write=/etc/farcap/keys,/var/lib/farcap-sensor,/run/farcap-sensor,/run/systemd/notify",
      "--allow-env=FARCAP_*,JOURNAL_STREAM,NOTIFY_SOCKET,RUNTIME_DIRECTORY,WATCHDOG_*",
      "--include=lib/gather/pipeline_worker_io.ts",
    ],
  },
  {
    name: "farcap-collector",
    main: "collector.ts",
    packages: [
      "@bufbuild/protobuf",
      "@nats-io/jetstream",
      "@nats-io/transport-node",
      "hyparquet-writer",
      "oui-data",
      "tweetnacl",
    ],
    options: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-sys=statfs,uid",
      "--allow-env=FARCAP_*,JOURNAL_STREAM,NOTIFY_SOCKET,RUNTIME_DIRECTORY,WATCHDOG_*",
      "--include=lib/transport/box/receiver_worker_io.ts",
      "--include=lib/www/reader_worker_io.ts",
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

for (const program of PROGRAMS) {
  const { name, main } = program;
  const output = `${folder}/${name}`;
  const { success, stderr } = await compile(program, output);
  if (!success) {
    console.error(new TextDecoder().decode(stderr).trim());
    if (denort) Deno.exit(1);
    console.error(
      `Cannot compile ${main} for ${wanted}: wanted the denort of Deno ${Deno.version.deno}, which it ` +
        `fetches itself where its download host answers, or one of Deno ${OLDEST_DENO} in DENORT_BIN`,
    );
    Deno.exit(NO_RUNTIME);
  }
  console.log(`made ${output}`);
}

async function compile(
  { main, packages, options }: (typeof PROGRAMS)[number],
  output: string,
): Promise<Deno.CommandOutput> {
  await using config = await configWith(packages);
  return await new Deno.Command(compiler.command, {
    args: [
      ...compiler.args,
      "compile",
      "--quiet",
      "--no-prompt",
      `--config=${config.path}`,
      `--lock=${config.lock}`,
      "--frozen=false",
      V8_FLAGS,
      ...target === undefined ? [] : ["--target", target],
      ...options,
      "-o",
      output,
      main,
    ],
    cwd: ROOT,
    env: compiler.env,
    stdout: "inherit",
    stderr: "piped",
  }).output();
}

/**
 * The configuration with the npm packages of one program alone, in the versions that are locked:
 * `deno compile` puts all that a configuration names into the executable, 25 MB of what only tests
 * and the other program load. It lies beside `deno.json`, since its paths are relative, and is
 * deleted again.
 */
async function configWith(packages: readonly string[]) {
  const { imports, unstable, compilerOptions } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const isNeeded = (name: string, place: string) =>
    !place.startsWith("npm:") || packages.includes(name.replace(/\/$/, ""));
  const needed = Object.entries<string>(imports).filter(([name, place]) => isNeeded(name, place));
  const path = await Deno.makeTempFile({
    dir: fileURLToPath(ROOT),
    prefix: ".compile-",
    suffix: ".json",
  });
  const lock = `${path}.lock`;
  await Deno.writeTextFile(
    path,
    JSON.stringify({ unstable, imports: Object.fromEntries(needed), compilerOptions }),
  );
  await Deno.copyFile(new URL("deno.lock", ROOT), lock);
  return {
    path,
    lock,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path);
      await Deno.remove(lock);
    },
  };
}
