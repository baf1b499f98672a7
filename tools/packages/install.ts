/**
 * deno task install [--root FOLDER]
 *
 * Installs `farcap-sensor` and `farcap-collector` for this user (`deno install -g`), or below FOLDER, as
 * commands that run these sources with the permissions of their tasks. `deno install -g sensor.ts` alone
 * leaves out deno.json, and so what packages are called and that Deno has UDP.
 */
import { parseArgs } from "node:util";
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);
const { values: { root } } = parseArgs({ options: { root: { type: "string" } } });

for (const program of ["sensor", "collector"] as const) {
  const name = `farcap-${program}`;
  const flags = config.tasks[program].split(" ").filter((word) => word.startsWith("--"));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["install", "--global", "--force", "--quiet", "--name", name],
      ...root === undefined ? [] : ["--root", root],
      ...config.unstable.map((feature) => `--unstable-${feature}`),
      ...["--import-map", new URL("deno.json", ROOT).href, ...flags],
      new URL(`${program}.ts`, ROOT).href,
    ],
    stdout: "null",
  }).output();
  if (!success) {
    console.error(`Cannot install ${name}: see above`);
    Deno.exit(1);
  }
  console.log(`installed ${name}`);
}
