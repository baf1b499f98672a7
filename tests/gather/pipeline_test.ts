/** What the pipeline promises, in this thread and in a worker alike. */
import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FarcapError, StoreError } from "../../lib/base/errors.ts";
import { typeNumber } from "../../lib/base/record_types.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { type Deliver, runPipeline } from "../../lib/gather/pipeline_io.ts";
import type { PipelineOptions, PipelineReport } from "../../lib/gather/pipeline_options.ts";
import { runInWorker } from "../../lib/gather/start_pipeline_io.ts";
import { inFolder } from "../programs/program.ts";
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

const ETHERNET = typeNumber("Ethernet");
const NEVER = new AbortController().signal;
const WAYS = [["in this thread", runPipeline], ["in a worker", runInWorker]] as const;

/** A test of both ways. */
function everyWay(name: string, test: (run: typeof runPipeline) => Promise<void>): void {
  for (const [where, run] of WAYS) Deno.test(`${name}, ${where}`, () => test(run));
}

/** Runs to the end and keeps what is delivered. */
async function gather(
  run: typeof runPipeline,
  options: PipelineOptions,
  signal = NEVER,
): Promise<{ report: PipelineReport; gathered: Gathered }> {
  const gathered = new Gathered();
  const report = await run(options, (batches) => {
    gathered.add(batches);
    return Promise.resolve(batches);
  }, signal);
  return { report, gathered };
}

everyWay("every record that is made is delivered, of every type", async (run) => {
  const { report, gathered } = await gather(run, optionsFor([OFFICE]));
  assertConserved(report, gathered);
  assertEquals(report.problems, []);
  assertEquals(report.capture, {
    delivered: OFFICE_PACKETS,
    refused: 0,
    clampedTimes: 0,
    filtered: 0,
  });
  assertEquals(report.made.get(typeNumber("Ethernet")), OFFICE_PACKETS);
  for (const { data, count } of gathered.batches) {
    assert(data.length <= 10_240 || count === 1, `${data.length} bytes`);
  }
});

Deno.test("a file is not read far before it is known that the collector takes compact batches", async () => {
  await inFolder(async (folder) => {
    await writeLongCapture(`${folder}/long.pcap`, 100);
    const takesCompact = Promise.withResolvers<void>();
    const gathered = new Gathered();
    let hasBegun = false;
    const report = await runPipeline(
      optionsFor([`${folder}/long.pcap`], { mayBeCompact: true }),
      (batches) => {
        // A timer that is due before the end of the wait, which begins later.
        if (!hasBegun) setTimeout(takesCompact.resolve, 200);
        hasBegun = true;
        gathered.add(batches.filter(({ compact }) => !compact));
        return Promise.resolve(batches);
      },
      NEVER,
      undefined,
      undefined,
      takesCompact.promise,
    );
    assertEquals(report.made.get(ETHERNET), 100 * OFFICE_PACKETS);
    assertLess(gathered.counts.get(ETHERNET) ?? 0, 10 * OFFICE_PACKETS);
  });
});

everyWay("only the types that are asked for are delivered", async (run) => {
  const all = await gather(run, optionsFor([OFFICE]));
  const types = ["DNS", "ARP"].map(typeNumber);
  const some = await gather(run, optionsFor([OFFICE], { types }));
  assertEquals([...some.gathered.counts.keys()].sort(), types.toSorted());
  for (const type of types) {
    assertEquals(some.gathered.dataOf(type), all.gathered.dataOf(type));
  }
  assertEquals(some.report.dissect, all.report.dissect);
});

everyWay("sources are read one after another, into the same batches", async (run) => {
  const once = await gather(run, optionsFor([OFFICE]));
  const twice = await gather(run, optionsFor([OFFICE, OFFICE]));
  assertConserved(twice.report, twice.gathered);
  assertEquals(twice.report.capture.delivered, 2 * OFFICE_PACKETS);
  for (const [type, count] of once.report.made) {
    assertEquals(twice.report.made.get(type), 2 * count);
    const data = once.gathered.dataOf(type);
    assertEquals(twice.gathered.dataOf(type), new Uint8Array([...data, ...data]));
  }
});

Deno.test("both ways make the same batches and the same report", async () => {
  const sources = ["office.pcap", "two_interfaces.pcapng", "cooked_v2.pcap", "raw_ip.pcap"]
    .map((name) => `${import.meta.dirname}/../captures/${name}`);
  const records = { payload: true, context: true, entropy: true };
  for (const maxBatchBytes of [100, 10_240, 1 << 20]) {
    const options = optionsFor(sources, { records, maxBatchBytes });
    const [here, there] = await Promise.all(WAYS.map(([, run]) => gather(run, options)));
    assert(here!.gathered.batches.length > 0);
    assertEquals(there!.gathered.batches, here!.gathered.batches);
    assertEquals(there!.report, here!.report);
  }
});

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

everyWay(
  "an abort while nothing comes delivers what was gathered",
  (run) =>
    inFolder(async (folder) => {
      const path = `${folder}/pipe`;
      await makePipe(path);
      const stop = new AbortController();
      const gathered = new Gathered();
      const delivered = Promise.withResolvers<void>();
      const running = run(optionsFor([path]), (batches) => {
        gathered.add(batches);
        delivered.resolve();
        return Promise.resolve(batches);
      }, stop.signal);
      using pipe = await Deno.open(path, { write: true });
      await writeAll(pipe, await Deno.readFile(OFFICE));
      await delivered.promise;
      await new Promise((resolve) => setTimeout(resolve, 50)); // by then it waits for more
      stop.abort();
      const report = await running;
      assertConserved(report, gathered);
      assert(report.capture.delivered > 0);
      assertEquals(report.problems, []);
    }),
);

