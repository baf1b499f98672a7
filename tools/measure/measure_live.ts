/**
 * deno task measure-live [flags]
 *
 * Finds the highest rate at which tcpreplay sends over a veth pair and nothing is lost: of tcpdump, of
 * capture and decoding alone, and of the whole way to a collector beside the sensor. Halves the range of
 * rates until it is narrow, once a round for each of them, and prints a table in Markdown. Everything
 * runs on this machine, tcpreplay included. Linux, as root, with iproute2, tcpreplay and tcpdump.
 */
import { fileURLToPath } from "node:url";
import { SHARED } from "../../tests/shared/shared.ts";
import { type FlagTable, parseFlags } from "../../lib/arguments/flags.ts";
import { rest } from "../../lib/base/wait/rest_io.ts";
import { stopSignal } from "../../lib/base/program/stop_signal_io.ts";
import { usageText } from "../../lib/arguments/usage_text.ts";
import { layCable, Process, removeCable, run } from "./cable.ts";

const FLAGS = {
  seconds: { kind: "integer", default: 5, min: 1, max: 600, value: "N", help: "length of a try" },
  rounds: { kind: "integer", default: 3, min: 1, max: 100, value: "N", help: "rounds" },
  pps: {
    kind: "integer",
    default: 0,
    min: 0,
    max: 10_000_000,
    value: "RATE",
    help: "try this rate only, in packets/s; 0 looks for the highest",
  },
  only: {
    kind: "string",
    default: "",
    value: "TEXT",
    help: "measure only what has this in its name",
  },
  capture: {
    kind: "string",
    value: "FILE",
    help:
      "what to send, Ethernet; by default made by ../shared/captures/make-mixed where that is, " +
      "else tests/captures/office.pcap",
  },
  packets: {
    kind: "integer",
    default: 100_000,
    min: 1,
    max: 10_000_000,
    value: "N",
    help: "packets of the capture that is made, sent again and again",
  },
  rate: { kind: "integer", default: 0, min: 0, max: 1e10, value: "BYTES", help: "the sensor's" },
  transport: { kind: "string", value: "NAME", help: "the sensor's; its default if not given" },
  help: { kind: "boolean", default: false, help: "print this text and exit" },
} as const satisfies FlagTable;

const ROOT = `${import.meta.dirname}/../../`;
const TASKS = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)).tasks;
const MAKE_MIXED = fileURLToPath(new URL("captures/make-mixed", SHARED));
const PORT = 4555;
/** Of all, from the beginning: the sensor's own grows only once it is needed, and by then packets are lost. */
const RING_KIB = 65_536;
/** The search begins between what tcpreplay can and this part of it, and ends in so narrow a range. */
const SEARCHED = 1 / 32;
const NARROW = 1.04;
/** tcpdump leaves packets in the kernel for a second; then it takes them. */
const TCPDUMP_TIMEOUT_MS = 1200;

const mark = crypto.randomUUID().slice(0, 8);
const NEAR = { namespace: `farcap-${mark}-1`, iface: "veth1" };
const FAR = { namespace: `farcap-${mark}-2`, iface: "veth2" };

/** What is measured: started anew for each try. */
interface Subject {
  readonly name: string;
  start(): Promise<Running>;
}

interface Running {
  readonly processes: readonly Process[];
  /** Ends it: packets that it had, and what it lost of these itself. */
  stop(): Promise<{ captured: number; lost: number }>;
}

/** What became of a try. */
interface Try {
  /** Packets a second that were sent. */
  readonly rate: number;
  readonly sent: number;
  /** Packets that were not captured, and records of others that were not stored. */
  readonly lost: number;
}

/** A highest rate. */
interface Found {
  readonly rate: number;
  /** Whether there may be higher ones that were not tried: tcpreplay gave no more, or was not asked to. */
  readonly isLeast: boolean;
}

/** Starts a program at the receiving end. */
function start(command: readonly string[]): Process {
  const process = new Process(FAR, command, folder);
  started.push(process);
  return process;
}

function tcpdump(file: string): Subject {
  return {
    name: `tcpdump -w ${file}`,
    async start() {
      const options = ["-i", FAR.iface, "-B", String(RING_KIB), "-Z", "root", "-w", file];
      const process = start(["tcpdump", ...options]);
      await process.line(/listening on/);
      return { processes: [process], stop: async () => capturedOf(await process.stop()) };
    },
  };
}

const captureAndDecoding: Subject = {
  name: "capture and decoding",
  async start() {
    const process = start(denoRun("sensor", "tools/measure/decode_live.ts", [FAR.iface]));
    await process.line(/^capturing from /);
    return { processes: [process], stop: async () => capturedOf(await process.stop()) };
  },
};

/** Capture to record files, sensor and collector on the same machine. */
function wholeWay(sensorArgs: readonly string[]): Subject {
  return {
    name: ["whole way", ...sensorArgs].join(" "),
    async start() {
      const addr = ["-addr", `127.0.0.1:${PORT}`];
      const out = ["-privkey", "priv.key", "-out", "records"];
      const collector = start(denoRun("collector", "collector.ts", [...addr, ...out]));
      await collector.line(/^listening on /);
      const to = [
        "-pubkey",
        "pub.key",
        "-client",
        "m",
        ...addr,
        "-iface",
        FAR.iface,
        "-buffer",
        `${RING_KIB}K`,
      ];
      const sensor = start(denoRun("sensor", "sensor.ts", [...to, ...sensorArgs]));
      await sensor.line(/^capturing from /);
      return {
        processes: [sensor, collector],
        async stop() {
          const said = await sensor.stop();
          await collector.idle();
          // Rows of books are records that the sensor does not count.
          const kept = sum(
            await collector.stop(),
            /^(?!stored:|Sensor|Collector)\w+: batches=\d+ records=(\d+)/gm,
          );
          await Deno.remove(`${folder}/records`, { recursive: true });
          const made = sum(said, /^\w+: made=(\d+)/gm);
          return { captured: capturedOf(said).captured, lost: made - kept };
        },
      };
    },
  };
}

