import { assertEquals } from "@std/assert";
import { TestProgress } from "../../../tools/checks/test_progress.ts";

Deno.test("how far the tests are is read from what deno test --parallel says", () => {
  const progress = new TestProgress(3);
  // As Deno 2.9.5 writes it.
  const green = (text: string) => `\x1b[0m\x1b[32m${text}\x1b[0m`;
  const grey = (text: string) => `\x1b[0m\x1b[38;5;245m${text}\x1b[0m`;
  const lines = [
    [`${green("Check")} tests/a_test.ts`, "0/3 files, 0 tests: checking types"],
    [
      `${grey("./tests/a_test.ts =>")} one ... ${green("ok")} ${grey("(7ms)")}`,
      "1/3 files, 1 tests: tests/a_test.ts",
    ],
    ["------- output -------", "1/3 files, 1 tests: tests/a_test.ts"],
    [
      "./tests/b_test.ts => a => b ... FAILED (1s)",
      "2/3 files, 2 tests, 1 failed: tests/b_test.ts",
    ],
    [
      "./lib/c.ts#1-9.ts => file:///lib/c.ts#1-9.ts ... ok (1s)",
      "2/3 files, 3 tests, 1 failed: lib/c.ts#1-9.ts",
    ],
    [
      "./tests/a_test.ts => two [needs root] ... ignored (0ms)",
      "2/3 files, 4 tests, 1 failed: tests/a_test.ts",
    ],
  ] as const;
  for (const [line, said] of lines) assertEquals(progress.take(line), said);
});
