import { assert, assertEquals } from "@std/assert";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import { LINUX, needs } from "../../needs.ts";
import { withoutTime } from "../../../tools/without_time.ts";

const LOG = new URL("../../../lib/base/program/log_io.ts", import.meta.url);

/** Runs code that has the terminal's log as `log`, and gives the lines it said. */
async function say(
  code: string,
  isVerbose = false,
): Promise<{ out: string[]; err: string[] }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--quiet",
      `import { terminalLog } from "${LOG}"; const log = terminalLog(${isVerbose}); ${code}`,
    ],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const lines = (bytes: Uint8Array) =>
    new TextDecoder().decode(bytes).split("\n").slice(0, -1).map(withoutTime);
  assert(success, lines(stderr).join("\n"));
  return { out: lines(stdout), err: lines(stderr) };
}

Deno.test("lines are said always, details with -verbose only, both on standard output", async () => {
  const code = `log.line("one"); log.detail("two"); log.line("three %s %%");`;
  assertEquals(await say(code), { out: ["one", "three %s %%"], err: [] });
  assertEquals(await say(code, true), { out: ["one", "two", "three %s %%"], err: [] });
});

Deno.test("a problem is said on standard error, at most once a second for each reason", async () => {
  const { out, err } = await say(`
    let nowMs = 5000;
    performance.now = () => nowMs;
    for (let i = 0; i < 1000; i++) log.problem("noise", "noise " + i);
    log.problem("bomb", "bomb 0");
    nowMs += 999;
    log.problem("bomb", "bomb 1");
    nowMs += 1;
    log.problem("noise", "noise 1000");
    log.problem("rare", "rare 0");
    nowMs += 1000;
    log.problem("noise", "noise 1001");
    log.problem("bomb", "bomb 2");
  `);
  assertEquals(out, []);
  assertEquals(err, [
    "noise 0",
    "bomb 0",
    "noise 1000 (and 999 more)",
    "rare 0",
    "noise 1001",
    "bomb 2 (and 1 more)",
  ]);
});

Deno.test("SILENT says nothing", () => {
  const { log, error } = console;
  const fail = () => {
    throw new Error("something was said");
  };
  Object.assign(console, { log: fail, error: fail });
  try {
    SILENT.line("one");
    SILENT.detail("two");
    SILENT.problem("three", "four");
  } finally {
    Object.assign(console, { log, error });
  }
});

Deno.test({
  ...needs("a log that cannot be written does not end the program", LINUX),
  fn: async () => {
    const code = `import { terminalLog } from "${LOG}"; const log = terminalLog(false); ` +
      `log.line("lost"); log.problem("kept", "kept");`;
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-c", `exec "$0" eval --quiet "$1" > /dev/full`, Deno.execPath(), code],
    }).output();
    const said = withoutTime(new TextDecoder().decode(stderr));
    assertEquals([success, said], [true, "kept\n"]);
  },
});

Deno.test("of reasons without end only the last thousand are remembered", async () => {
  const { err } = await say(`
    const began = performance.now();
    for (let i = 0; i <= 1000; i++) log.problem("reason " + i, "text " + i);
    log.problem("reason 1", "left out");
    log.problem("reason 0", "forgotten and said again");
    if (performance.now() - began > 900) throw new Error("too slow to show anything");
  `);
  assertEquals(err.length, 1002);
  assertEquals(err.at(-1), "forgotten and said again");
});