/** What tcpdump's closing lines say, which the sensor has too. */
function capturedOf(said: string): { captured: number; lost: number } {
  if (!/^\d+ packets captured$/m.test(said)) throw new Error(`No totals but:\n${said}`);
  return { captured: sum(said, /^(\d+) packets captured$/gm), lost: 0 };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** A program of ours with the flags of a task in deno.json. */
function denoRun(task: string, source: string, args: readonly string[]): string[] {
  const [, ...flags] = TASKS[task].split(" ").slice(0, -1);
  return [
    Deno.execPath(),
    ...flags,
    "--quiet",
    `--config=${ROOT}deno.json`,
    ROOT + source,
    ...args,
  ];
}

/** Sends for the time of one try; as fast as it can without a rate. */
async function attempt(subject: Subject, pps?: number): Promise<Try> {
  if (stop.aborted) throw new Error("told to stop");
  const running = await subject.start();
  const speed = pps === undefined ? "--topspeed" : `--pps=${Math.round(pps)}`;
  const said = await run("ip", [
    ...["netns", "exec", NEAR.namespace, "tcpreplay", "-i", NEAR.iface, speed],
    ...["--preload-pcap", "--loop=0", `--duration=${flags.seconds}`, capture],
  ]);
  await rest(TCPDUMP_TIMEOUT_MS);
  for (const process of running.processes) await process.idle();
  const { captured, lost } = await running.stop();
  const sent = sum(said, /Successful packets:\s+(\d+)/g);
  const rate = sum(said, /, ([\d.]+) pps/g);
  const missing = sent - captured + lost;
  console.error(`${subject.name}: ${number(rate)} packets/s, ${sent} sent, ${missing} lost`);
  return { rate, sent, lost: missing };
}

/** Looks for the highest rate without a loss; 0 if there was none. */
async function highestRate(subject: Subject): Promise<Found> {
  const first = await attempt(subject, flags.pps || undefined);
  if (first.lost === 0) return { rate: first.rate, isLeast: true };
  if (flags.pps > 0) return { rate: 0, isLeast: false };
  let best = 0;
  let tooFast = first.rate;
  for (let slow = tooFast * SEARCHED; tooFast / slow > NARROW;) {
    const pps = Math.sqrt(slow * tooFast);
    const { rate, lost } = await attempt(subject, pps);
    if (lost === 0) best = Math.max(best, rate);
    if (lost === 0) slow = pps;
    else tooFast = pps;
  }
  return { rate: best, isLeast: false };
}

/** The capture to send: the one that was named, one that is made here, or the office's. */
async function chooseCapture(): Promise<string> {
  if (flags.capture !== undefined) return await Deno.realPath(flags.capture);
  if (!await Deno.stat(MAKE_MIXED).then(() => true, () => false)) {
    return `${ROOT}tests/captures/office.pcap`;
  }
  await run("python3", [MAKE_MIXED, "mixed.pcap", "-n", String(flags.packets)], folder);
  return `${folder}/mixed.pcap`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString("en");
}

const parsed = parseFlags("measure-live", FLAGS, Deno.args);
if (!parsed.ok || parsed.values.help) {
  const summary = "finds the highest rate of packets that is captured without a loss";
  console.log((parsed.ok ? "" : `${parsed.message}\n`) + usageText("measure-live", summary, FLAGS));
  Deno.exit(parsed.ok ? 0 : 2);
}
const flags = parsed.values;
const stop = stopSignal();
const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
const started: Process[] = [];
let capture = "";
try {
  capture = await chooseCapture();
  await layCable(NEAR, FAR);
  await run(
    Deno.execPath(),
    denoRun("collector", "collector.ts", ["-gen-keypair"]).slice(1),
    folder,
  );
  const transport = flags.transport === undefined ? [] : ["-transport", flags.transport];
  const subjects = [
    tcpdump("/dev/null"),
    tcpdump("file.pcap"),
    captureAndDecoding,
    wholeWay(["-rate", String(flags.rate), ...transport]),
  ].filter(({ name }) => name.includes(flags.only));
  const rounds = Array.from({ length: flags.rounds }, () => new Map<Subject, Found>());
  for (const round of rounds) {
    for (const subject of subjects) round.set(subject, await highestRate(subject));
  }
  console.log(`Tries of ${flags.seconds} s, ${flags.rounds} rounds, packets/s:\n`);
  console.log("| | lowest | highest | rounds, sorted |\n| --- | --- | --- | --- |");
  for (const subject of subjects) {
    const found = rounds.map((round) => round.get(subject)!)
      .sort((a, b) => a.rate - b.rate);
    const cells = found.map(({ rate, isLeast }) => (isLeast ? "≥ " : "") + number(rate));
    console.log(`| ${[subject.name, cells[0], cells.at(-1), cells.join("; ")].join(" | ")} |`);
  }
} finally {
  for (const process of started) process.kill();
  await removeCable(NEAR, FAR);
  await Deno.remove(folder, { recursive: true });
}
