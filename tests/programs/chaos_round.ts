/**
 * One round of chaos: sensors and a collector as real processes, a network and a disk that fail, kills at
 * random moments, and at the end a count. A seed decides what happens; the machine, when exactly.
 */
import { randomNumbers } from "../base/random_numbers.ts";
import { UdpRelay, type Weather } from "../transport/udp_relay.ts";
import { ChaosCount, readStored, type Run } from "./chaos_count.ts";
import { ChaosInput } from "./chaos_input.ts";
import { PRIVATE_KEY, Program, PUBLIC_KEY } from "./program.ts";

/** Where and how a round takes place. */
export interface RoundOptions {
  readonly seed: number;
  /** An empty folder, which keeps what is left of the round. */
  readonly folder: string;
  /** Whether the records go to a small disk that fills; root only. */
  readonly hasSmallDisk: boolean;
}

/** What a round was like. */
export interface RoundReport {
  readonly seconds: number;
  readonly collectorKills: number;
  readonly sensorKills: number;
  readonly cuts: number;
  readonly rebinds: number;
  readonly diskFills: number;
  /** Connections that took the place of others, of sensors that were not killed. */
  readonly reconnects: number;
  readonly datagrams: number;
  readonly datagramsLost: number;
  readonly files: number;
  /** Records that the collector acknowledged, as sensors say that were not killed. */
  readonly acknowledged: number;
  /** Records on disk of killed sensors, which nobody can say whether they were acknowledged. */
  readonly ofKilled: number;
  /** What is wrong; nothing, one hopes. */
  readonly problems: readonly string[];
}

const DISK_KIB = 16 << 10;
const POLL_MS = 10;
/** Each client's last sensor is started before. */
const SETTLE_MS = 2_000;
/** A sensor that is not connected by then is fed, and killed, all the same. */
const CONNECT_MS = 1_500;
/** One that is to end in order must have begun to listen for signals. */
const BEGIN_MS = 20_000;

/** Plays a round to its end. @throws Error When something outside of the programs does not work. */
export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const records = `${options.folder}/records`;
  await Deno.mkdir(records);
  if (options.hasSmallDisk) {
    await run("mount", "-t", "tmpfs", "-o", `size=${DISK_KIB}k`, "tmpfs", records);
  }
  try {
    return await new Round(options).play();
  } finally {
    if (options.hasSmallDisk) {
      await run("cp", "-r", records, `${options.folder}/kept`);
      await run("umount", records);
    }
  }
}

