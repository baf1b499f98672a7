/** The filters that the documents show are filters. */
import { assert } from "@std/assert";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES } from "../../lib/base/record/record_types.ts";
import { Where } from "../../lib/write/query/where.ts";

const OPERATIONS = await Deno.readTextFile(new URL("../../docs/operations.md", import.meta.url));

Deno.test("each filter in operations.md fits some record type", () => {
  const section = /^### Filters\n(.*?)^### /ms.exec(OPERATIONS)![1]!;
  const shown = [...section.matchAll(/`(\w[\w.]*(?: (?:==|<|<=|>|>=|in|~|and not) [^`]+))`/g)]
    .map((match) => match[1]!);
  assert(shown.length > 10, `${shown.length} filters`);
  const schemas = RECORD_TYPES.map((type) => recordSchema(type)!);
  for (const text of shown) {
    const where = new Where(text, () => 0n);
    assert(schemas.some((schema) => "filter" in where.bind(schema)), text);
  }
});
