/**
 * deno task measure-nats [PACKETS] [RUNS]
 *
 * Runs a sensor over a large mixed capture (made by ../shared/captures/make-mixed), in turns with a collector
 * that stores in files, and with one that stores in NATS JetStream and another that makes files of that:
 * seconds until all records are in files, processor time of each program, and bytes of the stream.
 */
import { fileURLToPath } from "node:url";
import { NatsServer } from "../../tests/nats_server.ts";
import { asking } from "../../tests/write/nats/nats_place.ts";
import { SHARED } from "../../tests/shared/shared.ts";
import { linesOf } from "../lines_of.ts";
import { listeningAddress } from "../listening_address.ts";
import { run, secondsOf, startProgram } from "./measured_programs.ts";

const MAKE_MIXED = fileURLToPath(new URL("captures/make-mixed", SHARED));
const POLL_MS = 20;
const PARTITIONS = 64;
const COLLECTOR = ["-privkey", "priv.key", "-addr", "127.0.0.1:0"];

const packets = Number(Deno.args[0] ?? 500_000);
const runs = Number(Deno.args[1] ?? 3);

const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
/** Starts a program of ours in the folder. */
const start = (program: "sensor" | "collector", args: readonly string[]) =>
  startProgram(program, args, { cwd: folder, stderr: "null" });
try {
  const capture = `${folder}/mixed.pcap`;
  await run("python3", MAKE_MIXED, capture, "-n", String(packets));
  await start("collector", ["-gen-keypair"]).status;
  for (let number = 1; number <= runs; number++) {
    const files = await throughFiles(capture, `files-${number}`);
    const engine = await throughEngine(capture, `engine-${number}`);
    console.log(`run ${number}: files ${describe(files)}`);
    console.log(`run ${number}: engine ${describe(engine)}`);
    console.log(
      `run ${number}: through the engine ${(files.seconds / engine.seconds).toFixed(2)} of that`,
    );
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** What one way was like. */
interface Measured {
  readonly seconds: number;
  /** Processor time of each program, in seconds, by name. */
  readonly processors: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly messages?: number;
}

async function throughFiles(capture: string, out: string): Promise<Measured> {
  const collector = start("collector", [...COLLECTOR, "-out", out]);
  const lines = linesOf(collector.stdout);
  const address = await listeningAddress(lines);
  const beganMs = performance.now();
  const sensor = await sense(capture, address);
  const seconds = (performance.now() - beganMs) / 1000;
  const processors = { sensor, collector: await secondsOf(collector.pid) };
  await end(collector, lines);
  const bytes = await bytesIn(`${folder}/${out}/m`);
  await Deno.remove(`${folder}/${out}`, { recursive: true });
  return { seconds, processors, bytes };
}

async function throughEngine(capture: string, out: string): Promise<Measured> {
  await using server = await NatsServer.start();
  const collector = start("collector", [...COLLECTOR, "-out", `${out}-0`, "-store", server.url]);
  const lines = linesOf(collector.stdout);
  const address = await listeningAddress(lines);
  const copier = start("collector", ["-from", server.url, "-out", out]);
  const copierLines = linesOf(copier.stdout);
  for (let is = false; !is;) is = /^reading|\sreading/.test((await copierLines.next()).value ?? "");
  while (await left(server) !== 0) await pause();
  const beganMs = performance.now();
  const sensor = await sense(capture, address);
  while (await left(server) !== 0) await pause();
  const seconds = (performance.now() - beganMs) / 1000;
  const processors = {
    sensor,
    collector: await secondsOf(collector.pid),
    engine: await secondsOf(server.pid),
    copier: await secondsOf(copier.pid),
  };
  const { state } = await asking(server, (ask) => ask("STREAM.INFO.FARCAP", {}));
  await end(collector, lines);
  await end(copier, copierLines);
  return { seconds, processors, bytes: state!.bytes, messages: state!.messages };
}

/** Messages that are not in files yet; undefined before all partitions are read. */
async function left(server: NatsServer): Promise<number | undefined> {
  const { consumers = [] } = await asking(server, (ask) => ask("CONSUMER.LIST.FARCAP", {}));
  if (consumers.length < PARTITIONS) return undefined;
  return consumers.reduce(
    (n, { num_pending, num_ack_pending }) => n + num_pending + num_ack_pending,
    0,
  );
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Runs a sensor to its end; its processor time in seconds, as it says it is done. */
async function sense(capture: string, address: string): Promise<number> {
  const sensor = start("sensor", [
    ...["-pubkey", "pub.key", "-addr", address, "-client", "m", "-read", capture],
  ]);
  let seconds = 0;
  let hasEnded = false;
  const status = sensor.status.finally(() => hasEnded = true);
  const reading = Array.fromAsync(linesOf(sensor.stdout));
  while (!hasEnded) {
    seconds = await secondsOf(sensor.pid) || seconds;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await status;
  const lines = await reading;
  if (!lines.some((line) => line.includes("nothing was lost"))) throw new Error(lines.join("\n"));
  return seconds;
}

async function end(program: Deno.ChildProcess, lines: AsyncIterable<string>): Promise<void> {
  program.kill("SIGTERM");
  await Array.fromAsync(lines);
  await program.status;
}

async function bytesIn(path: string): Promise<number> {
  let bytes = 0;
  for await (const { name } of Deno.readDir(path)) {
    bytes += (await Deno.stat(`${path}/${name}`)).size;
  }
  return bytes;
}

function describe({ seconds, processors, bytes, messages }: Measured): string {
  const each = Object.entries(processors).map(([name, s]) =>
    `${name} ${s.toFixed(2)} s (${(s / packets * 1e6).toFixed(2)} µs a packet)`
  );
  return `${Math.round(packets / seconds)} packets/s in ${seconds.toFixed(1)} s; ${
    each.join(", ")
  }; ` +
    `${(bytes / packets).toFixed(1)} bytes a packet${messages ? `, ${messages} messages` : ""}`;
}
