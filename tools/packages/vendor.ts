/**
 * deno task vendor FOLDER
 *
 * Makes FOLDER, which has all that a machine without internet needs besides Deno itself: what is
 * published of the sources, deno.lock, manual pages and completion, and the packages in `node_modules`.
 * It may be copied anywhere; `deno task sensor` and `deno task collector` run in it.
 */
const ROOT = new URL("../../", import.meta.url).pathname;
/** Besides what is published. */
const ALSO = ["deno.lock", "docs"];

interface Config {
  readonly publish: { readonly include: readonly string[] };
  nodeModulesDir?: string;
}

const [folder] = Deno.args;
if (folder === undefined) {
  console.error("Cannot copy to nowhere: wanted deno task vendor FOLDER");
  Deno.exit(2);
}
const config: Config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
try {
  await Deno.mkdir(folder);
} catch (error) {
  if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  console.error(`Cannot make ${folder}: it is there already; wanted: a new folder`);
  Deno.exit(1);
}
const patterns = [...config.publish.include, ...ALSO];
const { success: isCopied } = await new Deno.Command("sh", {
  args: ["-c", `cp -R ${patterns.join(" ")} "$0"/`, await Deno.realPath(folder)],
  cwd: ROOT,
}).output();
// The packages lie in the folder, and nothing is fetched at run time.
config.nodeModulesDir = "manual";
await Deno.writeTextFile(`${folder}/deno.json`, `${JSON.stringify(config, undefined, 2)}\n`);
const { success: isInstalled, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["install", "--quiet"],
  cwd: folder,
  stderr: "piped",
}).output();
if (!isCopied || !isInstalled) {
  console.error(`Cannot fill ${folder}: ${new TextDecoder().decode(stderr).trim()}`);
  Deno.exit(1);
}
console.log(`made ${folder}: copy it, and Deno ${Deno.version.deno}, where there is no internet`);
