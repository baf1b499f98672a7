import { assertEquals } from "@std/assert";
import { lossText, newLossText } from "../../../lib/base/count/losses.ts";

Deno.test("only what was lost is in the text, and nothing makes none", () => {
  assertEquals(
    lossText({ "records dropped": 3, "packets cut": 0, "files torn": 1 }),
    "3 records dropped, 1 files torn",
  );
  assertEquals(lossText({ "records dropped": 0 }), undefined);
  assertEquals(lossText({}), undefined);
});

Deno.test("only what was lost since is in the text, with how much that makes", () => {
  const before = { "records dropped": 3, "packets cut": 2 };
  assertEquals(
    newLossText(before, { "records dropped": 5, "packets cut": 2, "files torn": 1 }),
    "2 records dropped (5 in all), 1 files torn (1 in all)",
  );
  assertEquals(newLossText(before, before), undefined);
  assertEquals(newLossText({}, { "records dropped": 0 }), undefined);
});
