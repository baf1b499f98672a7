/**
 * Makes `proto/gen/` from `proto/*.proto` with protobuf-es.
 *
 *     deno task gen             writes proto/gen/
 *     deno task gen --check     writes nothing, exits with 1 when proto/gen/ is not what it would be
 *
 * The two programs that do it come from npm, into a cache folder outside the tree: a `package.json`
 * or `node_modules` in the project would change how Deno finds its packages.
 */

const PACKAGES = ["@bufbuild/buf@1.75.0", "@bufbuild/protoc-gen-es@2.13.0"];
const PROTO = `${import.meta.dirname}/../proto`;
const GENERATED = `${PROTO}/gen`;

/** Installs the programs unless these very versions are there; returns their folder. */
async function installGenerator(): Promise<string> {
  const name = PACKAGES.join("_").replaceAll(/[@/]+/g, "-").slice(1);
  const folder = `${cacheFolder()}/farcap-gen/${name}`;
  const bin = `${folder}/node_modules/.bin`;
  if (await exists(`${bin}/buf`) && await exists(`${bin}/protoc-gen-es`)) return bin;
  await Deno.mkdir(folder, { recursive: true });
  const flags = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"];
  await run("npm", ["install", "--prefix", folder, ...flags, ...PACKAGES]);
  return bin;
}

function cacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME");
  if (cache) return cache;
  const home = Deno.env.get("HOME");
  return home ? `${home}/.cache` : "/tmp";
}

async function generate(bin: string, out: string): Promise<void> {
  const template = {
    version: "v2",
    inputs: [{ directory: PROTO }],
    plugins: [{
      local: `${bin}/protoc-gen-es`,
      out,
      opt: ["target=ts", "import_extension=ts"],
    }],
  };
  await run(`${bin}/buf`, ["generate", "--template", JSON.stringify(template)]);
}

/** Runs a program; when it fails, throws what it printed. */
async function run(command: string, args: string[]): Promise<void> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, { args, stdin: "null" }).output();
  } catch (cause) {
    throw new Error(`Cannot run ${command}: wanted Node.js with npm`, { cause });
  }
  if (output.success) return;
  const text = new TextDecoder();
  const printed = text.decode(output.stdout) + text.decode(output.stderr);
  throw new Error(`${command} ended with ${output.code}:\n${printed.trimEnd()}`);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The folder's files by name; a folder that is not there has none. */
async function read(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  if (!await exists(folder)) return files;
  for await (const { name } of Deno.readDir(folder)) {
    files.set(name, await Deno.readTextFile(`${folder}/${name}`));
  }
  return files;
}

/** The first file that differs between two folders. */
async function firstDifference(one: string, other: string): Promise<string | undefined> {
  const [a, b] = await Promise.all([read(one), read(other)]);
  return [...new Set([...a.keys(), ...b.keys()])].sort().find((name) =>
    a.get(name) !== b.get(name)
  );
}

/** Generates and compares; writes what differs unless it is only to check. True if all is well. */
async function gen(check: boolean): Promise<boolean> {
  const bin = await installGenerator();
  const fresh = await Deno.makeTempDir({ prefix: "farcap-gen-" });
  try {
    await generate(bin, fresh);
    const stale = await firstDifference(fresh, GENERATED);
    if (stale === undefined) {
      console.log("proto/gen is up to date");
      return true;
    }
    if (check) {
      console.error(`proto/gen/${stale} is not what proto/ says; wanted: deno task gen`);
      return false;
    }
    if (await exists(GENERATED)) await Deno.remove(GENERATED, { recursive: true });
    await Deno.mkdir(GENERATED);
    for (const [name, text] of await read(fresh)) {
      await Deno.writeTextFile(`${GENERATED}/${name}`, text);
    }
    console.log(`proto/gen written (${stale} had changed)`);
    return true;
  } finally {
    await Deno.remove(fresh, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    if (!await gen(Deno.args.includes("--check"))) Deno.exitCode = 1;
  } catch (error) {
    console.error((error as Error).message);
    Deno.exitCode = 1;
  }
}
