import { assertEquals } from "@std/assert";
import { Outage } from "../../lib/transport/outage.ts";

/** What is said of failures, by when they happened in seconds. */
function said(failures: readonly (readonly [atS: number, why: string])[]): string[] {
  const outage = new Outage(0);
  return failures.flatMap(([atS, why]) => {
    const words = outage.say(why, atS * 1000);
    return words === undefined ? [] : [`${atS}${words}`];
  });
}

Deno.test("an outage is said at once, and then once a minute with how long it has lasted", () => {
  const everyFive = Array.from({ length: 30 }, (_, at) => [5 * at + 4, "no answer"] as const);
  assertEquals(said(everyFive), [
    "4: no answer; trying again",
    "64: no answer; trying again, for 64 s now",
    "124: no answer; trying again, for 124 s now",
  ]);
});

Deno.test("another reason is said at once, two that take turns once a minute each", () => {
  const turns = Array.from({ length: 30 }, (_, at) => [5 * at, at % 2 ? "odd" : "even"] as const);
  assertEquals(said(turns), [
    "0: even; trying again",
    "5: odd; trying again, for 5 s now",
    "60: even; trying again, for 60 s now",
    "65: odd; trying again, for 65 s now",
    "120: even; trying again, for 120 s now",
    "125: odd; trying again, for 125 s now",
  ]);
});

Deno.test("any number of reasons are said, of which the latest are remembered", () => {
  const many = Array.from({ length: 150 }, (_, at) => [1, `reason ${at}`] as const);
  assertEquals(said([...many, [2, "reason 149"], [2, "reason 0"]]).slice(150), [
    "2: reason 0; trying again, for 2 s now",
  ]);
});
