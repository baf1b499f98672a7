/** docs/operations.md says what the programs say of themselves, and leaves nothing out. */
import { assert, assertEquals } from "@std/assert";
import type { DatagramRefusal } from "../../lib/verify/open_datagram.ts";
import { codeOf, readDocument, sectionOf, tablesOf } from "./markdown.ts";
import { flagsOf } from "./program_flags.ts";

const TEXT = readDocument("docs/operations.md");
/** What stands before the first section is of both programs. */
const INTRODUCTION = TEXT.slice(0, TEXT.indexOf("\n## "));
const SECTIONS = {
  "sensor.ts": ["Sensor"],
  "collector.ts": ["Collector", "Reading records"],
} as const;

/** What a table says of the flags in one of its rows. */
interface DescribedFlag {
  readonly value: string;
  readonly default: string;
}

/** The flags in a text's tables, by name. */
function describedFlags(text: string): Map<string, DescribedFlag> {
  const flags = new Map<string, DescribedFlag>();
  for (const { header, rows } of tablesOf(text)) {
    if (header[0] !== "flag") continue;
    for (const [names, byDefault] of rows) {
      for (const code of codeOf(names!)) {
        const [name, value = ""] = code.split(" ");
        assertEquals(flags.has(name!), false, `${name} once`);
        flags.set(name!, { value, default: byDefault!.replaceAll("`", "") });
      }
    }
  }
  return flags;
}

for (const [program, headings] of Object.entries(SECTIONS)) {
  const text = headings.map((heading) => sectionOf(TEXT, heading)).join("\n");

  Deno.test(`every flag of ${program} is described with its default`, async () => {
    const described = describedFlags(text);
    for (const flag of await flagsOf(program as keyof typeof SECTIONS)) {
      const found = described.get(flag.name);
      if (found === undefined) {
        assert(codeOf(INTRODUCTION).includes(flag.name), `${flag.name} is not described`);
        assertEquals(flag.default, undefined, `${flag.name} has a default`);
        continue;
      }
      if (found.value !== "") assertEquals(found.value, flag.value, `the value of ${flag.name}`);
      // Where the program has no default, a document may say what happens.
      const wanted = flag.default === "true" ? "on" : flag.default;
      if (wanted !== undefined) assertEquals(found.default, wanted, `the default of ${flag.name}`);
      else if (flag.value === "") assert(["", "off"].includes(found.default), flag.name);
    }
  });

  Deno.test(`every flag that is described is one of ${program}`, async () => {
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
