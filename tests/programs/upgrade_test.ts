/**
 * Sensor and collector of 0.1.0 and of this version, in every pairing, one replaced by another in every
 * order while records flow. What they should have stored is what tshark sees, read by Python.
 */
import { assert, assertEquals } from "@std/assert";
import { until } from "../until.ts";
import { ChaosInput, COUNTED_TYPES, EPOCH, runOf } from "./chaos/input.ts";
import { testFirstRelease } from "./first_release.ts";
import { PRIVATE_KEY, Program, PUBLIC_KEY, runProgram, type StartOptions } from "./program.ts";
import { COLLECTOR_FLAGS } from "../../lib/arguments/collector_flags.ts";
import type { FlagTable } from "../../lib/arguments/flags.ts";
import { SENSOR_FLAGS } from "../../lib/arguments/sensor_flags.ts";
import { DUMP_PROGRAM_FLAGS } from "../../lib/write/read/dump_flags.ts";

const PACKETS = 20_000;
const PIECE_BYTES = 1024;
const PIECE_MS = 20;
const INPUT = new ChaosInput();

/** A sensor that is fed all the time. */
class Feeding implements AsyncDisposable {
  readonly run: number;
  readonly sensor: Program;
  readonly #fed: Promise<void>;
  #hurries = false;

  constructor(run: number, address: string, options: StartOptions) {
    const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz"];
    this.run = run;
    this.sensor = new Program("sensor.ts", [...to, "-flush-interval", "100ms"], {
      ...options,
      stdin: "piped",
    });
    this.#fed = this.#feed(INPUT.file(run, PACKETS));
  }

  /** Ends in order, as at the end of its input, or as systemd asks for it; gives what it says to have made. */
  async end(how: "input" | "signal"): Promise<Sent> {
    if (how === "signal") this.sensor.kill("SIGTERM");
    else this.#hurries = true;
    const { code, stdout, stderr } = await this.sensor.end();
    await this.#fed;
    assertEquals(code, 0, stdout + stderr);
    const packets = Number(/^packets=(\d+) /m.exec(stdout)![1]);
    if (how === "input") assertEquals(packets, PACKETS);
    let maybeTwice = 0;
    for (const [line, made, stored] of stdout.matchAll(/^\w+: made=(\d+) stored=(\d+) .*$/gm)) {
      assertEquals(made, stored, line);
      maybeTwice += Number(/ maybe-twice=(\d+)/.exec(line)?.[1] ?? 0);
    }
    return { run: this.run, packets, maybeTwice };
  }

  async #feed(file: Uint8Array): Promise<void> {
    const writer = this.sensor.stdin.getWriter();
    try {
      for (let at = 0; at < file.length;) {
        const bytes = this.#hurries ? file.length : PIECE_BYTES;
        await writer.write(file.subarray(at, at += bytes));
        await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
      }
      await writer.close();
    } catch {
      await writer.abort().catch(() => {}); // it has ended
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sensor[Symbol.asyncDispose]();
    await this.#fed;
  }
}

interface Sent {
  readonly run: number;
  readonly packets: number;
  readonly maybeTwice: number;
}

/** Replaces one after the other, and says what all sensors have sent. */
async function replace(
  folder: string,
  from: StartOptions,
  to: StartOptions,
  first: "sensor" | "collector",
): Promise<Sent[]> {
  const out = `${folder}/records`;
  const startCollector = async (port: string, options: StartOptions) => {
    const args = ["-privkey", PRIVATE_KEY, "-addr", `127.0.0.1:${port}`, "-out", out];
    const collector = new Program("collector.ts", args, options);
    const [, found] = await collector.line(/^listening on .*:(\d+)$/);
    return { collector, port: found! };
  };
  const flows = async () => {
    const before = await bytesIn(`${out}/xyz`);
    await until("records are stored", async () => await bytesIn(`${out}/xyz`) > before);
  };
  const started = await startCollector("0", from);
  await using all = new AsyncDisposableStack();
  let collector = all.use(started.collector);
  const address = `127.0.0.1:${started.port}`;
  let feeding = all.use(new Feeding(1, address, from));
  const sent: Sent[] = [];
  await flows();
  for (const which of first === "sensor" ? ["sensor", "collector"] : ["collector", "sensor"]) {
    if (which === "collector") {
      const { code, stdout, stderr } = await collector.stop();
      assertEquals(code, 0, stdout + stderr);
      collector = all.use((await startCollector(started.port, to)).collector);
    } else {
      sent.push(await feeding.end("signal"));
      feeding = all.use(new Feeding(2, address, to));
    }
    await flows();
  }
  sent.push(await feeding.end("input"));
  assertEquals((await collector.stop()).code, 0);
  return sent;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".ncap.gz")) bytes += (await Deno.stat(`${folder}/${name}`)).size;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it is made, or a file is renamed
  }
  return bytes;
}

/** Everything is stored; nothing is there oftener than it should be, but what may be, as sensors have said. */
async function check(folder: string, sent: readonly Sent[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command("python3", {
    args: [`${import.meta.dirname}/read_times.py`, `${folder}/records`, String(EPOCH)],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const found: Record<string, number[]> = JSON.parse(new TextDecoder().decode(stdout)).xyz;
  let [tooMany, records] = [0, 0];
  for (const { run, packets } of sent) {
    for (const type of COUNTED_TYPES) {
      const left = INPUT.expected(run, packets, type);
      for (const time of found[type]!.filter((time) => runOf(time) === run)) {
        const count = left.get(time) ?? 0;
        if (count === 0) tooMany++;
        else left.set(time, count - 1);
        records++;
      }
      const missing = [...left.values()].reduce((sum, count) => sum + count, 0);
      assertEquals(missing, 0, `${type} of sensor ${run}`);
    }
  }
  assert(records > sent.at(-1)!.packets);
  const maybeTwice = sent.reduce((sum, each) => sum + each.maybeTwice, 0);
  assert(tooMany <= maybeTwice, `${tooMany} more than there should be, ${maybeTwice} allowed for`);
}

for (const first of ["sensor", "collector"] as const) {
  testFirstRelease(
    `0.1.0 is replaced by this version, the ${first} first, while records flow: all are stored once`,
    async (folder, old) => {
      const sent = await replace(folder, old, {}, first);
      assertEquals(sent.map(({ maybeTwice }) => maybeTwice), [0, 0]);
      await check(folder, sent);
    },
  );

  testFirstRelease(
    `this version is replaced by 0.1.0, the ${first} first, while records flow: nothing is lost`,
    async (folder, old) => await check(folder, await replace(folder, {}, old, first)),
  );
}

testFirstRelease(
  "all flags of 0.1.0 are taken, with a value where they had one",
  async (_, old) => {
    const now: Readonly<Record<string, FlagTable>> = {
      sensor: SENSOR_FLAGS,
      collector: { ...DUMP_PROGRAM_FLAGS, ...COLLECTOR_FLAGS },
    };
    for (const [program, table] of Object.entries(now)) {
      const { stdout } = await runProgram(`${program}.ts`, ["-help"], old);
      const flags = [...stdout.matchAll(/^ {2}-(\S+)( [A-Z]\S*)?(?= {2})/gm)];
      assert(flags.length > 20, stdout);
      for (const [, name, value] of flags) {
        const kind = table[name!]?.kind;
        assert(kind !== undefined, `-${name} of ${program} is gone`);
        assertEquals(kind !== "boolean", value !== undefined, `-${name} of ${program}`);
      }
    }
  },
);
