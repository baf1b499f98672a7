/**
 * The list of fields of the Elastic Common Schema, as Elastic publishes it on npm. It is not ours, and
 * so in no folder that is committed.
 */
const PACKAGE = "@elastic/ecs@8.11.5";
const LIST = "package/generated/ecs_flat.js";

/**
 * Has the list at `path`, a module of CommonJS, unless it is there.
 *
 * @returns why it cannot be had, one line; undefined when it is there.
 */
export async function prepareEcsFieldList(path: string): Promise<string | undefined> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
  await lock.lock(true);
  if (await Deno.stat(path).then(() => true, () => false)) return undefined;
  const commands = [
    ["npm", "pack", "--silent", "--fetch-retries=1", "--fetch-timeout=15000", PACKAGE],
    ["sh", "-c", `tar -xzf *.tgz && rm *.tgz`],
  ];
  for (const [program, ...args] of commands) {
    try {
      const { success, stderr } = await new Deno.Command(program!, {
        ...{ args, cwd: folder, stdin: "null" },
      }).output();
      if (success) continue;
      const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
      return `${program} ${args[0]} ended with: ${said}`;
    } catch {
      return `there is no ${program}`;
    }
  }
  await Deno.rename(`${folder}/${LIST}`, path);
  await Deno.remove(`${folder}/package`, { recursive: true });
  return undefined;
}
