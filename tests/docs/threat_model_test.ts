/** docs/threat_model.md names tests that exist. */
import { assert, assertEquals } from "@std/assert";
import { codeOf, linksOf, readDocument, tablesOf } from "./markdown.ts";
import { testSources } from "./test_sources.ts";

const TEXT = readDocument("docs/threat_model.md");

Deno.test("each defence in the threat model names tests, and these exist", async () => {
  const sources = await testSources();
  const tables = tablesOf(TEXT);
  assertEquals(tables.length, 6);
  for (const { header, rows } of tables) {
    assertEquals(header.at(-1), "shown by");
    for (const row of rows) {
      const names = codeOf(row.at(-1)!);
      assert(names.length > 0, row[0]);
      for (const name of names) assert(sources.includes(`"${name}"`), `no test "${name}"`);
    }
  }
});

Deno.test("README.md and docs/architecture.md lead to the threat model", () => {
  assert(linksOf(readDocument("README.md")).includes("docs/threat_model.md"));
  assert(linksOf(readDocument("docs/architecture.md")).includes("threat_model.md"));
});
