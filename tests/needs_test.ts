import { assertEquals } from "@std/assert";
import { type Need, needs } from "./needs.ts";

const HERE: Need = { what: "this", isMet: () => true };
const missing = (what: string): Need => ({ what, isMet: () => false });

Deno.test("a test that has what it needs runs under its own name", () => {
  assertEquals(needs("it works", HERE), { name: "it works", ignore: false });
});

Deno.test("a test that lacks something is skipped, and its name says all that it lacks", () => {
  assertEquals(needs("it works", missing("a"), HERE, missing("b")), {
    name: "it works [needs a, b]",
    ignore: true,
  });
});

Deno.test("what is needed is asked for once", () => {
  let asked = 0;
  const need = { what: "it", isMet: () => ++asked > 0 };
  needs("one", need);
  needs("other", need);
  assertEquals(asked, 1);
});
