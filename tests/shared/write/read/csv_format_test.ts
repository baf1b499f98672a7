import { assertEquals } from "@std/assert";
import { recordSchema } from "../../../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES, typeNumber } from "../../../../lib/base/record/record_types.ts";
import { csvFormat } from "../../../../lib/write/read/csv_format.ts";
import { SHARED } from "../../shared.ts";

const FILES_MD = new URL("spec/files.md", SHARED);

/** From here on types and fields are ours (proto/README.md). */
const FIRST_OF_OURS = 1000;

/** Where the original's header lacks or invents columns (files.md, section 8, mismatches). */
const MENDED: Record<string, (columns: string[]) => string[]> = {
  TCP: (columns) => after(columns, "Urgent", "Options"),
  IPv4: (columns) => after(columns, "DstIP", "Padding"),
  Modbus: (columns) => after(columns, "UnitID", "Payload"),
  TLSClientHello: (columns) =>
    after(after(columns, "HandshakeVersion", "Random"), "SessionIDLen", "SessionID"),
  GRE: (columns) => columns.filter((name) => name !== "SrcPort" && name !== "DstPort"),
};

function after(columns: string[], name: string, added: string): string[] {
  return columns.flatMap((column) => column === name ? [column, added] : [column]);
}

Deno.test("csvFormat() has the original's columns for every type", () => {
  const section = Deno.readTextFileSync(FILES_MD).split(/^## /m)
    .find((section) => section.startsWith("8. "))!;
  const rows = [...section.matchAll(/^\| (\w+) \| ([\w, ]+) \| .* \| \d+\/\d+/gm)];
  const theirTypes = RECORD_TYPES.filter((type) => type < FIRST_OF_OURS);
  assertEquals(rows.length, theirTypes.length);
  for (const [, type = "", columns = ""] of rows) {
    const schema = recordSchema(typeNumber(type))!;
    const theirs = (MENDED[type] ?? ((columns) => columns))(columns.split(", "));
    // Fields of our own are behind.
    const ours = schema.fields.filter(({ number }) => number >= FIRST_OF_OURS).map(({ name }) =>
      name
    );
    assertEquals(csvFormat(schema).header, [...theirs, ...ours].join(","), type);
  }
});
