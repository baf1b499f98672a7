import { captures } from "../../decode/captured_frames.ts";
import { needs, TSHARK } from "../../needs.ts";
import { assertAllElseIsThere, assertNothingIsLeft } from "./every_redacted_record.ts";

Deno.test(
  needs("no address or name is in records that are rewritten", TSHARK),
  () => assertNothingIsLeft(captures(), 200),
);

Deno.test("a record that is rewritten has the times, ports and counts that it had", () =>
  assertAllElseIsThere(captures()));
