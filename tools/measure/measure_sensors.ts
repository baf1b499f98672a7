/**
 * deno task measure-sensors [SENSORS] [CONNECTS]
 *
 * Many sensors against one collector process: 200 at once; 10 beside 200 that stand still; three times
 * 5,000 that connect and leave; as root, 50 busy ones whose collector's disk is held for 20 s. Prints
 * rates, and the collector's memory.
 */
import { busyBatch } from "./busy_batch.ts";
import { CollectorProcess } from "../collector_process.ts";
import { FrozenDisk } from "./frozen_disk.ts";
import {
  connectAndLeave,
  medianOf,
  memoryOf,
  sendAtOnce,
  type Sent,
  stall,
} from "./sensor_crowd.ts";

const HELD_MS = 20_000;
const HELD_DISK_MEBIBYTES = 2048;

const sensors = Number(Deno.args[0] ?? 200);
const connects = Number(Deno.args[1] ?? 5000);

await crowd();
await stalled();
await guests();
if (Deno.uid() === 0) await held();

async function crowd(): Promise<void> {
  await using collector = await CollectorProcess.start();
  const load = { sensors, batches: 30, batchBytes: 32 << 10, name: "crowd" };
  const sent = await sendAtOnce(targetOf(collector), load);
  const { peak } = await memoryOf(collector.pid);
  const totals = await collector.stop();
  const seconds = Math.max(...sent.map(({ seconds }) => seconds));
  const megabytes = sensors * load.batches * load.batchBytes / 1e6;
  console.log(
    `${sensors} sensors at once, ${megabytes.toFixed(0)} MB: ${
      (megabytes / seconds).toFixed(1)
    } MB/s, ${spreadOf(sent)}, collector ${peak} MiB at most`,
  );
  console.log(`  acknowledged ${acknowledgedOf(sent)} records; ${totals}`);
}

async function stalled(): Promise<void> {
  await using collector = await CollectorProcess.start();
  const load = { sensors: 10, batches: 120, batchBytes: 32 << 10, name: "good" };
  const alone = await sendAtOnce(targetOf(collector), { ...load, name: "alone" });
  using _stalled = await stall(targetOf(collector), sensors);
  const beside = await sendAtOnce(targetOf(collector), load);
  const { peak } = await memoryOf(collector.pid);
  console.log(`10 sensors alone: ${spreadOf(alone)}`);
  console.log(
    `10 sensors beside ${sensors} that stand still: ${spreadOf(beside)}, acknowledged ${
      acknowledgedOf(beside)
    } of ${acknowledgedOf(alone)} records, collector ${peak} MiB at most`,
  );
}

async function guests(): Promise<void> {
  await using collector = await CollectorProcess.start();
  for (let round = 1; round <= 3; round++) {
    const beganMs = performance.now();
    await connectAndLeave(targetOf(collector), connects);
    const seconds = (performance.now() - beganMs) / 1000;
    const { now, peak } = await memoryOf(collector.pid);
    console.log(
      `${connects} connects, round ${round}: ${(connects / seconds).toFixed(0)}/s, ` +
        `collector ${now} MiB now, ${peak} MiB at most`,
    );
  }
  console.log(`  ${await collector.stop()}`);
}

/** Each sends until it has no credit left, since nothing is settled. */
async function held(): Promise<void> {
  await using disk = await FrozenDisk.make(HELD_DISK_MEBIBYTES);
  await using collector = await CollectorProcess.start(disk.folder);
  const load = { sensors: 50, batches: 40, batchBytes: 0, name: "busy", batch: busyBatch() };
  await disk.hold();
  const sending = sendAtOnce(targetOf(collector), load);
  const beganMs = performance.now();
  let resident = 0;
  while (performance.now() - beganMs < HELD_MS) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    resident = (await memoryOf(collector.pid)).now;
  }
  await disk.letGo();
  const sent = await sending;
  const { peak } = await memoryOf(collector.pid);
  console.log(
    `${load.sensors} busy sensors, the disk held for ${
      HELD_MS / 1000
    } s: collector ${resident} MiB ` +
      `then, ${peak} MiB at most until all was stored`,
  );
  const records = acknowledgedOf(sent);
  console.log(`  acknowledged ${records} records; ${await collector.stop()}`);
}

function targetOf({ sessions, publicKey }: CollectorProcess) {
  return { address: sessions, collectorKey: publicKey };
}

/** Rates are as 1 / seconds: all send the same. */
function spreadOf(sent: readonly Sent[]): string {
  const seconds = sent.map(({ seconds }) => seconds);
  const [median, slowest] = [medianOf(seconds), Math.max(...seconds)];
  return `done after ${Math.min(...seconds).toFixed(2)} s, median ${
    median.toFixed(2)
  } s, slowest ` +
    `${slowest.toFixed(2)} s (${(median / slowest * 100).toFixed(0)} % of the median's rate)`;
}

function acknowledgedOf(sent: readonly Sent[]): number {
  return sent.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}
