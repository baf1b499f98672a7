/** The queue of a live capture under pressure: what is dropped while the collector is away, and what is not. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { inFolder, type Program } from "../programs/program.ts";
import { storedRecords } from "../programs/stored_records.ts";
import { BY_SESSION, OFFICE, startCollector, startSensor, totalsOf } from "./live_programs.ts";
import { type Host, onSegment, replay } from "./namespaces.ts";
import { needs, SEGMENT } from "../needs.ts";

const QUEUE_BYTES = 1 << 20;
/** Of it, what holds batches that are packed; the rest is for those that are not. */
const PACKED_BYTES = QUEUE_BYTES / 4 * 3;
/** By the order in which they are to go: what every packet makes; ICMPv4; what tells who does what. */
const COMMON = ["Ethernet", "IPv4"];
const OTHER = "ICMPv4";
const TELLING = ["ARP", "DHCPv4", "DNS"];

/** How a collector is away: the sensor sends what it makes meanwhile in vain. */
interface Absence {
  readonly name: string;
  /** Begins it; the collector, if one has been started already. */
  begin(start: () => Promise<Program>, sensor: Program): Promise<Program | undefined>;
  end(start: () => Promise<Program>, collector?: Program): Promise<Program>;
}

const ABSENCES: readonly Absence[] = [
  {
    name: "has not been started yet",
    begin: () => Promise.resolve(undefined),
    end: (start) => start(),
  },
  {
    name: "falls silent in the middle of a session",
    async begin(start, sensor) {
      const collector = await start();
      await sensor.line(/^connected to /);
      collector.kill("SIGSTOP");
      return collector;
    },
    end(_start, collector) {
      collector!.kill("SIGCONT");
      return Promise.resolve(collector!);
    },
  },
];

for (const absence of ABSENCES) {
  Deno.test({
    ...needs(
      `a collector that ${absence.name}: the most common types are dropped first and counted, ` +
        "the rest arrives when it is there",
      ...SEGMENT,
    ),
    fn: () =>
      onSegment((near, far) =>
        inFolder(async (folder) => {
          const start = () => startCollector(far, `${folder}/records`, "127.0.0.1");
          await using stack = new AsyncDisposableStack();
          await using sensor = await startSensor(far, [
            ...[...BY_SESSION, "-queue", String(QUEUE_BYTES)],
          ]);
          const silent = await absence.begin(start, sensor);
          if (silent) stack.use(silent);
          await pressOn(near, folder, sensor);
          const collector = await absence.end(start, silent);
          if (!silent) stack.use(collector);
          await sensor.line(/^sent: records=[1-9]\d* .* dropped=[1-9]\d* waiting-bytes=0$/);
          const { code, stdout } = await sensor.stop();
          assertEquals(code, 0, stdout);
          assertEquals((await collector.stop()).code, 0);

          const { types } = totalsOf(stdout);
          const droppedOf = (name: string) => types[name]!.dropped;
          for (const name of [...COMMON, OTHER]) assert(droppedOf(name) > 0, `${name}: ${stdout}`);
          assert(types[OTHER]!.sent > 0, "what is worth more than all else has most of the queue");
          assertEquals(TELLING.map(droppedOf), TELLING.map(() => 0), stdout);
          for (const [name, { made, sent, dropped }] of Object.entries(types)) {
            assertEquals(made, sent + dropped, name);
          }
          const sent = Object.entries(types).filter(([, { sent }]) => sent > 0)
            .map(([name, { sent }]) => [name, sent]);
          assertEquals(await storedRecords(`${folder}/records/xyz`), Object.fromEntries(sent));
        })
      ),
  });
}

/** Sends what makes records of every type, then so much ICMPv4 that no queue can hold it. */
async function pressOn(near: Host, folder: string, sensor: Program): Promise<void> {
  await replay(near, OFFICE, "--pps=4000");
  for (const name of TELLING) await sensor.line(new RegExp(`^got \\d+ bytes of type NC_${name}$`));
  const flood = `${folder}/flood.pcap`;
  await Deno.writeFile(flood, echoRequests(60_000));
  await replay(near, flood, "--preload-pcap", "--pps=20000");
  const [, dropped, waiting] = await sensor.line(
    /^sent: .* dropped=([1-9]\d*) waiting-bytes=(\d+)$/,
  );
  assert(Number(dropped) > 0);
  await sensor.errorLine(
    /^Lost in the last 10 s: .*\b\d+ records dropped since the queue was full \(\d+ in all\)/,
  );
  assert(Number(waiting) <= PACKED_BYTES, `${waiting} bytes`);
}

/** A capture of echo requests of which no two are alike, so that their records can hardly be compressed. */
function echoRequests(count: number): Uint8Array<ArrayBuffer> {
  const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
  const random = randomNumbers(4);
  const bytes = (count: number) => Array.from({ length: count }, () => random(256));
  const packets = Array.from({ length: count }, () => {
    // RFC 791, 3.1; RFC 792: from 10.x.x.x to a host that does not exist
    const ip = [0x45, 0, 0, 28, ...bytes(2), 0, 0, 64, 1, ...bytes(2), 10, ...bytes(3)];
    const frame = [...Array(12).fill(2), 8, 0, ...ip, 192, 0, 2, 1, 8, 0, ...bytes(6)];
    return concat([words(1, 0, frame.length, frame.length), Uint8Array.from(frame)]);
  });
  return concat([words(0xa1b2c3d4, 0x0004_0002, 0, 0, 65_535, 1), ...packets]);
}
