/**
 * Makes `proto/gen/` from `proto/*.proto` with protobuf-es.
 *
 *     deno task gen             writes proto/gen/
 *     deno task gen --check     writes nothing, exits with 1 when proto/gen/ is not what it would be
 */
import { exists, installPrograms, runProgram } from "./npm_programs.ts";

const PACKAGES = ["@bufbuild/buf@1.75.0", "@bufbuild/protoc-gen-es@2.13.0"];
const PROTO = `${import.meta.dirname}/../../proto`;
const GENERATED = `${PROTO}/gen`;

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
  await runProgram(`${bin}/buf`, ["generate", "--template", JSON.stringify(template)]);
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
  const bin = await installPrograms(PACKAGES, ["buf", "protoc-gen-es"]);
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
