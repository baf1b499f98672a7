import { assertEquals } from "@std/assert";
import { type Need, needs } from "./needs.ts";

const HERE: Need = { what: "this", isMet: () => true };
const missing = (what: string): Need => ({ what, isMet: () => false });

Deno.test("a test that has what it needs runs under its own name", () => {
  assertEquals(needs("it works", HERE), { name: "it works", ignore: false });
});

Deno.test("a test that lacks something is skipped, and its name says all that it lacks", () => {
  assertEquals(needs("it works", missing("a"), HERE, missing("b")), {
    name: "it works [needs a, b]",
    ignore: true,
  });
});

Deno.test("what is needed is asked for once", () => {
  let asked = 0;
  const need = { what: "it", isMet: () => ++asked > 0 };
  needs("one", need);
  needs("other", need);
  assertEquals(asked, 1);
});

Deno.test("no test is left out in another way", async () => {
  const found: string[] = [];
  for await (const { href } of sourcesIn(new URL(".", import.meta.url))) {
    if (/(needs|needs_test|run_tests_test)\.ts$/.test(href)) continue;
    const text = await Deno.readTextFile(new URL(href));
    if (/\bignore(: |,$)|Deno\.test\.ignore/m.test(text)) found.push(href);
  }
  assertEquals(found, []);
});

async function* sourcesIn(folder: URL): AsyncIterable<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sourcesIn(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}
