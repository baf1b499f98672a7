/**
 * deno task measure [PACKETS] [RUNS] [sensor flags …]
 *
 * Runs both programs over a large mixed capture (made by ../shared/captures/make-mixed) and prints, run
 * by run, how fast packets became stored records, how much was lost on the way (sent - stored), the
 * processor time and the peak memory of both; then the rate of tshark on the same file in the same run.
 */
import { fileURLToPath } from "node:url";
import { SHARED } from "../../tests/shared/shared.ts";
import { storedRecords } from "../../tests/programs/stored_records.ts";
import { endedSeconds } from "./ended_seconds.ts";
import { linesOf } from "../lines_of.ts";
import { listeningAddress } from "../listening_address.ts";
import { run, startProgram, watchPeak } from "./measured_programs.ts";

const MAKE_MIXED = fileURLToPath(new URL("captures/make-mixed", SHARED));
const TSHARK_PACKETS = 50_000;

const packets = Number(Deno.args[0] ?? 1_000_000);
const runs = Number(Deno.args[1] ?? 3);
const sensorFlags = Deno.args.slice(2);

const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
/** Starts a program of ours in the folder. */
const start = (program: "sensor" | "collector", args: readonly string[]) =>
  startProgram(program, args, { cwd: folder });
try {
  const capture = `${folder}/mixed.pcap`;
  await run("python3", MAKE_MIXED, capture, "-n", String(packets));
  await start("collector", ["-gen-keypair"]).status;
  for (let number = 1; number <= runs; number++) console.log(await measure(capture, number));
  console.log(await measureTshark(capture));
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function measure(capture: string, number: number): Promise<string> {
  const out = `records-${number}`;
  const collector = start("collector", [
    ...["-privkey", "priv.key", "-addr", "127.0.0.1:0", "-out", out],
  ]);
  const collectorLines = linesOf(collector.stdout);
  const address = await listeningAddress(collectorLines);
  const collectorPeak = watchPeak(collector);

  const before = await endedSeconds();
  const beganMs = performance.now();
  const sensor = start("sensor", [
    ...["-pubkey", "pub.key", "-addr", address, "-client", "m", "-read", capture],
    ...sensorFlags,
  ]);
  const sensorPeak = watchPeak(sensor);
  let sent = 0;
  for await (const line of linesOf(sensor.stdout)) {
    sent += Number(/ (?:sent|stored)=(\d+) /.exec(line)?.[1] ?? 0);
  }
  await sensor.status;
  const sensorSeconds = await endedSeconds() - before;
  const seconds = (performance.now() - beganMs) / 1000;

  collector.kill("SIGTERM");
  let stored = 0;
  let refused = "";
  for await (const line of collectorLines) {
    stored += Number(/^(?!stored:)\w+: batches=\d+ records=(\d+)/.exec(line)?.[1] ?? 0);
    refused = /refused=\d+ overflowed=\d+/.exec(line)?.[0] ?? refused;
  }
  await collector.status;
  const collectorSeconds = await endedSeconds() - before - sensorSeconds;
  const counts = Object.values(await storedRecords(`${folder}/${out}/m`));
  const onDisk = counts.reduce((sum, count) => sum + count, 0);
  await Deno.remove(`${folder}/${out}`, { recursive: true });
  return `run ${number}: ${Math.round(packets / seconds)} packets/s in ${seconds.toFixed(1)} s, ` +
    `records sent ${sent}, stored ${stored}, on disk ${onDisk}, lost ${
      sent - onDisk
    }, ${refused}; ` +
    `processors sensor ${sensorSeconds.toFixed(2)} s, collector ${
      collectorSeconds.toFixed(2)
    } s; ` +
    `peak memory sensor ${await sensorPeak} MiB, collector ${await collectorPeak} MiB`;
}

async function measureTshark(capture: string): Promise<string> {
  const count = Math.min(packets, TSHARK_PACKETS);
  const beganMs = performance.now();
  await run("tshark", "-n", "-r", capture, "-c", String(count), "-T", "ek");
  const seconds = (performance.now() - beganMs) / 1000;
  return `tshark -T ek, first ${count} packets: ${Math.round(count / seconds)} packets/s`;
}
