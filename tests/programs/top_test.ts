/** The live view, on a terminal of its own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { needs, PYTHON, UNIX } from "../needs.ts";
import {
  inFolder,
  PRIVATE_KEY,
  Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
} from "./program.ts";

const ROOT = `${import.meta.dirname}/../../`;
const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?1049l";
/** What tells that a frame is there which shows that all that was made is stored. */
const ALL_STORED = "(?s)657 in all.{1,200}stored, ([0-9,]+) and \\1 in all";

interface Played {
  readonly code: number;
  readonly output: string;
  readonly left: unknown[];
  readonly restored: boolean;
}

/** Runs a program on a terminal: `steps` are patterns to see, and what to type or signal then. */
async function play(
  source: string,
  args: readonly string[],
  steps: readonly (readonly [string, string])[],
  { permissions = ["-A"], stdin, env = {} }: {
    readonly permissions?: readonly string[];
    readonly stdin?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Played> {
  const { NO_COLOR: _, ...inherited } = Deno.env.toObject();
  const { success, stdout, stderr } = await new Deno.Command("python3", {
    args: [
      `${ROOT}tests/programs/pty.py`,
      JSON.stringify(steps),
      ...stdin === undefined ? [] : [`@${stdin}`],
      Deno.execPath(),
      ...["run", "--quiet", "--no-prompt", ...permissions, `--config=${ROOT}deno.json`],
      ...[ROOT + source, ...args],
    ],
    clearEnv: true,
    env: { ...inherited, TERM: "xterm", ...env },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const played: Played = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(played.left, [], played.output);
  return played;
}

/** The lines of the last frame, and what was written behind the view. */
function seen({ output }: Played): { readonly frame: string[]; readonly after: string } {
  const [during, after, ...others] = output.split(LEAVE);
  assertEquals([output.split(ENTER).length, others], [2, []], output);
  // deno-lint-ignore no-control-regex
  const plain = during!.split("\x1b[H").at(-1)!.replaceAll(/\x1b\[[0-9;?]*[a-zA-Z]/g, "");
  return { frame: plain.split(/\r+\n/), after: after! };
}

function test(
  name: string,
  run: (args: readonly string[], folder: string) => Promise<void>,
): void {
  Deno.test({
    ...needs(name, UNIX, PYTHON),
    fn: () =>
      inFolder(async (folder) => {
        const { collector, address } = await startCollector(folder);
        await using _ = collector;
        const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "plant-7"];
        await run([...to, "-top", "-flush-interval", "100ms"], folder);
      }),
  });
}

test(
  "a sensor's view shows what is sent, is sorted by keys, and q ends the program in order",
  async (args, folder) => {
    const watched = `${folder}/watched`;
    await Deno.mkdir(watched);
    await Deno.copyFile(CAPTURE, `${watched}/1.pcap`);
    const played = await play("sensor.ts", [...args, "-watch", watched], [
      [ALL_STORED, "t"],
      ["LOST[^\\n]*\\nARP ", "q"],
    ]);
    assertEquals([played.code, played.restored], [0, true], played.output);
    const { frame, after } = seen(played);
    assertEquals(frame.length, 24);
    assert(frame.every((line) => line.length <= 80));
    assertMatch(frame[0]!, /^farcap-sensor plant-7 to 127\.0\.0\.1:\d+ connected {2}/);
    assertMatch(frame[2]!, /^packets .* 657 in all, /);
    const head = frame.findIndex((line) => line.startsWith("TYPE "));
    // Sorted by type, and the counts are those of tests/captures/office.tsv.
    assertMatch(frame[head + 1]!, /^ARP .* 34 +0 +0 *$/);
    assertMatch(frame[head + 2]!, /^Connection /);
    assertMatch(frame.at(-1)!, /^sort: .* q ends$/);
    // What was said meanwhile is told behind the view, and so are the totals.
    assertMatch(after, /connected to .*\r\n[^]*nothing was lost: all \d+ records are stored\r\n/);
  },
);

test(
  "keys come from the terminal where standard input is a capture, with the permission to read alone",
  async (args, folder) => {
    const fifo = `${folder}/capture`;
    await Deno.writeFile(fifo, await Deno.readFile(CAPTURE));
    const played = await play(
      "sensor.ts",
      [...args, "-read", "-", "-replay-speed", "1"],
      [["connected", "q"]],
      { stdin: fifo, permissions: ["--allow-net", "--allow-read"] },
    );
    assertEquals([played.code, played.restored], [0, true], played.output);
    assertMatch(seen(played).after, /nothing was lost: /);
  },
);

test("without colours where NO_COLOR says so, else with them", async (args) => {
  for (const [env, hasColours] of [[{}, true], [{ NO_COLOR: "1" }, false]] as const) {
    const played = await play("sensor.ts", [...args, "-read", CAPTURE, "-replay-speed", "1"], [
      ["connected", "q"],
    ], { env });
    assertEquals(played.output.includes("\x1b[1m"), hasColours);
    // deno-lint-ignore no-control-regex
    if (!hasColours) assert(!/\x1b\[[0-9;]*m/.test(played.output));
  }
});

test(
  "the terminal is given back also when a signal ends the program, twice",
  async (args, folder) => {
    for (const [signal, code] of [["SIGTERM", 0], ["SIGINT", 0]] as const) {
      const watched = `${folder}/${signal}`;
      await Deno.mkdir(watched);
      const played = await play("sensor.ts", [...args, "-watch", watched], [["connected", signal]]);
      assertEquals([played.code, played.restored], [code, true], played.output);
      seen(played);
    }
    // Nobody is there to acknowledge: the first one ends the view and begins the wait, the second ends that.
    const nowhere = args.map((arg) => arg.startsWith("127.0.0.1:") ? "127.0.0.1:9" : arg);
    const played = await play("sensor.ts", [...nowhere, "-read", CAPTURE, "-replay-speed", "1"], [
      ["/s, [1-9][0-9,]* in all", "SIGINT"],
      ["acknowledge", "SIGINT"],
    ]);
    assertEquals([played.code, played.restored], [1, true], played.output);
  },
);

test("an error gives the terminal back, and is the last line", async (args) => {
  const played = await play("sensor.ts", [...args, "-read", "missing.pcap"], []);
  assertEquals([played.code, played.restored], [1, true], played.output);
  assertMatch(seen(played).after, /missing\.pcap[^\n]*\r\n$/);
});

test("a collector's view shows its sensors, and SIGTERM ends it in order", async (_, folder) => {
  const before = await startCollector(`${folder}/before`);
  await before.collector.stop(); // its port is free now
  const { address } = before;
  const args = ["-privkey", PRIVATE_KEY, "-addr", address, "-out", `${folder}/shown`, "-top"];
  const playing = play("collector.ts", args, [
    ["plant-7 .{0,40}ended", "SIGTERM"],
  ]);
  const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "plant-7", "-read", CAPTURE];
  const { code, stdout } = await runProgram("sensor.ts", to);
  assertEquals(code, 0);
  const made = [...stdout.matchAll(/ made=(\d+) /g)].reduce((sum, [, n]) => sum + Number(n), 0);
  const played = await playing;
  assertEquals([played.code, played.restored], [0, true], played.output);
  const { frame, after } = seen(played);
  assertMatch(frame[0]!, new RegExp(`^farcap-collector at ${address} {2}0 connected`));
  const [, stored] = /^records .* ([0-9,]+) in all/m.exec(frame.join("\n"))!;
  const rows = Number(stored!.replaceAll(",", "")) - made; // of the sensor's books
  assert(rows > 0 && rows < 10, stored);
  assertMatch(after, /plant-7 is connected [^]*nothing was lost\r/);
});

Deno.test({
  ...needs("the terminal is given back also by an exit or an exception amid it", UNIX, PYTHON),
  fn: async () => {
    for (const [how, code] of [["exit", 7], ["throw", 1], ["reject", 1]] as const) {
      const played = await play("tests/view/ending_program.ts", [how], []);
      assertEquals([played.code, played.restored], [code, true], played.output);
      const { frame, after } = seen(played);
      assertMatch(frame[0]!, /^a view/);
      assertEquals(after.includes("nobody catches it"), how !== "exit");
    }
  },
});

test("without a terminal it is a mistake, in one line", async (args) => {
  await using program = new Program("sensor.ts", [...args, "-read", CAPTURE]);
  const { code, stdout, stderr } = await program.end();
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^-top needs a terminal: .*\n$/);
});
