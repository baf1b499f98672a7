/** What the programs say every 10 s: nothing unless something was lost, or with -verbose. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runCollector } from "../lib/run_collector_io.ts";
import { runSensor } from "../lib/run_sensor_io.ts";
import { newKeyPair } from "../lib/seal/key_file_io.ts";
import type { Address } from "../lib/transport/address.ts";
import { needs, UNIX } from "./needs.ts";
import { inFolder } from "./programs/program.ts";
import { Said } from "./said.ts";
import { Peer } from "./transport/loopback.ts";
import { until } from "./until.ts";

const SUMMARY_MS = 10_000;
const CAPTURE = "tests/captures/office.pcap";

/** A clock on which the 10 s between two summaries pass at once, for as long as `use` takes. */
async function withFastSummaries(use: (summaries: () => number) => Promise<void>): Promise<void> {
  const { setInterval } = globalThis;
  let summaries = 0;
  globalThis.setInterval = ((tick: () => void, ms: number) => {
    if (ms !== SUMMARY_MS) return setInterval(tick, ms);
    return setInterval(() => {
      tick();
      summaries++;
    }, 20);
  }) as typeof setInterval;
  try {
    await use(() => summaries);
  } finally {
    globalThis.setInterval = setInterval;
  }
}

Deno.test("a collector to which nothing happens says nothing every 10 s, but as a detail", () =>
  inFolder((folder) =>
    withFastSummaries(async (summaries) => {
      const log = new Said();
      const stop = new AbortController();
      const listening = Promise.withResolvers<Address>();
      const { publicKey, privateKey } = newKeyPair();
      const collecting = runCollector({
        address: { hostname: "127.0.0.1", port: 0 },
        privateKey,
        out: folder,
        log,
        onListening: listening.resolve,
      }, stop.signal);
      const collector = await listening.promise;
      await runSensor({ collector, collectorKey: publicKey, sources: [CAPTURE] });
      const before = summaries();
      await until("three more summaries", () => summaries() >= before + 3);
      stop.abort();
      await collecting;
      assertEquals(log.lines.filter((line) => /batches=|datagrams=/.test(line)), []);
      assertEquals(log.problems.filter(([reason]) => reason === "lost"), []);
      assert(log.details.some((line) => line.startsWith("stored: batches=")), "for -verbose");
    })
  ));

Deno.test(
  needs("a sensor says a loss once, in one line, and nothing while there is none", UNIX),
  () =>
    withFastSummaries(async (summaries) => {
      using peer = new Peer();
      const log = new Said();
      const file = await Deno.readFile(CAPTURE);
      const stop = new AbortController();
      // A pipe that stays open: the sensor goes on after all its packets.
      await inFolder(async (folder) => {
        const pipe = `${folder}/pipe`;
        await new Deno.Command("mkfifo", { args: [pipe] }).output();
        const running = runSensor({
          collector: peer.address,
          collectorKey: newKeyPair().publicKey,
          transport: "box",
          sources: [pipe],
          flushIntervalMs: 10,
          records: { payload: true, context: true, entropy: false },
          maxDatagramBytes: 600, // too small for some of the records
          log,
        }, stop.signal);
        using writer = await Deno.open(pipe, { write: true });
        await writer.write(file);
        const losses = () => log.problems.filter(([reason]) => reason === "lost");
        await until("a loss is said", () => losses().length > 0);
        const before = summaries();
        await until("five more summaries", () => summaries() >= before + 5);
        stop.abort();
        const { types } = await running;
        const lost = [...types.values()].reduce((sum, { tooLarge }) => sum + tooLarge, 0);
        const last = losses().at(-1)![1];
        assertMatch(last, /^Lost in the last 10 s: \d+ records too large \(\d+ in all\)$/);
        assertEquals(Number(/\((\d+) in all/.exec(last)![1]), lost);
        const said = losses().reduce((sum, [, text]) => sum + Number(/: (\d+) /.exec(text)![1]), 0);
        assertEquals(said, lost, "what is said adds up");
        assertEquals(log.lines.filter((line) => line.startsWith("sent: ")), []);
        assert(log.details.some((line) => line.startsWith("sent: records=")), "for -verbose");
      });
    }),
);
