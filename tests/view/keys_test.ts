import { assertEquals } from "@std/assert";
import { keysOf } from "../../lib/view/keys.ts";

Deno.test("keys are told apart, however many come at once", () => {
  assertEquals(keysOf("q"), ["q"]);
  assertEquals(keysOf("m\x1b[A\x1bOB\x1b[5~\x1b[6~j"), [
    "m",
    "up",
    "down",
    "page up",
    "page down",
    "j",
  ]);
});

Deno.test("sequences of other keys are not taken for letters", () => {
  assertEquals(keysOf("\x1b[15~\x1bOPq").at(-1), "q");
  assertEquals(keysOf("\x1b[15~\x1bOP").filter((key) => key.length === 1), []);
  assertEquals(keysOf(""), []);
});