class Round {
  readonly #options: RoundOptions;
  readonly #records: string;
  readonly #random: (limit: number) => number;
  readonly #input = new ChaosInput();
  readonly #runs: Run[] = [];
  readonly #problems: string[] = [];
  #collector!: Program;
  #port = 0;
  #collectorKills = 0;
  #cuts = 0;
  #rebinds = 0;
  #diskFills = 0;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#records = `${options.folder}/records`;
    this.#random = randomNumbers(options.seed);
  }

  async play(): Promise<RoundReport> {
    const beganMs = performance.now();
    await this.#startCollector();
    using relay = new UdpRelay(
      { hostname: "127.0.0.1", port: this.#port + 1 },
      this.#weather(),
      this.#options.seed,
    );
    const plan = [
      this.#endangerCollector(relay),
      this.#endangerNetwork(relay),
      this.#endangerDisk(),
    ];
    const clients = 2 + this.#random(2);
    for (let n = 0; n < clients; n++) plan.push(this.#runClient(n, relay.address.port - 1));
    for (const result of await Promise.allSettled(plan)) {
      if (result.status === "rejected") this.#problems.push(String(result.reason));
    }
    await this.#endCollector();
    const found = await this.#check();
    const { forwarded, lost } = relay.counts;
    return {
      seconds: (performance.now() - beganMs) / 1000,
      collectorKills: this.#collectorKills,
      sensorKills: this.#runs.filter(({ isKilled }) => isKilled).length,
      cuts: this.#cuts,
      rebinds: this.#rebinds,
      diskFills: this.#diskFills,
      datagrams: forwarded + lost,
      datagramsLost: lost,
      ...found,
      problems: this.#problems,
    };
  }

  #weather(): Weather {
    return {
      loss: this.#random(6) / 100,
      duplication: this.#random(3) / 100,
      delayMs: this.#random(60),
      jitterMs: this.#random(20),
    };
  }

  async #startCollector(): Promise<void> {
    this.#collector = new Program("collector.ts", [
      ...["-privkey", PRIVATE_KEY, "-addr", `127.0.0.1:${this.#port}`, "-out", this.#records],
    ]);
    const [, port] = await this.#collector.line(/^listening on .*:(\d+)$/);
    this.#port = Number(port);
  }

  async #endCollector(): Promise<void> {
    await using collector = this.#collector;
    try {
      const { code, stderr } = await collector.stop();
      if (code !== 0) this.#problems.push(`the collector ended with ${code}: ${stderr}`);
    } catch (error) {
      this.#problems.push(String(error));
    }
  }

  /** Kills it and starts it again; some of what it acknowledged last is not heard. */
  async #endangerCollector(relay: UdpRelay): Promise<void> {
    const kills = [0, 1, 1, 1, 1, 2][this.#random(6)]!;
    const plans = Array.from({ length: kills }, () => ({
      beforeMs: this.#random(500 / kills),
      unheardMs: this.#random(2) * this.#random(200 / kills),
      downMs: this.#random(200),
    }));
    await this.#busy();
    for (const { beforeMs, unheardMs, downMs } of plans) {
      await pause(beforeMs);
      relay.losesAnswers = unheardMs > 0;
      await pause(unheardMs);
      this.#collector.kill("SIGKILL");
      const { code, stderr } = await this.#collector.end();
      if (code !== SIGKILLED) this.#problems.push(`the collector ended with ${code}: ${stderr}`);
      this.#collectorKills++;
      relay.losesAnswers = false;
      await pause(downMs);
      await this.#startCollector();
    }
  }

  /** Returns when there is something to endanger. */
  async #busy(): Promise<void> {
    const beganMs = performance.now();
    while (
      performance.now() - beganMs < SETTLE_MS && !/ is connected /.test(this.#collector.said)
    ) {
      await pause(POLL_MS);
    }
  }

  async #endangerNetwork(relay: UdpRelay): Promise<void> {
    const events = Array.from({ length: this.#random(4) }, () => ({
      afterMs: this.#random(800),
      cutMs: this.#random(3) === 0 ? 0 : 100 + this.#random(700),
    }));
    await this.#busy();
    for (const { afterMs, cutMs } of events) {
      await pause(afterMs);
      if (cutMs === 0) {
        relay.rebind();
        this.#rebinds++;
      } else {
        await relay.cut(cutMs);
        this.#cuts++;
      }
    }
  }

  /** Fills it to the last byte, and makes room again. */
  async #endangerDisk(): Promise<void> {
    const [afterMs, fullMs] = [this.#random(600), 200 + this.#random(900)];
    if (!this.#options.hasSmallDisk) return;
    await this.#busy();
    const ballast = `${this.#records}/ballast`;
    await pause(afterMs);
    using file = await Deno.open(ballast, { write: true, create: true });
    const block = new Uint8Array(1 << 16);
    try {
      for (;;) await file.write(block);
    } catch {
      this.#diskFills++;
    }
    await pause(fullMs);
    await Deno.remove(ballast);
  }

  /** One sensor after another under the same name; the last one is left to end in peace. */
  async #runClient(client: number, port: number): Promise<void> {
    const spools = this.#random(2) === 0;
    const runs = Array.from({ length: 1 + this.#random(3) }, () => ({
      startMs: this.#random(200),
      packets: 2000 + this.#random(15_000),
      feedMs: 300 + this.#random(1200),
      endMs: this.#random(1200),
      maxBatchBytes: [2048, 16_384, 131_072][this.#random(3)]!,
      isStopped: this.#random(4) === 0,
    }));
    const beganMs = performance.now();
    for (const [n, plan] of runs.entries()) {
      await pause(plan.startMs);
      const isLast = n === runs.length - 1 || performance.now() - beganMs > SETTLE_MS;
      const run: Run = {
        client: `c${client}`,
        number: client * 10 + n,
        packets: plan.packets,
        spools,
        isKilled: false,
        code: 0,
        stdout: "",
        stderr: "",
      };
      this.#runs.push(run);
      await this.#runSensor(run, port, plan, isLast);
      if (isLast) return;
    }
  }

  async #runSensor(
    run: Run,
    port: number,
    { feedMs, endMs, maxBatchBytes, isStopped }: {
      readonly feedMs: number;
      readonly endMs: number;
      readonly maxBatchBytes: number;
      readonly isStopped: boolean;
    },
    isLast: boolean,
  ): Promise<void> {
    await using sensor = new Program("sensor.ts", [
      ...["-pubkey", PUBLIC_KEY, "-addr", `127.0.0.1:${port}`, "-client", run.client],
      ...["-flush-interval", "100ms", "-max", String(maxBatchBytes), "-queue", String(1 << 20)],
      ...(run.spools ? ["-spool", this.#spoolOf(run), "-spool-after", "0s"] : []),
    ], { stdin: "piped" });
    const startedMs = performance.now();
    const connectMs = isLast && isStopped ? BEGIN_MS : CONNECT_MS;
    while (!sensor.said.includes("connected to ")) {
      if (performance.now() - startedMs > connectMs) break;
      await pause(POLL_MS);
    }
    const feeding = feed(sensor.stdin, this.#input.file(run.number, run.packets), feedMs);
    if (!isLast || isStopped) {
      await pause(endMs);
      run.isKilled = !isLast;
      try {
        sensor.kill(isLast ? "SIGINT" : "SIGKILL");
      } catch {
        run.isKilled = false; // it has ended before
      }
    }
    const { code, stdout, stderr } = await sensor.end();
    await feeding;
    if (code === 0) run.isKilled = false; // likewise
    Object.assign(run, { code, stdout, stderr });
  }

  /** Compares what sensors say, what is on disk and what tshark sees in the packets. */
  async #check() {
    const { found, files, problems } = await readStored(
      this.#records,
      this.#runs.filter(({ spools }) => spools).map(({ client }) => client),
    );
    this.#problems.push(...problems);
    const count = new ChaosCount(this.#input, found, this.#problems);
    let acknowledged = 0;
    let ofKilled = 0;
    let reconnects = 0;
    for (const run of this.#runs) {
      if (run.isKilled) ofKilled += count.checkKilled(run);
      else {
        acknowledged += run.spools ? count.checkSpooling(run) : count.checkEnded(run);
        reconnects += [...run.stdout.matchAll(/^connected to /gm)].length - 1;
      }
    }
    return { files, reconnects, acknowledged, ofKilled };
  }

  #spoolOf({ client }: Run): string {
    return `${this.#options.folder}/spool-${client}`;
  }
}

const SIGKILLED = 137;
/** Writes a file to a program in small pieces, as long as it reads. */
async function feed(
  stdin: WritableStream<Uint8Array>,
  file: Uint8Array,
  ms: number,
): Promise<void> {
  const writer = stdin.getWriter();
  const pieces = Math.ceil(ms / 50);
  const size = Math.ceil(file.length / pieces);
  try {
    for (let at = 0; at < file.length; at += size) {
      await writer.write(file.subarray(at, at + size));
      await pause(50);
    }
    await writer.close();
  } catch {
    await writer.abort().catch(() => {}); // it has been killed
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stderr: "null" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}
