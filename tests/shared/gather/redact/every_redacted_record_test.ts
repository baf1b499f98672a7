import {
  assertAllElseIsThere,
  assertNothingIsLeft,
} from "../../../gather/redact/every_redacted_record.ts";
import { needs, TSHARK } from "../../../needs.ts";
import { sharedCaptures } from "../../shared_captures.ts";

Deno.test(
  needs("no address or name is in records that are rewritten", TSHARK),
  () => assertNothingIsLeft(sharedCaptures(), 2000),
);

Deno.test("a record that is rewritten has the times, ports and counts that it had", () =>
  assertAllElseIsThere(sharedCaptures()));
