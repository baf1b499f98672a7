/**
 * One round of chaos: sensors and a collector as real processes, a network and a disk that fail, kills at
 * random moments, and at the end a count. A seed decides what happens; the machine, when exactly.
 */
import { randomNumbers } from "../../base/random_numbers.ts";
import { UdpRelay, type Weather } from "../../transport/udp_relay.ts";
import { type AccessCounts, ChaosAccess } from "./access.ts";
import { ChaosCollector } from "./collector.ts";
import { ChaosCount, readStored, type Run } from "./count.ts";
import { ChaosInput } from "./input.ts";
import { checkLedger, type Unknown } from "./ledger.ts";
import { pause } from "./pause.ts";
import { type ClientPlan, planOf, POLL_MS, runClient, SETTLE_MS } from "./sensors.ts";

/** Where and how a round takes place. */
export interface RoundOptions {
  readonly seed: number;
  /** An empty folder, which keeps what is left of the round. */
  readonly folder: string;
  /** Whether the records go to a small disk that fills; root only. */
  readonly hasSmallDisk: boolean;
}

/** What a round was like. */
export interface RoundReport extends AccessCounts, Unknown {
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
/** A command that changes a key takes about so long. */
const COMMAND_MS = 1_000;

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
  readonly #clients: readonly ClientPlan[];
  #access!: ChaosAccess;
  #collector!: ChaosCollector;
  #cuts = 0;
  #rebinds = 0;
  #diskFills = 0;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#records = `${options.folder}/records`;
    this.#random = randomNumbers(options.seed);
    const clients = 2 + this.#random(2);
    this.#clients = Array.from(
      { length: clients },
      (_, n) => planOf(n, n === 2 && this.#random(2) === 0, this.#random),
    );
  }

  async play(): Promise<RoundReport> {
    const beganMs = performance.now();
    const { folder, seed } = this.#options;
    const access = await ChaosAccess.prepare(
      folder,
      this.#records,
      this.#clients.map(({ client }) => client),
      this.#problems,
    );
    this.#access = access;
    const args = [...access.collectorArgs, "-out", this.#records];
    this.#collector = await ChaosCollector.start(args, this.#problems);
    using relay = new UdpRelay(
      { hostname: "127.0.0.1", port: this.#collector.port + 1 },
      this.#weather(),
      seed,
    );
    const scene = { port: relay.address.port - 1, folder, input: this.#input, access };
    const plan = [
      this.#endangerCollector(relay),
      this.#endangerNetwork(relay),
      this.#endangerDisk(),
      this.#changeRoster(),
      this.#changeKeys(),
      ...this.#clients.map((client) => runClient(client, scene, this.#runs)),
    ];
    for (const result of await Promise.allSettled(plan)) {
      if (result.status === "rejected") this.#problems.push(String(result.reason));
    }
    await access.check(this.#collector.port + 1).catch((error) => this.#problems.push(`${error}`));
    await this.#collector.end();
    const found = await this.#check();
    const { forwarded, lost } = relay.counts;
    return {
      seconds: (performance.now() - beganMs) / 1000,
      collectorKills: this.#collector.kills,
      sensorKills: this.#runs.filter(({ isKilled }) => isKilled).length,
      cuts: this.#cuts,
      rebinds: this.#rebinds,
      diskFills: this.#diskFills,
      datagrams: forwarded + lost,
      datagramsLost: lost,
      ...access.counts,
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
      await this.#collector.kill();
      relay.losesAnswers = false;
      await pause(downMs);
      await this.#collector.startAgain();
    }
  }

  /** Returns when there is something to endanger. */
  async #busy(): Promise<void> {
    const beganMs = performance.now();
    while (performance.now() - beganMs < SETTLE_MS && !this.#collector.isBusy) await pause(POLL_MS);
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

  /** Lets strangers in and out, limits sensors, and may revoke one. */
  async #changeRoster(): Promise<void> {
    const events = Array.from({ length: 1 + this.#random(3) }, () => ({
      afterMs: this.#random(700),
      limit: this.#random(8),
      of: this.#random(this.#clients.length),
      isSaid: this.#random(2) === 0,
    }));
    const [revokeMs, byCommand] = [this.#random(1500), this.#random(2) === 0];
    const revoked = this.#clients.find(({ isRevoked }) => isRevoked);
    await this.#busy();
    for (const { afterMs, limit, of, isSaid } of events) {
      await pause(afterMs);
      if (limit < 4) await this.#access.limit(this.#clients[of]!.client, limit);
      else await this.#access.letIn("stranger");
      if (isSaid) this.#collector.reload();
    }
    if (!revoked) return;
    await pause(revokeMs);
    await this.#access.revoke(revoked.client, byCommand);
  }

  /** Changes keys; the command may be killed amid that, and is repeated. */
  async #changeKeys(): Promise<void> {
    const events = Array.from({ length: 1 + this.#random(2) }, () => ({
      afterMs: this.#random(600),
      killMs: this.#random(2) === 0 ? undefined : this.#random(COMMAND_MS),
      of: this.#random(this.#clients.length + 1),
    }));
    await this.#busy();
    for (const { afterMs, killMs, of } of events) {
      await pause(afterMs);
      const client = this.#clients[of]?.client;
      if (client === undefined) await this.#access.rotateCollector(killMs);
      else {
        await this.#access.rotateSensor(client, `127.0.0.1:${this.#collector.port}`, killMs);
      }
    }
  }

  /** Compares what sensors and the ledger say, what is on disk and what tshark sees in the packets. */
  async #check() {
    const stored = await readStored(
      this.#records,
      this.#runs.filter(({ spools }) => spools).map(({ client }) => client),
    );
    const { files, problems } = stored;
    this.#problems.push(...problems);
    const count = new ChaosCount(this.#input, stored, this.#problems);
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
    const unknown = checkLedger(
      this.#records,
      this.#runs,
      this.#input,
      stored,
      (client) => this.#access.isRevoked(client),
      this.#problems,
    );
    return { files, reconnects, acknowledged, ofKilled, ...unknown };
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stderr: "null" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}
