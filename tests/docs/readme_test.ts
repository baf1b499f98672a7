/** Documents agree with each other, and links between them lead somewhere. */
import { assert, assertEquals } from "@std/assert";
import { linksOf, readDocument } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("all documents name the version of Deno that the checks run with", () => {
  const texts = ["README.md", "CONTRIBUTING.md", ".ci/run"].map(readDocument);
  const versions = texts.map((text) => [...text.matchAll(/deno@(\d[\d.]*\d)/g)].map((m) => m[1]));
  assert(versions.every((found) => found.length > 0));
  assertEquals(new Set(versions.flat()).size, 1, versions.join());
});

/** Paths of our documents. */
async function documents(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of ["", "docs/", "docs/adr/", "tests/captures/"]) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (name.endsWith(".md")) found.push(folder + name);
    }
  }
  return found;
}

Deno.test("every link between documents leads to a file", async () => {
  let links = 0;
  for (const path of await documents()) {
    for (const link of linksOf(readDocument(path))) {
      const target = new URL(link, new URL(path, ROOT));
      const exists = await Deno.stat(target).then(() => true, () => false);
      assert(exists, `${path} leads to ${link}, which is not there`);
      links++;
    }
  }
  assert(links > 0);
});

Deno.test("the index leads to every page", async () => {
  const links = linksOf(readDocument("docs/README.md"));
  for (const path of await documents()) {
    const name = path.replace("docs/", "");
    if (path.startsWith("docs/") && !name.includes("/") && name !== "README.md") {
      assert(links.includes(name), `docs/README.md does not lead to ${name}`);
    }
  }
});
