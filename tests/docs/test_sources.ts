const TESTS = new URL("../", import.meta.url);

/** The text of all tests, in which names that a document quotes are to stand. */
export function testSources(): Promise<string> {
  return sourcesIn(TESTS);
}

async function sourcesIn(folder: URL): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) text += await sourcesIn(new URL(`${name}/`, folder));
    else if (name.endsWith("_test.ts")) text += await Deno.readTextFile(new URL(name, folder));
  }
  return text;
}
