/** docs/flags.md says what the programs say when they are asked for help. */
import { assertEquals } from "@std/assert";
import { readDocument, tablesOf } from "./markdown.ts";
import { flagsOf, PROGRAMS } from "./program_flags.ts";

const TABLES = tablesOf(readDocument("docs/flags.md"));

const HEADINGS = ["Sensor", "Collector", "Dump", "Ledger", "Devices", "Export"];

for (const [at, program] of PROGRAMS.entries()) {
  const name = HEADINGS[at];
  Deno.test(`every flag that ${program} lists is on the page, in its order, with the same words`, async () => {
    const listed = await flagsOf(program);
    const rows = TABLES.filter(({ heading }) => heading.startsWith(`${name}: `))
      .flatMap(({ rows }) => rows);
    assertEquals(
      rows.map(([flag]) => flag),
      listed.map(({ name, value }) => `\`${name}${value && ` ${value}`}\``),
    );
    for (const [at, [flag, byDefault = "", min, max, does = "", atHangup]] of rows.entries()) {
      const given = byDefault === "on" ? "true" : byDefault === "off" ? "" : byDefault;
      const notes = [
        given.replaceAll("`", "") && `default ${given.replaceAll("`", "")}`,
        max && `min ${min}, max ${max}`,
        atHangup && "SIGHUP takes a new one",
      ];
      const note = notes.filter((text) => text).join("; ");
      const said = does.replaceAll("\\<", "<") + (note && ` (${note})`);
      assertEquals(listed[at]!.help, said, flag);
    }
  });
}
