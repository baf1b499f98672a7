/**
 * Suricata's published schema of EVE, out of the sources of Debian's newest package: those of stable
 * releases do not have it. It is not ours, and so in no folder that is committed.
 */

/** The version whose events are exported. */
const VERSION = /^suricata_8\./;
const SUITE = "sid";
const SECONDS = 30;

/**
 * Has the schema at `path`, unless it is there.
 *
 * @returns why it cannot be had, one line; undefined when it is there.
 */
export async function prepareEveSchema(path: string): Promise<string | undefined> {
  const folder = `${path.slice(0, path.lastIndexOf("/"))}`;
  await Deno.mkdir(`${folder}/apt/lists/partial`, { recursive: true });
  using lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
  await lock.lock(true);
  if (await isThere(path)) return undefined;
  try {
    return await fetchSchema(path, `${folder}/apt`);
  } catch {
    return "there is no apt-get";
  }
}

async function fetchSchema(path: string, folder: string): Promise<string | undefined> {
  const targets = await said("apt-get", ["indextargets", "--format", "$(REPO_URI)"], folder);
  const archive = targets.text.split("\n").find((uri) => /\/debian\/$/.test(uri));
  if (archive === undefined) return "apt has no archive of Debian";
  await Deno.writeTextFile(`${folder}/sources.list`, `deb-src ${archive} ${SUITE} main\n`);
  const apt = [
    ...["-o", `Dir::Etc::sourcelist=${folder}/sources.list`, "-o", "Dir::Etc::sourceparts=-"],
    ...["-o", `Dir::State::lists=${folder}/lists`, "-o", `Dir::Cache=${folder}`],
    ...["-o", `Acquire::http::Timeout=${SECONDS}`, "-o", "Acquire::Retries=0"],
    ...["-o", "APT::Sandbox::User=root"],
  ];
  for (
    const args of [
      ["update"],
      ["source", "--download-only", "--tar-only", "suricata"],
    ]
  ) {
    const { success, text } = await said("apt-get", [...apt, ...args], folder);
    if (!success) return `apt-get ${args[0]} ended with: ${text.trim().split("\n").at(-1)}`;
  }
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const sources = names.find((name) => /\.orig\.tar\.\w+$/.test(name));
  if (sources === undefined || !VERSION.test(sources)) {
    return `Debian has ${sources ?? "no suricata"}; wanted version 8`;
  }
  const args = ["-xf", sources, "-O", "--wildcards", "*/etc/schema.json"];
  const { success, text } = await said("tar", args, folder);
  if (!success || text === "") return `${sources} has no etc/schema.json`;
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.rename(`${path}.new`, path);
  await Deno.remove(folder, { recursive: true });
  return undefined;
}

async function said(program: string, args: string[], cwd: string) {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd, stdin: "null" })
    .output();
  const text = new TextDecoder();
  return { success, text: text.decode(stdout) || text.decode(stderr) };
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
