/** docs/records.md is made of the schema, the registry and docs/records/, and its examples hold. */
import {
  assert,
  assertArrayIncludes,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { DescMessage } from "@bufbuild/protobuf";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { jsonFormat } from "../../lib/write/read/json_format.ts";
import { recordsPage } from "../../tools/pages/records_page.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";
import { decodeFrame } from "../decode/decode_frame.ts";
import { inFolder } from "../programs/program.ts";
import { readDocument, sectionOf, tablesOf } from "./markdown.ts";

const TEXT = readDocument("docs/records.md");
const SCHEMAS = DECODERS.flatMap(({ type }) => recordSchema(type) ?? []);
const NOTES = new URL("../../docs/records/", import.meta.url);

Deno.test("the page is what schema, registry and notes say (else: deno task docs)", () => {
  assertEquals(TEXT, recordsPage());
});

Deno.test("a record's table has types from the schema, units and zeros from its note", () => {
  const [fields] = tablesOf(sectionOf(TEXT, "ICMPv6RouterAdvertisement"));
  assertEquals(fields!.header, ["field", "type", "unit", "not written", "holds"]);
  assertEquals(fields!.rows.map((row) => row.slice(0, 4)), [
    ["`HopLimit`", "int32", "hops", "unspecified"],
    ["`Flags`", "int32", "", "none set"],
    ["`RouterLifetime`", "int32", "seconds", "not a default router"],
    ["`ReachableTime`, `RetransTimer`", "uint32", "milliseconds", "unspecified"],
    ["`Options`", "list of ICMPv6Option", "", "none"],
    ["`Options.Type`", "int32", "", "0"],
    ["`Options.Data`", "bytes", "", "none"],
    ["`Truncated`", "bool", "", "no"],
  ]);
});

Deno.test("the page lists the fields of the context that the header itself has not", () => {
  const rows = tablesOf(sectionOf(TEXT, "Context"))[0]!.rows;
  const contextOf = (record: string) =>
    rows.find(([, names]) => names!.split(", ").includes(record))?.[0];
  assertEquals(contextOf("TCP"), "`SrcIP`, `DstIP`");
  assertEquals(contextOf("IPv4"), "`SrcPort`, `DstPort`");
  assertEquals(contextOf("Ethernet"), "none");
});

const BREAK: readonly [string, (note: string) => string, string][] = [
  ["has no source", (note) => note.replace(/^Source: .*\n/m, ""), "names no source"],
  ["leaves out a field", (note) => note.replace(/^- `Priority`.*\n/m, ""), "describe Priority"],
  ["has a field too much", (note) => note.replace("`Type`", "`Type`, `Kind`"), "Kind, which is no"],
  ["describes a field twice", (note) => note.replace("`Type`", "`Type`, `Type`"), "Type twice"],
  [
    "has an entry that is none",
    (note) => note.replace("`Type`:", "Type:"),
    "cannot be read: - Type",
  ],
];
for (const [what, change, message] of BREAK) {
  Deno.test(`a note that ${what} is refused by name`, () =>
    withNotes((notes) => {
      const note = new URL("link/Dot1Q.md", notes);
      Deno.writeTextFileSync(note, change(Deno.readTextFileSync(note)));
      const error = assertThrows(() => recordsPage(notes), Error, message);
      assertStringIncludes(error.message, "docs/records/*/Dot1Q.md");
    }));
}

Deno.test("a record without a note and a note without a record are refused", () =>
  withNotes((notes) => {
    const note = new URL("link/Dot1Q.md", notes);
    Deno.copyFileSync(note, new URL("link/Dot2Q.md", notes));
    assertThrows(() => recordsPage(notes), Error, "Dot2Q.md has no decoder");
    Deno.removeSync(note);
    assertThrows(() => recordsPage(notes), Error, "{Dot1Q}.md is missing");
  }));

Deno.test("the example for contributors is a decoder and a note of ours", () => {
  const text = readDocument("CONTRIBUTING.md");
  assertStringIncludes(text, readDocument("lib/decode/link/snap.ts"));
  assertStringIncludes(text, readDocument("docs/records/link/SNAP.md"));
});

/** Runs with a copy of the notes. */
function withNotes(run: (notes: URL) => void): Promise<void> {
  return inFolder((folder) => {
    const copy = new URL(`file://${folder}/`);
    for (const { name, isDirectory } of Deno.readDirSync(NOTES)) {
      const files = isDirectory ? [...Deno.readDirSync(new URL(name, NOTES))] : [];
      if (isDirectory) Deno.mkdirSync(new URL(name, copy));
      else Deno.copyFileSync(new URL(name, NOTES), new URL(name, copy));
      for (const file of files) {
        const path = `${name}/${file.name}`;
        Deno.copyFileSync(new URL(path, NOTES), new URL(path, copy));
      }
    }
    return Promise.resolve(run(copy));
  });
}

for (const schema of SCHEMAS) {
  if (!TEXT.includes(`\n### ${schema.name}\n`)) continue; // the page is not fresh
  const section = sectionOf(TEXT, schema.name);
  const example = /^```json\n(.*?)^```/ms.exec(section)?.[1];
  if (example === undefined) continue;
  Deno.test(`the example of ${schema.name} is a record of the capture that it names`, () => {
    const name = /`tests\/captures\/([\w.]+)`/.exec(section)?.[1];
    assertArrayIncludes(printed(`own/${name}`, schema).map(withoutSpace), [withoutSpace(example)]);
  });
}

/** The records of a type in a capture, as the dump prints them. */
function printed(captureName: string, schema: DescMessage): string[] {
  const capture = captures().find(({ name }) => name === captureName);
  assert(capture, `a capture ${captureName}`);
  const print = jsonFormat(schema);
  return framesOf(capture).flatMap(({ bytes, sec, nsec, linkType }) =>
    decodeFrame(bytes, { linkType, nanos: BigInt(sec) * 1_000_000_000n + BigInt(nsec) })
      .recordsOf(schema)
  ).map((message) => print(message, "xyz"));
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, "");
}