everyWay("an abort within a file delivers what was gathered", (run) =>
  inFolder(async (folder) => {
    await writeLongCapture(`${folder}/long.pcap`, 100);
    const stop = new AbortController();
    const gathered = new Gathered();
    let deliveries = 0;
    const sources = [`${folder}/long.pcap`, `${folder}/never-opened.pcap`];
    const report = await run(optionsFor(sources), (batches) => {
      gathered.add(batches);
      if (++deliveries === 2) stop.abort();
      return Promise.resolve(batches);
    }, stop.signal);
    assertConserved(report, gathered);
    assertEquals(report.problems, []);
    assert(report.capture.delivered > 0);
    assertLess(report.capture.delivered, 100 * OFFICE_PACKETS);
  }));

everyWay("an abort before the start reads nothing", async (run) => {
  const { report, gathered } = await gather(run, optionsFor([OFFICE]), AbortSignal.abort());
  assertEquals(gathered.batches, []);
  assertEquals(report, {
    capture: { delivered: 0, refused: 0, clampedTimes: 0, filtered: 0 },
    dissect: { packets: 0, decoded: 0, failed: {}, unknown: {}, cut: 0, oversized: 0 },
    problems: [],
    made: new Map(),
    dropped: new Map(),
  });
});

everyWay(
  "a broken capture is reported, after everything before it",
  (run) =>
    inFolder(async (folder) => {
      const whole = await Deno.readFile(OFFICE);
      await Deno.writeFile(`${folder}/cut.pcap`, whole.subarray(0, whole.length - 7));
      const sources = [OFFICE, `${folder}/cut.pcap`, OFFICE];
      const { report, gathered } = await gather(run, optionsFor(sources));
      assertConserved(report, gathered);
      assertEquals(
        report.capture.delivered,
        3 * OFFICE_PACKETS - 1,
        "what comes after is read too",
      );
      assertEquals(report.problems[0]?.code, "broken");
      assertMatch(report.problems[0]!.message, /^Cannot read capture file ".*\/cut\.pcap": .*\d/);
    }),
);

everyWay(
  "a source that is not there is reported, after those before",
  async (run) => {
    const { report, gathered } = await gather(run, optionsFor([OFFICE, "no-such.pcap"]));
    assertConserved(report, gathered);
    assertEquals(report.capture.delivered, OFFICE_PACKETS);
    assertEquals(report.problems[0]?.code, "not-found");
    assertMatch(report.problems[0]!.message, /^Cannot open capture file "no-such\.pcap": /);
  },
);

everyWay("a mistake of the caller is thrown", async (run) => {
  const error = await assertRejects(
    () => gather(run, optionsFor([OFFICE], { maxBatchBytes: 0 })),
    RangeError,
    "A batch needs room, not 0 bytes",
  );
  assert(!(error instanceof FarcapError));
});

everyWay(
  "when a live capture's queue is full, the most common types are dropped first",
  (run) =>
    inFolder(async (folder) => {
      await writeLongCapture(`${folder}/long.pcap`, 20);
      // A chunk of the file makes more than that, and is not waited for.
      const options = optionsFor([`${folder}/long.pcap`], { live: LIVE, maxQueueBytes: 200_000 });
      const { report: { made, dropped }, gathered } = await gather(run, options);
      const droppedOf = (name: string) => dropped.get(typeNumber(name)) ?? 0;
      for (const common of ["Ethernet", "IPv4"]) assert(droppedOf(common) > 0, common);
      for (const rare of ["ARP", "DNS", "ICMPv4"]) {
        assert(gathered.counts.get(typeNumber(rare))! > 0, rare);
        assertEquals(droppedOf(rare), 0, rare);
      }
      for (const [type, count] of made) {
        assertEquals((gathered.counts.get(type) ?? 0) + (dropped.get(type) ?? 0), count);
      }
    }),
);

/** A live capture from nowhere, behind files. */
const LIVE = {
  interfaces: [],
  filter: "",
  snapLength: 262_144,
  promiscuous: false,
  ringBytes: 0,
  timeoutMs: 100,
  immediate: false,
  monitor: false,
};

everyWay(
  "what users say of a number counts, and what is not of its kind is thrown",
  async (run) =>
    await inFolder(async (folder) => {
      const original = new URL("../captures/crafted/tunnels.pcap", import.meta.url).pathname;
      // The same capture with VXLAN at another port.
      const moved = `${folder}/moved.pcap`;
      const [from, to] = [4789, 5000].map((port) => [port >> 8, port & 0xff]);
      const bytes = await Deno.readFile(original);
      for (let at = 0; at + 1 < bytes.length; at++) {
        if (bytes[at] === from![0] && bytes[at + 1] === from![1]) bytes.set(to!, at);
      }
      await Deno.writeFile(moved, bytes);
      const made = async (file: string, ...decodeAs: string[]) =>
        (await gather(run, optionsFor([file], { decodeAs }))).report.made;
      const usual = await made(original);
      assert(usual.get(typeNumber("VXLAN"))! > 0);
      assertEquals((await made(moved)).has(typeNumber("VXLAN")), false);
      assertEquals(await made(moved, "udp.port==4990-5010,sip", "udp.port==5000,vxlan"), usual);
      await assertRejects(
        () => made(moved, "udp.port==1,vxlam"),
        RangeError,
        "did you mean vxlan?",
      );
    }),
);
