/** What the programs say, and that nobody has to read it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { JQ, LINUX, needs, PYTHON } from "../needs.ts";
import { jq } from "../piped.ts";
import { until } from "../until.ts";
import {
  inFolder,
  PRIVATE_KEY,
  Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
} from "./program.ts";
import { scrape } from "./scrape.ts";

const ROOT = `${import.meta.dirname}/../../`;
const CAPTURE = `${ROOT}tests/captures/office.pcap`;
/** As `capinfos -c` counts them. */
const PACKETS = 657;
const NASTY = "pla\u001b[2Jnt\u202e 7";

Deno.test({
  ...needs("every line is JSON, has its time and level, and names the sensor that it is about", JQ),
  fn: () =>
    inFolder(async (folder) => {
      const json = ["-log-format", "json", "-log-level", "debug"];
      const { collector, port } = await startJson(folder, json);
      await using _ending = collector;
      const sensor = await runProgram("sensor.ts", [
        ...["-addr", `127.0.0.1:${port}`, "-pubkey", PUBLIC_KEY, "-privkey", PRIVATE_KEY],
        ...["-client", NASTY, "-read", CAPTURE, ...json],
      ]);
      assertEquals(sensor.code, 0, sensor.stderr);
      const ended = await collector.stop();
      for (const { stdout, stderr } of [sensor, ended]) {
        assertEquals(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(stdout + stderr), false);
        assertEquals(stdout.includes(PRIVATE_KEY), false);
        for (const { time, level, message } of await parse(stdout + stderr)) {
          assertMatch(time!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
          assertMatch(level!, /^(error|warning|info|debug)$/);
          assert(message!.length > 0);
        }
      }
      const named = (await parse(ended.stdout)).filter(({ sensor }) => sensor !== undefined);
      assert(named.some(({ message }) => message!.includes(" is connected from ")));
      assert(named.some(({ message }) => message!.startsWith("batch ")));
      assertEquals(named.filter(({ sensor }) => !sensor!.startsWith("pla")), []);
      const unnamed = (await parse(sensor.stdout)).filter(({ level, sensor }) =>
        level === "debug" && sensor !== NASTY
      );
      assertEquals(unnamed, []);
    }),
});

Deno.test("-log-level leaves out what is less important, and SIGHUP takes another", () =>
  inFolder(async (folder) => {
    const config = `${folder}/collector.conf`;
    await Deno.writeTextFile(config, "log-level debug\n");
    const { collector } = await startCollector(folder, ["-config", config]);
    await using _ending = collector;
    const reload = async (level: string) => {
      await Deno.writeTextFile(config, `log-level ${level}\n`);
      collector.kill("SIGHUP");
    };
    await reload("info");
    await collector.line(/settings are now: log-level info$/);
    await reload("warning");
    await Deno.writeTextFile(config, "log-level loud\n");
    collector.kill("SIGHUP");
    await collector.errorLine(/collector\.conf:1: Wrong value "loud" of -log-level/);
    await reload("debug");
    await collector.line(/settings are now: log-level debug$/);
    assertEquals(/log-level warning/.test(collector.said), false);
  }));

Deno.test({
  ...needs("output that nobody reads stands no program still, and is counted", LINUX),
  fn: () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder);
      await using _ending = collector;
      // Two lines for each of thousands of batches: more than the pipe and the queue hold.
      const command = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "-A", `--config=${ROOT}deno.json`, `${ROOT}sensor.ts`, "-verbose"],
          ...["-addr", address, "-pubkey", PUBLIC_KEY, "-client", "deaf", "-max", "1"],
          ...Array.from({ length: 12 }, () => ["-read", CAPTURE]).flat(),
          ...["-transport", "box", "-rate", "0", "-addr", "127.0.0.1:9"],
        ],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        env: { NO_COLOR: "1" },
      });
      const child = command.spawn();
      // Its standard output is read only when it has ended.
      const stderr = new Response(child.stderr).text();
      const { code } = await child.status;
      assertEquals(code, 0, await stderr);
      assertMatch(
        await stderr,
        /\d+ lines were dropped, since nobody read them on standard output/,
      );
      await child.stdout.cancel();
    }),
});

Deno.test({
  ...needs("lines that nobody reads are told to who scrapes, while the program works on", LINUX),
  fn: () =>
    inFolder(async (folder) => {
      for (let n = 0; n < 3; n++) await Deno.copyFile(CAPTURE, `${folder}/${n}.pcap`);
      await using child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "-A", `--config=${ROOT}deno.json`, `${ROOT}sensor.ts`, "-verbose"],
          ...["-watch", folder, "-pubkey", PUBLIC_KEY, "-client", "deaf", "-max", "1"],
          ...["-transport", "box", "-rate", "0", "-addr", "127.0.0.1:9", "-metrics", "0"],
        ],
        stdin: "null",
        stdout: "piped",
        stderr: "null",
        env: { NO_COLOR: "1" },
      }).spawn();
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let said = "";
      let url: string | undefined;
      while ((url = / metrics on (\S+)\n/.exec(said)?.[1]) === undefined) {
        const { value, done } = await reader.read();
        assert(!done, said);
        said += value;
      }
      // From here on nobody reads.
      const dropped = async () => (await scrape(url)).get("farcap_dropped_log_lines_total")!;
      await until("lines are dropped", async () => await dropped() > 0);
      const packets = async () => (await scrape(url)).get("farcap_captured_packets_total")!;
      await until("all is read", async () => await packets() === 3 * PACKETS);
      await reader.cancel();
    }),
});

