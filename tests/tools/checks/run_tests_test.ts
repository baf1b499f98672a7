import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseReport } from "../../../tools/checks/test_report.ts";

// As Deno 2.9.5 writes it, shortened.
const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="1" errors="0" time="0.160">
    <testsuite name="./a_test.ts" tests="5" disabled="1" errors="0" failures="1">
        <testcase name="one &lt;&amp;&quot;&apos;&gt; é" classname="./a_test.ts" time="0.000" line="1" col="6">
        </testcase>
        <testcase name="not here" classname="./a_test.ts" time="0.000" line="2" col="6">
            <skipped/>
        </testcase>
        <testcase name="steps &gt; third" classname="./a_test.ts" time="0.001" line="3" col="120">
            <failure message="Uncaught Error: x">Error: x
    at file:///a_test.ts:3:145 says &lt;skipped/&gt;</failure>
        </testcase>
    </testsuite>
</testsuites>
`;

Deno.test("the report of deno test is read test by test", () => {
  const file = "./a_test.ts";
  assertEquals(parseReport(REPORT), [
    { file, name: "one <&\"'> é", outcome: "passed" },
    { file, name: "not here", outcome: "skipped" },
    { file, name: "steps > third", outcome: "failed" },
  ]);
  assertEquals(parseReport(""), []);
});

/** Runs the tool over a file of tests; gives its exit code and the lines it printed. */
async function runTool(tests: string): Promise<{ code: number; lines: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/made_test.ts`, tests);
    const tool = `${import.meta.dirname}/../../../tools/checks/run_tests.ts`;
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", tool, `${folder}/made_test.ts`],
      stderr: "null",
    }).output();
    return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the last line counts what ran, and skipped tests are named", async () => {
  const { code, lines } = await runTool(`
    Deno.test("good", () => {});
    Deno.test("also good", () => {});
    Deno.test({ name: "not here", ignore: true, fn() {} });
  `);
  assertEquals([code, lines.at(-1)], [0, "2 passed, 0 failed, 1 skipped"]);
  assertMatch(lines.at(-2)!, /^ {2}not here \(.*made_test\.ts\)$/);
});

Deno.test("a failed test, a leak, a module that does not load and no test at all are failures", async () => {
  const cases: [string, string, string][] = [
    ['Deno.test("good", () => {}); Deno.test("bad", () => { throw 1; });', "1 passed, 1", "bad"],
    ['Deno.test("leak", () => { Deno.openSync("/dev/null"); });', "0 passed, 1", "leak"],
    ['Deno.test("good", () => {}); throw new Error("no");', "0 passed, 1", "does not load"],
    ["const a: string = 1;", "0 passed, 1", "does not load"],
    ["export {};", "0 passed, 0", "No test ran"],
  ];
  for (const [tests, count, reason] of cases) {
    const { code, lines } = await runTool(tests);
    assertEquals([code, lines.at(-1)], [1, `${count} failed, 0 skipped`], tests);
    assertStringIncludes(lines.at(-2)!, reason);
    assert(lines.every((line) => !line.includes("\x1b")), "no colour codes in a pipe");
  }
});
