/** The books of a sensor, in what a collector has stored. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { typeName } from "../../lib/base/record/record_types.ts";
import { runCollector } from "../../lib/run_collector_io.ts";
import { runSensor } from "../../lib/run_sensor_io.ts";
import { type Address, parseAddress } from "../../lib/transport/address.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { type SensorMinute, SensorMinuteSchema } from "../../proto/gen/netcap_pb.ts";
import { assertBalanced, assertConsecutive } from "../transport/ledger/rows.ts";
import { until } from "../until.ts";
import { inFolder, PRIVATE_KEY, Program, PUBLIC_KEY, startCollector } from "./program.ts";

const CAPTURES = `${import.meta.dirname}/../captures`;

async function rowsIn(folder: string): Promise<SensorMinute[]> {
  const rows: SensorMinute[] = [];
  for await (const row of readRecords(folder, SensorMinuteSchema)) rows.push(row);
  return rows;
}

for (const encoding of ["auto", "records"] as const) {
  Deno.test(`the books of a whole run are balanced at every row, and end with its report (${encoding})`, () =>
    inFolder(async (folder) => {
      const stop = new AbortController();
      const listening = Promise.withResolvers<Address>();
      const collecting = runCollector({
        address: { hostname: "127.0.0.1", port: 0 },
        privateKey: Uint8Array.fromHex(PRIVATE_KEY),
        out: folder,
        onListening: listening.resolve,
      }, stop.signal);
      const report = await runSensor({
        collector: await listening.promise,
        collectorKey: Uint8Array.fromHex(PUBLIC_KEY),
        clientId: "plant",
        sources: ["office.pcap", "cut_nanoseconds.pcap", "dns.pcap"].map((name) =>
          `${CAPTURES}/${name}`
        ),
        filter: "not arp",
        encoding,
        maxBatchBytes: 2000,
        flushIntervalMs: 10,
        rowMs: 50, // a busy machine takes longer than 5 ms to store one, and never has all of them
      });
      stop.abort();
      const { stored } = await collecting;
      const rows = await rowsIn(folder);
      assertGreater(rows.length, 1);
      rows.forEach(assertBalanced);
      assertConsecutive(rows);
      const last = rows.at(-1)!;
      assert(last.IsLast);
      assertEquals(
        last.Types.map((
          { Type, Made, Settled },
        ) => [typeName(Type), Number(Made), Number(Settled)]),
        [...report.types].map(([type, { made, sent }]) => [typeName(type), made, sent]),
      );
      for (const { Type, Settled } of last.Types) {
        assertEquals(stored.get(Type)?.records, Number(Settled), typeName(Type));
      }
      const { capture, dissect } = report;
      assertGreater(capture.filtered, 0);
      assertGreater(dissect.cut, 0);
      assertEquals(
        [last.Captured, last.Filtered, last.Cut, last.Decoded].map(Number),
        [dissect.packets + capture.filtered, capture.filtered, dissect.cut, dissect.decoded],
      );
    }));
}

Deno.test("a sensor that is killed leaves a last row that is none, and all that it had told by then", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const { port } = parseAddress(address, "")!;
    await using sensor = new Program(
      "tests/programs/ledger_sensor.ts",
      [`${port}`, "50"],
      { stdin: "piped" },
    );
    const input = sensor.stdin.getWriter();
    await input.write(await Deno.readFile(`${CAPTURES}/dns.pcap`)); // and stays open
    const records = `${folder}/records`;
    const made = (row: SensorMinute) => row.Types.reduce((sum, { Made }) => sum + Made, 0n);
    const settled = (row: SensorMinute) =>
      row.Types.reduce((sum, { Settled }) => sum + Settled, 0n);
    let rows: SensorMinute[] = [];
    await until("a row has all, settled", async () => {
      const isThere = await Deno.stat(`${records}/plant/SensorMinute.ncap.gz`).then(
        () => true,
        () => false,
      );
      if (isThere) rows = await rowsIn(records);
      return rows.some((row) => row.Captured > 0n && settled(row) === made(row));
    });
    sensor.kill("SIGKILL");
    await input.close().catch(() => {}); // the pipe is broken
    await sensor.end();
    await collector.stop();
    rows = await rowsIn(records);
    rows.forEach(assertBalanced);
    assertConsecutive(rows);
    assertEquals(rows.some(({ IsLast }) => IsLast), false);
    const last = rows.at(-1)!;
    const packets = (await Deno.readTextFile(`${CAPTURES}/dns.tsv`)).trimEnd().split("\n").length -
      1;
    assertEquals([Number(last.Captured), settled(last)], [packets, made(last)]);
  }));
