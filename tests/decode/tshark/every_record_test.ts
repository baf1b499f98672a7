import { assertEquals } from "@std/assert";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { captures } from "../captured_frames.ts";
import { testEveryRecord } from "./every_record.ts";
import { OWN_FLOORS } from "./floors.ts";
import { COMMON_GROUPS, GROUPS } from "./tables.ts";

testEveryRecord(captures(), OWN_FLOORS);

Deno.test("every record type of the registry is compared or has another source", () => {
  const groups = [...COMMON_GROUPS, ...GROUPS];
  const confirmed = new Set([
    ...groups.flatMap(({ tables }) => tables.map(({ type }) => type)),
    ...groups.flatMap(({ others = [] }) => others.map(({ type }) => type)),
  ]);
  const types = DECODERS.flatMap(({ schema }) => schema === undefined ? [] : [schema.name]);
  assertEquals(types.filter((type) => !confirmed.has(type)), []);
});