Deno.test({
  ...needs(
    "for the journal lines have priorities, where the stream is the journal's",
    LINUX,
    PYTHON,
  ),
  fn: async () => {
    // A pipe for the journal's socket: its device and inode are in JOURNAL_STREAM, as systemd does it.
    const script = `
import os, subprocess, sys
read, write = os.pipe()
at = os.fstat(write)
for place in (f"{at.st_dev}:{at.st_ino}", "1:1"):
    subprocess.run(sys.argv[1:], stderr=write, env={**os.environ, "JOURNAL_STREAM": place})
    print(os.read(read, 65536).decode(), end="")
`;
    const { stdout } = await new Deno.Command("python3", {
      args: [
        ...["-c", script, Deno.execPath(), "run", "--quiet", "-A", `--config=${ROOT}deno.json`],
        ...[`${ROOT}sensor.ts`, "-read", "no-such.pcap", "-pubkey", PUBLIC_KEY],
        ...["-transport", "box", "-addr", "127.0.0.1:9", "-client", "x"],
      ],
      env: { NO_COLOR: "1" },
    }).output();
    const [first = "", second = ""] = new TextDecoder().decode(stdout).split("\n");
    assertMatch(first, /^<3>\d{4}-.*no-such\.pcap/);
    assertMatch(second, /^\d{4}-.*no-such\.pcap/);
  },
});

async function startJson(folder: string, json: readonly string[]) {
  const collector = new Program("collector.ts", [
    ...["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:0", "-out", `${folder}/records`, ...json],
  ]);
  const [, port] = await collector.line(/"message":"listening on 127\.0\.0\.1:(\d+)"/);
  return { collector, port };
}

async function parse(lines: string): Promise<Record<string, string>[]> {
  return JSON.parse(await jq(["-cn", "[inputs]"], lines));
}

Deno.test({
  ...needs(
    "on a terminal colours, and how far reading is, which no line is mixed up with",
    LINUX,
    PYTHON,
  ),
  fn: async () => {
    const show = (env: Record<string, string>) =>
      onTerminal(env, [
        ...["run", "--quiet", "-A", `--config=${ROOT}deno.json`],
        ...[`${ROOT}sensor.ts`, "-read", CAPTURE, "-read", "no-such.pcap", "-pubkey", PUBLIC_KEY],
        ...["-transport", "box", "-addr", "127.0.0.1:9", "-client", "x", "-replay-speed", "20"],
      ]);
    const shown = await show({ NO_COLOR: "" });
    assertMatch(shown, /\rESC\[K\d+ % of 0\.1 MB, .* packets\/s, /);
    assertMatch(shown, /ESC\[2m\d{4}-\S+ZESC\[0m ESC\[31mCannot open .*no-such\.pcap/);
    for (const line of shown.split(/\r\n|\r(?=ESC\[K)/)) {
      assertEquals(/% of .*(nothing was lost|Cannot open|made=)/.test(line), false, line);
    }
    assertEquals(/ESC\[\d*m/.test(await show({ NO_COLOR: "1" })), false);
  },
});

Deno.test({
  ...needs("on a terminal what is wrong stands behind what was said before it", LINUX, PYTHON),
  fn: async () => {
    const code = `
      import { Output } from "file://${ROOT}lib/base/program/output_io.ts";
      const output = new Output(undefined);
      for (let n = 0; n < 1000; n++) {
        output.write({ level: "info", message: "info " + n });
        output.write({ level: "error", message: "error " + n });
        await new Promise((resolve) => setTimeout(resolve));
      }
      await output.finish();`;
    const shown = await onTerminal({ NO_COLOR: "1" }, ["eval", "--quiet", code]);
    const expected = Array.from({ length: 1000 }, (_, n) => [`info ${n}`, `error ${n}`]).flat();
    assertEquals(shown.trimEnd().split("\r\n"), expected);
  },
});

/** What a terminal is sent by Deno, whose output and errors both go there, with "ESC" for its letter. */
async function onTerminal(env: Record<string, string>, args: readonly string[]): Promise<string> {
  const script = `
import os, pty, subprocess, sys
main, end = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stderr=end, stdout=end, stdin=subprocess.DEVNULL)
os.close(end)
shown = b""
try:
    while chunk := os.read(main, 65536):
        shown += chunk
except OSError:
    pass
child.wait()
sys.stdout.buffer.write(shown)
`;
  const command = new Deno.Command("python3", {
    args: ["-c", script, Deno.execPath(), ...args],
    env,
  });
  const { stdout } = await command.output();
  return new TextDecoder().decode(stdout).replaceAll("\x1b", "ESC");
}
