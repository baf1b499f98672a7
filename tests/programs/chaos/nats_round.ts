/**
 * One round of chaos with an engine: sensors that have three collectors, these, the engine, and who makes
 * files of its stream, all killed at random moments, on a network and a disk that fail; at the end a count.
 * Half of the sensors enrol by their tokens meanwhile.
 */
import { randomNumbers } from "../../base/random_numbers.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import { NatsServer } from "../../nats_server.ts";
import { UdpRelay } from "../../transport/udp_relay.ts";
import { readLedger } from "../../../lib/write/ledger/read_ledger_io.ts";
import { readStreamLedger } from "../../../lib/write/nats/read_stream_ledger_io.ts";
import { asking } from "../../write/nats/nats_place.ts";
import { PRIVATE_KEY } from "../program.ts";
import { ChaosCollector } from "./collector.ts";
import { actsInFiles, actsStored, enrolOne, makeTokens } from "./nats_enrolments.ts";
import { idsInFiles, idsInStream } from "./nats_ids.ts";
import { type NatsSensor, runNatsSensor } from "./nats_sensors.ts";
import { pause } from "./pause.ts";

/** Where and how a round takes place. */
export interface NatsRoundOptions {
  readonly seed: number;
  /** An empty folder. */
  readonly folder: string;
  /** Whether the engine's streams go to a small disk that fills; root only. */
  readonly hasSmallDisk: boolean;
  /** How many there are (60). */
  readonly sensors?: number;
}

/** What a round was like. */
export interface NatsRoundReport {
  readonly seconds: number;
  readonly engineKills: number;
  readonly collectorKills: number;
  readonly copierKills: number;
  readonly sensorKills: number;
  readonly cuts: number;
  readonly diskFills: number;
  /** Connections of sensors, beyond the first of each. */
  readonly reconnects: number;
  /** Records that were acknowledged. */
  readonly acknowledged: number;
  /** Records in the stream. */
  readonly streamed: number;
  readonly problems: readonly string[];
}

const DISK_KIB = 48 << 10;
const COLLECTORS = 3;
/** What was stored is copied by then. */
const COPY_MS = 120_000;

/** Plays a round to its end. @throws Error When something outside of the programs does not work. */
export async function playNatsRound(options: NatsRoundOptions): Promise<NatsRoundReport> {
  const store = `${options.folder}/js`;
  await Deno.mkdir(store);
  if (options.hasSmallDisk) {
    await run("mount", "-t", "tmpfs", "-o", `size=${DISK_KIB}k`, "tmpfs", store);
  }
  try {
    return await play(options, store);
  } finally {
    if (options.hasSmallDisk) await run("umount", store);
  }
}

