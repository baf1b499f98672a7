/**
 * Writes a file of the tree that is made of others, where it has changed. With `--check` on the command
 * line nothing is written, and the program exits with 1 when the file is not what it would be.
 *
 * @param path In the tree.
 * @param source What it is made of, as `proto/ says`.
 * @param task Which task writes it.
 */
export function writeMadeFile(path: string, text: string, source: string, task: string): void {
  const url = new URL(`../${path}`, import.meta.url);
  if (read(url) === text) {
    console.log(`${path} is up to date`);
  } else if (Deno.args.includes("--check")) {
    console.error(`${path} is not what ${source}; wanted: deno task ${task}`);
    Deno.exitCode = 1;
  } else {
    Deno.writeTextFileSync(url, text);
    console.log(`${path} written`);
  }
}

/** What is there; undefined where there is nothing yet. */
function read(url: URL): string | undefined {
  try {
    return Deno.readTextFileSync(url);
  } catch {
    return undefined;
  }
}
