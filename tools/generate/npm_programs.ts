/** Programs of npm that make files of the tree, and no part of it. */

/**
 * Installs packages, given with their versions, unless these very ones are there, into a cache folder outside
 * the tree: a `package.json` or `node_modules` in the project would change how Deno finds its packages.
 *
 * @param programs What they bring.
 * @returns The folder of these.
 */
export async function installPrograms(
  packages: readonly string[],
  programs: readonly string[],
): Promise<string> {
  const name = packages.join("_").replaceAll(/[@/]+/g, "-").replace(/^-/, "");
  const folder = `${cacheFolder()}/farcap-gen/${name}`;
  const bin = `${folder}/node_modules/.bin`;
  const are = await Promise.all(programs.map((program) => exists(`${bin}/${program}`)));
  if (!are.includes(false)) return bin;
  await Deno.mkdir(folder, { recursive: true });
  const flags = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"];
  try {
    await runProgram("npm", ["install", "--prefix", folder, ...flags, ...packages]);
  } catch (cause) {
    const what = `Cannot install ${packages.join(" and ")} into ${folder}`;
    const wanted = "wanted, this once, npm, and a registry that it reaches";
    throw new Error(`${what}: ${wanted}\n${(cause as Error).message}`, { cause });
  }
  return bin;
}

function cacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME");
  if (cache) return cache;
  const home = Deno.env.get("HOME");
  return home ? `${home}/.cache` : "/tmp";
}

/** Whether there is a file of that path, or a folder. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Runs a program; when it fails, throws what it printed. */
export async function runProgram(command: string, args: string[]): Promise<void> {
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
