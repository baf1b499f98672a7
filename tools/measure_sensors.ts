/**
 * deno task measure-sensors [SENSORS] [CONNECTS]
 *
 * Many sensors against one collector process: 200 at once; 10 beside 200 that stand still; three times
 * 5,000 that connect and leave. Prints rates, and the collector's memory.
 */
import { CollectorProcess } from "./collector_process.ts";
import {
  connectAndLeave,
  medianOf,
  memoryOf,
  sendAtOnce,
  type Sent,
  stall,
} from "./sensor_crowd.ts";

const sensors = Number(Deno.args[0] ?? 200);
const connects = Number(Deno.args[1] ?? 5000);

await crowd();
await stalled();
await guests();

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
