/** What the pipeline promises, in this thread and in a worker alike. */
import { assert, assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { FarcapError } from "../../lib/base/errors.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { runPipeline } from "../../lib/gather/pipeline_io.ts";
import { inFolder } from "../programs/program.ts";
import { everyWay, gather, NEVER, WAYS } from "./every_way.ts";
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
