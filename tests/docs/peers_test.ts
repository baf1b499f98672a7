/** docs/peers.md names tests that exist. */
import { assert, assertEquals } from "@std/assert";
import { codeOf, readDocument, tablesOf } from "./markdown.ts";
import { testSources } from "./test_sources.ts";

const HELPLESS = /^cannot help it: /;

Deno.test("whatever Farcap does because of what others do is shown by tests that exist", async () => {
  const sources = await testSources();
  const tables = tablesOf(readDocument("docs/peers.md"));
  assertEquals(tables.length, 6);
  for (const { header, rows } of tables) {
    assertEquals(header, ["who", "does", "so Farcap", "shown by"]);
    for (const [who, , farcap, shownBy] of rows) {
      const names = codeOf(shownBy!);
      assert(names.length > 0 || HELPLESS.test(farcap!), `${who}: ${farcap}`);
      for (const name of names) assert(sources.includes(`"${name}"`), `no test "${name}"`);
    }
  }
});
