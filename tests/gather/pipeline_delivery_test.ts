/** What a pipeline promises of what it delivers: whose buffers are, who waits, and what a failure does. */
import { assert, assertEquals, assertLess, assertRejects, assertStrictEquals } from "@std/assert";
import { StoreError } from "../../lib/base/errors.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import type { Deliver } from "../../lib/gather/pipeline_io.ts";
import { runInWorker } from "../../lib/gather/start_pipeline_io.ts";
import { inFolder } from "../programs/program.ts";
import { everyWay, NEVER } from "./every_way.ts";
import {
  assertConserved,
  Gathered,
  makePipe,
  OFFICE,
  OFFICE_PACKETS,
  optionsFor,
  writeAll,
  writeLongCapture,
} from "./gathered.ts";

everyWay("buffers that come back are used again", (run) =>
  inFolder(async (folder) => {
    await writeLongCapture(`${folder}/long.pcap`, 300);
    const gathered = new Gathered();
    let unmarked = 0;
    const report = await run(optionsFor([`${folder}/long.pcap`]), (batches) => {
      gathered.add(batches);
      for (const { data: { buffer } } of batches) {
        // Batches leave their last bytes alone, and nobody clears them.
        const end = new DataView(buffer, buffer.byteLength - 4);
        if (end.getUint32(0) !== 0xfa2ca9) unmarked++;
        end.setUint32(0, 0xfa2ca9);
      }
      return Promise.resolve(batches);
    }, NEVER);
    assertConserved(report, gathered);
    // A chunk of 512 KiB of packets fills some 75 buffers, and at most five chunks are under way.
    assert(gathered.batches.length > 4000, `${gathered.batches.length} batches`);
    assertLess(unmarked, 450, `of ${gathered.batches.length}`);
  }));

everyWay("buffers may come back later or never", (run) =>
  inFolder(async (folder) => {
    await writeLongCapture(`${folder}/long.pcap`, 10);
    const gathered = new Gathered();
    const kept: Batch[] = [];
    let earlier: readonly Batch[] = [];
    const report = await run(optionsFor([`${folder}/long.pcap`]), (batches) => {
      gathered.add(batches);
      kept.push(...batches.filter((_, at) => at % 2 === 0));
      const back = earlier;
      earlier = batches.filter((_, at) => at % 2 === 1);
      return Promise.resolve(back);
    }, NEVER);
    assertConserved(report, gathered);
    const copies = new Set(gathered.batches.map(({ data }) => data.join()));
    for (const { data } of kept) assert(copies.has(data.join()), "a batch that was kept changed");
  }));

Deno.test("buffers are transferred between the threads, not copied", () =>
  inFolder(async (folder) => {
    await writeLongCapture(`${folder}/long.pcap`, 50);
    const areGone: boolean[] = [];
    let back: readonly Batch[] = [];
    await runInWorker(optionsFor([`${folder}/long.pcap`]), (batches) => {
      areGone.push(back.every(({ data }) => data.buffer.detached));
      back = batches;
      return Promise.resolve(batches);
    }, NEVER);
    // What comes back from the last deliveries may find that the worker has ended.
    const early = areGone.slice(0, -5);
    assert(early.length > 0);
    assertEquals(early.every((isGone) => isGone), true);
  }));

everyWay(
  "a slow delivery holds reading back and loses nothing",
  (run) =>
    inFolder(async (folder) => {
      const path = `${folder}/pipe`;
      await makePipe(path);
      await writeLongCapture(`${folder}/long.pcap`, 50);
      const bytes = await Deno.readFile(`${folder}/long.pcap`);
      const gathered = new Gathered();
      const released = Promise.withResolvers<void>();
      let isDelivering = false;
      const running = run(optionsFor([path]), async (batches) => {
        assert(!isDelivering, "one delivery at a time");
        isDelivering = true;
        gathered.add(batches);
        await released.promise;
        isDelivering = false;
        return batches;
      }, NEVER);

      using pipe = await Deno.open(path, { write: true });
      let written = 0;
      const writing = (async () => {
        for (; written < bytes.length; written += 65_536) {
          await writeAll(pipe, bytes.subarray(written, written + 65_536));
        }
        pipe.close();
      })();
      const held = await stalled(() => written);
      // What the pipe holds, a chunk in work, and four deliveries on the way to the main thread.
      assertLess(held, 1 << 20);
      released.resolve();
      await writing;
      const report = await running;
      assertConserved(report, gathered);
      assertEquals(report.capture.delivered, 50 * OFFICE_PACKETS);
    }),
);

/** The value that a count has when it has not changed for a while. */
async function stalled(count: () => number): Promise<number> {
  for (let before = -1; count() !== before;) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return count();
}

everyWay("what a delivery throws is thrown, whenever it does", (run) =>
  inFolder(async (folder) => {
    await writeLongCapture(`${folder}/long.pcap`, 20);
    const cases = [
      { source: OFFICE, failing: 1, error: new Error("the first of two") },
      { source: OFFICE, failing: 2, error: new Error("the last of all") },
      { source: `${folder}/long.pcap`, failing: 3, error: new Error("one of many") },
      {
        source: `${folder}/long.pcap`,
        failing: 2,
        error: new StoreError("disk-full", "one of ours"),
      },
    ];
    for (const { source, failing, error } of cases) {
      let deliveries = 0;
      const deliver: Deliver = async (batches) => {
        const isFailing = ++deliveries === failing;
        // The worker goes on in the meantime; it may have said that it is done.
        await new Promise((resolve) => setTimeout(resolve, isFailing ? 100 : 0));
        if (isFailing) throw error;
        return batches;
      };
      const thrown = await assertRejects(() => run(optionsFor([source]), deliver, NEVER));
      assertStrictEquals(thrown, error);
      assertEquals(deliveries, failing, "nothing is delivered after a failure");
    }
  }));

everyWay(
  "what a delivery throws is thrown while nothing comes, too",
  (run) =>
    inFolder(async (folder) => {
      const path = `${folder}/pipe`;
      await makePipe(path);
      const running = run(optionsFor([path], { flushIntervalMs: 20 }), (batches) => {
        const isArp = batches.some(({ type }) => type === typeNumber("ARP"));
        return isArp ? Promise.reject(new Error("no ARP")) : Promise.resolve(batches);
      }, NEVER);
      const rejected = assertRejects(() => running, Error, "no ARP");
      using pipe = await Deno.open(path, { write: true });
      await writeAll(pipe, await Deno.readFile(OFFICE));
      await rejected;
    }),
);

everyWay(
  "a quiet type is delivered when its oldest record is old",
  (run) =>
    inFolder(async (folder) => {
      const path = `${folder}/pipe`;
      await makePipe(path);
      const gathered = new Gathered();
      const complete = Promise.withResolvers<void>();
      const running = run(optionsFor([path], { flushIntervalMs: 50 }), (batches) => {
        gathered.add(batches);
        const packets = gathered.counts.get(typeNumber("Ethernet")) ?? 0;
        if (packets === OFFICE_PACKETS) complete.resolve();
        return Promise.resolve(batches);
      }, NEVER);
      const pipe = await Deno.open(path, { write: true });
      await writeAll(pipe, await Deno.readFile(OFFICE));
      await complete.promise;
      pipe.close();
      assertConserved(await running, gathered);
    }),
);