async function play(
  { seed, folder, hasSmallDisk, sensors: count = 60 }: NatsRoundOptions,
  store: string,
): Promise<NatsRoundReport> {
  const beganMs = performance.now();
  const random = randomNumbers(seed);
  const problems: string[] = [];
  const counts = { engineKills: 0, cuts: 0, diskFills: 0 };
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await NatsServer.start({ store }));
  const args = ["-privkey", PRIVATE_KEY, "-box=false"];
  const collectors = await Promise.all(
    Array.from({ length: COLLECTORS }, (_, n) =>
      ChaosCollector.start(
        [...args, "-store", engine.url, "-out", `${folder}/collector-${n}`],
        problems,
      )),
  );
  const records = `${folder}/records`;
  const copier = await ChaosCollector.start(["-from", engine.url, "-out", records], problems);
  const relays = collectors.map(({ port }, n) => {
    const weather = { loss: random(4) / 100, delayMs: random(20), jitterMs: random(5) };
    return stack.use(new UdpRelay({ hostname: "127.0.0.1", port: port + 1 }, weather, seed + n));
  });
  const sensors: NatsSensor[] = Array.from({ length: count }, (_, number) => ({
    number,
    batches: 10 + random(50),
    pauseMs: 50 + random(150),
    killMs: random(5) === 0 ? random(4000) : undefined,
  }));
  const ports = relays.map(({ address }) => address.port);
  const tokens = await makeTokens(engine, count);
  // Half of them enrol before anything happens, the others meanwhile.
  const early = await Promise.all(
    tokens.map((token, n) => n % 2 === 0 ? enrolOne(token, ports) : undefined),
  );
  const kill = async (victim: ChaosCollector) => {
    await pause(random(4000));
    await victim.kill();
    await pause(random(500));
    await victim.startAgain();
  };
  /** Kills it, and fills its disk: nats-server 2.9 answers nothing more then until it is started anew. */
  const endangerEngine = async () => {
    const [kills, fullMs] = [1 + random(2), random(1200)];
    for (let n = 0; n < kills; n++) {
      const isFull = hasSmallDisk && n === kills - 1;
      await pause(500 + random(2500));
      if (isFull) await fill(store, fullMs);
      await engine.kill();
      counts.engineKills++;
      counts.diskFills += Number(isFull);
      await pause(random(400));
      await engine.restart();
    }
  };
  const plan: Promise<unknown>[] = [
    ...collectors.filter(() => random(3) > 0).map(kill),
    kill(copier),
    endangerEngine(),
    ...relays.filter(() => random(2) === 0).map(async (relay) => {
      await pause(random(4000));
      await relay.cut(100 + random(1500));
      counts.cuts++;
    }),
  ];
  const dangers = Promise.allSettled(plan);
  const outcomes = await Promise.all(
    sensors.map(async (sensor, n) => {
      const keys = await (early[n] ?? enrolOne(tokens[n]!, ports));
      if (!keys) problems.push(`sensor ${n}: its token has enrolled no key, or two`);
      return await runNatsSensor(sensor, keys ?? newKeyPair(), ports);
    }),
  );
  for (const result of await dangers) {
    if (result.status === "rejected") problems.push(String(result.reason));
  }
  await actsStored(engine).catch((error) => problems.push(String(error)));
  for (const collector of collectors) await collector.end();
  await copied(engine).catch((error) => problems.push(String(error)));
  await copier.end();

  problems.push(...await ledgerProblems(engine, records));
  await Deno.writeTextFile(`${folder}/nats.log`, await engine.log());
  const streamed = await idsInStream(engine);
  const filed = await idsInFiles(records);
  const acts = await actsInFiles(records);
  let acknowledged = 0;
  for (const [n, { sent, made, maybeTwice, why }] of outcomes.entries()) {
    const { killMs } = sensors[n]!;
    acknowledged += sent;
    for (const act of ["token", "enrolled"]) {
      const times = acts.get(`${act} s${n}`) ?? 0;
      if (times !== 1) problems.push(`sensor ${n}: ${times} records say "${act}"`);
    }
    if (killMs === undefined && sent !== made) {
      problems.push(`sensor ${n}: ${sent} of ${made} records were acknowledged: ${why}`);
    }
    if (maybeTwice > 0) problems.push(`sensor ${n}: ${maybeTwice} records maybe twice`);
    for (const [where, ids] of [["stream", streamed], ["files", filed]] as const) {
      for (let id = 0; id < made; id++) {
        const times = ids.get(`${n}/${id}`) ?? 0;
        if (times > 1 || (id < sent && times !== 1)) {
          problems.push(`sensor ${n}, record ${id} of ${sent}: ${times} times in the ${where}`);
        }
      }
    }
  }
  if (streamed.size !== filed.size) {
    problems.push(`${streamed.size} records in the stream, ${filed.size} in the files`);
  }
  return {
    seconds: (performance.now() - beganMs) / 1000,
    ...counts,
    collectorKills: collectors.reduce((sum, { kills }) => sum + kills, 0),
    copierKills: copier.kills,
    sensorKills: sensors.filter(({ killMs }) => killMs !== undefined).length,
    reconnects: outcomes.reduce((sum, { connections }) => sum + Math.max(0, connections - 1), 0),
    acknowledged,
    streamed: streamed.size,
    problems: problems.slice(0, 20),
  };
}

/** Whether the ledger of the stream, or of the files, tells of something that is missing, or of more than the other. */
async function ledgerProblems(engine: NatsServer, records: string): Promise<string[]> {
  const problems: string[] = [];
  const stored: string[] = [];
  for (
    const [where, ledgers] of [
      ["stream", readStreamLedger({ url: engine.url })],
      ["files", readLedger([records])],
    ] as const
  ) {
    const told: string[] = [];
    for await (const { client, types, causes } of ledgers) {
      for (const [type, { stored }] of types) told.push(`${client} ${type} ${stored}`);
      for (const { kind, what } of causes) {
        if (FOUL.includes(kind)) {
          problems.push(`the ledger of the ${where}: ${client}: ${kind}: ${what}`);
        }
      }
    }
    stored.push(told.sort().join("\n"));
  }
  if (stored[0] !== stored[1]) problems.push("the ledgers of stream and files are different");
  return problems;
}

/** What nothing of a round may bring about. */
const FOUL = ["lost", "doubled", "false books", "damaged books"];

/** Fills a disk to its last byte, and makes room again. */
async function fill(folder: string, fullMs: number): Promise<void> {
  const ballast = `${folder}/ballast`;
  using file = await Deno.open(ballast, { write: true, create: true });
  const block = new Uint8Array(1 << 16);
  try {
    for (;;) await file.write(block);
  } catch {
    // it is full
  }
  await pause(fullMs);
  await Deno.remove(ballast);
}

/** Returns when nothing of the stream is to be copied any more. */
async function copied(engine: NatsServer): Promise<void> {
  const endMs = performance.now() + COPY_MS;
  for (;;) {
    const { consumers = [] } = await asking(engine, (ask) => ask("CONSUMER.LIST.FARCAP", {}));
    const left = consumers.reduce(
      (sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending,
      0,
    );
    if (consumers.length === 64 && left === 0) return;
    if (performance.now() > endMs) throw new Error(`${left} messages are not copied`);
    await pause(200);
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stderr: "null" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}
