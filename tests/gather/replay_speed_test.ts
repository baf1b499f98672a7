/** Sources at the pace at which they were captured, whatever they are, in this thread and in a worker. */
import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { runPipeline } from "../../lib/gather/pipeline_io.ts";
import { runInWorker } from "../../lib/gather/start_pipeline_io.ts";
import { timedCapture } from "../capture/timed_capture.ts";
import { inFolder, Program, PUBLIC_KEY } from "../programs/program.ts";
import { assertConserved, Gathered, optionsFor } from "./gathered.ts";

const NEVER = new AbortController().signal;
const WAYS = [["in this thread", runPipeline], ["in a worker", runInWorker]] as const;
/** As its list says, its last packet comes 891 ms after the first; in between, times go back. */
const PCAPNG = `${import.meta.dirname}/../captures/two_interfaces.pcapng`;
const HOUR_MS = 3_600_000;

/** How long after the beginning each delivery of records came, in milliseconds. */
async function deliveries(
  run: typeof runPipeline,
  file: string,
  replaySpeed: number,
): Promise<number[]> {
  const gathered = new Gathered();
  const times: number[] = [];
  const beganMs = performance.now();
  const report = await run(
    optionsFor([file], { replaySpeed, flushIntervalMs: 10 }),
    (batches) => {
      gathered.add(batches);
      times.push(performance.now());
      return Promise.resolve(batches);
    },
    NEVER,
  );
  assertConserved(report, gathered);
  return times.map((time) => time - beganMs);
}

/** Asserts that so many last deliveries came not before their times; a busy machine may be late. */
function assertPace(timesMs: readonly number[], wantedMs: readonly number[]): void {
  assert(timesMs.length >= wantedMs.length, `${timesMs}`);
  for (const [index, wanted] of wantedMs.toReversed().entries()) {
    assert(timesMs.at(-1 - index)! >= wanted, `${timesMs}`);
  }
}

for (const [where, run] of WAYS) {
  Deno.test(`a capture is read at its pace, pcap, gzip and pcapng, ${where}`, () =>
    inFolder(async (folder) => {
      const capture = timedCapture([0, 3200, 1600, 6400]);
      await Deno.writeFile(`${folder}/plain.pcap`, capture);
      await Deno.writeFile(`${folder}/packed.pcap.gz`, gzipSync(capture));
      const [plain, packed, pcapng] = await Promise.all([
        deliveries(run, `${folder}/plain.pcap`, 2),
        deliveries(run, `${folder}/packed.pcap.gz`, 4),
        deliveries(run, PCAPNG, 0.25),
      ]);
      assertPace(plain!, [1600, 3200]);
      assertPace(packed!, [800, 1600]);
      assertPace(pcapng!, [1788, 3564]);
    }));

  Deno.test(`an abort does not wait for the next packet, and what is old was sent, ${where}`, () =>
    inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/slow.pcap`, timedCapture([0, HOUR_MS, HOUR_MS]));
      const stop = new AbortController();
      const gathered = new Gathered();
      const options = { replaySpeed: 1, flushIntervalMs: 10 };
      const report = await run(optionsFor([`${folder}/slow.pcap`], options), (batches) => {
        // The clock closed this one, and the next packet is far away.
        gathered.add(batches);
        stop.abort();
        return Promise.resolve(batches);
      }, stop.signal);
      assertConserved(report, gathered);
      assertEquals(report.capture.delivered, 1);
      assertEquals(report.made.get(typeNumber("Ethernet")), 1);
    }));
}

Deno.test("standard input is read at its pace too, and SIGINT ends the program at once", async () => {
  await using sensor = new Program("sensor.ts", [
    ...["-pubkey", PUBLIC_KEY, "-addr", "127.0.0.1:9", "-client", "xyz", "-verbose"],
    ...["-transport", "box", "-replay-speed", "1000", "-flush-interval", "10ms"],
  ], { stdin: "piped" });
  const writer = sensor.stdin.getWriter();
  const beganMs = performance.now();
  await writer.write(timedCapture([0, HOUR_MS / 10, 1000 * HOUR_MS]));
  await sensor.line(/^got \d+ bytes of type .*NC_Ethernet\b/, 2);
  assert(performance.now() - beganMs >= 360, "360 s are 360 ms at that speed");
  const { code, stdout } = await sensor.stop(); // the next packet is due in an hour
  assertEquals(code, 0);
  assertEquals(/^packets=(\d+) /m.exec(stdout)?.[1], "2");
  await writer.close().catch(() => {}); // it has gone
});
