/** docs/operations.md says what the programs say of themselves, and leaves nothing out. */
import { assert, assertEquals } from "@std/assert";
import type { DatagramRefusal } from "../../lib/verify/open_datagram.ts";
import { codeOf, readDocument, sectionOf, tablesOf } from "./markdown.ts";
import { flagsOf } from "./program_flags.ts";

const TEXT = readDocument("docs/operations.md");
const SECTIONS = {
  "sensor.ts": ["Sensor"],
  "collector.ts": ["Collector", "Reading records"],
} as const;

for (const [program, headings] of Object.entries(SECTIONS)) {
  Deno.test(`every flag that is named is one of ${program}`, async () => {
    const text = headings.map((heading) => sectionOf(TEXT, heading)).join("\n");
    const names = (await flagsOf(program as keyof typeof SECTIONS)).map(({ name }) => name);
    for (const code of codeOf(text)) {
      const [, name] = /^(-[a-z][\w-]*)(?:[ =]|$)/.exec(code) ?? [];
      if (name !== undefined) assert(names.includes(name), `${name} is no flag of ${program}`);
    }
  });
}

Deno.test("every reason to refuse a datagram is in the table", () => {
  const reasons: Record<DatagramRefusal, true> = { // the compiler knows that these are all
    "too short": true,
    "not a sensor that may use datagrams": true,
    "too many new senders": true,
    "not for this key": true,
    "not gzip": true,
    "damaged": true,
    "too large": true,
    "not a batch": true,
    "unknown type": true,
    "no records": true,
    "broken framing": true,
    "broken record": true,
  };
  const [table] = tablesOf(TEXT).filter(({ header }) => header[0] === "refused");
  const described = table!.rows.flatMap(([cell]) => cell!.split(", "));
  assertEquals(described.toSorted(), Object.keys(reasons).sort());
});

Deno.test("every exit code is in the table", () => {
  const [table] = tablesOf(TEXT).filter(({ header }) => header[0] === "code");
  // That programs end with these is shown by tests/programs.
  assertEquals(table!.rows.map(([code]) => code), ["0", "1", "2"]);
});
