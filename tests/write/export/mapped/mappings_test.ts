import { assert, assertEquals } from "@std/assert";
import { ECS_EVENTS } from "../../../../lib/write/export/ecs/ecs.ts";
import { EVE_EVENTS } from "../../../../lib/write/export/eve/eve.ts";
import { ZEEK_LOGS } from "../../../../lib/write/export/zeek/zeek_json.ts";

for (const [format, mappings] of Object.entries({ ECS_EVENTS, EVE_EVENTS, ZEEK_LOGS })) {
  Deno.test(`${format}: each field is there once, is made of fields of records, and is not said to be missing`, () => {
    for (const { title, parts, fields, missing } of mappings) {
      const names = fields.map(({ name }) => name);
      assertEquals(new Set(names).size, names.length, title);
      for (const { name, sources } of fields) {
        for (const source of sources.filter((source) => source !== "client")) {
          const [part, field] = source.split(".") as [string, string];
          assert(
            parts[part]?.fields.some(({ name }) => name === field),
            `${title}: ${name}: ${source}`,
          );
        }
      }
      for (const name of missing.flatMap(([names]) => names.split(", "))) {
        assert(!names.includes(name), `${title}: ${name}`);
      }
    }
  });
}
