import { assertEquals } from "@std/assert";
import { SENSOR_METRICS } from "../../lib/transport/ledger/sensor_metrics.ts";
import { frameLines } from "../../lib/view/frame.ts";
import { SENSOR_VIEW_METRICS, sensorView } from "../../lib/view/sensor_view.ts";
import { historyOf, type Told } from "./made_up_readings.ts";
import { badIn, textOf } from "./text_of.ts";

const SIZE = { columns: 80, rows: 24 };
const TABLE = { sort: "m", skip: 0 };

function told(scale: number, more: Told = {}): Told {
  return {
    farcap_captured_packets_total: 1000 * scale,
    farcap_decoded_packets_total: 900 * scale,
    farcap_made_records_total: { ARP: 10 * scale, TCP: 2000 * scale },
    farcap_settled_records_total: { ARP: 10 * scale, TCP: 1500 * scale },
    farcap_in_flight_records: { TCP: 300 * scale },
    farcap_waiting_records: { TCP: 100 * scale },
    farcap_evicted_records_total: { TCP: 100 * scale },
    farcap_dropped_packets_total: 7,
    farcap_connected: 1,
    farcap_queue_bytes: 32 << 20,
    farcap_queue_limit_bytes: 64 << 20,
    ...more,
  };
}

function frame(readings: readonly Told[], { table = TABLE, said = 0, rows = SIZE.rows } = {}) {
  const shown = { history: historyOf(readings), runsMs: 3_725_000, nowMs: 0, progress: "" };
  const lines = Array.from({ length: said }, (_, n) => ({ text: `line ${n}`, isWrong: n === 4 }));
  const state = { table, said: lines, hasKeys: true };
  return frameLines(sensorView("farcap-sensor x to y"), shown, state, { ...SIZE, rows });
}

Deno.test("a sensor's screen tells rates, queue, losses by reason and record types", () => {
  const text = textOf(frame([told(1), told(2)]));
  assertEquals(text.slice(0, 12), [
    "farcap-sensor x to y connected  1 h 2 min",
    "",
    "packets   1,000/s, 2,000 in all, 90.0 % decoded to their end",
    "records   2,010/s made, 1,510/s stored, 4,020 and 3,020 in all",
    "queue     [############------------] 32.0 MiB of 64.0 MiB",
    "lost      200 records dropped since the queue was full, 100/s",
    "          7 packets dropped by the kernel",
    "",
    "TYPE                       MADE/S    STORED/S        MADE       HELD       LOST",
    "TCP                       2,000/s     1,500/s       4,000        800        200",
    "ARP                          10/s        10/s          20          0          0",
    "",
  ]);
  assertEquals([text.length, text.at(-1)!.slice(0, 17)], [24, "sort: m made/s  s"]);
  assertEquals(text.every((line) => line.length <= 80), true);
});

Deno.test("what is being lost now, a lost connection and a full queue are bad", () => {
  const bad = badIn(
    frame([told(1), told(2, { farcap_connected: 0, farcap_queue_bytes: 63 << 20 })]),
  );
  assertEquals(bad, [
    "not connected",
    "[########################] 63.0 MiB of 64.0 MiB",
    "200 records dropped since the queue was full, 100/s",
    "200",
  ]);
  assertEquals(badIn(frame([told(0, { farcap_dropped_packets_total: 0 })])), []);
});

Deno.test("before anything was read, and of datagrams, there is a screen too", () => {
  assertEquals(textOf(frame([])).length, 24);
  const text = textOf(frame([{ farcap_captured_packets_total: 5 }]));
  assertEquals(text[0], "farcap-sensor x to y   1 h 2 min");
  assertEquals(text[4], "lost      nothing");
});

Deno.test("keys sort, rows are passed over, and the last page stays full", () => {
  const types = {
    farcap_made_records_total: Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`Type${String(n).padStart(2, "0")}`, n]),
    ),
  };
  const rows = (sort: string, skip: number) =>
    textOf(frame([types], { table: { sort, skip } })).filter((line) => line.startsWith("Type"))
      .map((line) => line.slice(0, 6));
  assertEquals(rows("n", 0)[0], "Type29");
  assertEquals(rows("t", 0)[0], "Type00");
  assertEquals(rows("t", 3)[0], "Type03");
  const shown = rows("t", 0).length;
  assertEquals(rows("t", 99), Array.from({ length: shown }, (_, n) => `Type${30 - shown + n}`));
});

Deno.test("lines that are said stand above the keys, and give way to the table where there is no room", () => {
  const text = textOf(frame([told(1)], { said: 5 }));
  assertEquals(text.slice(-4, -1), ["line 2", "line 3", "line 4"]);
  assertEquals(badIn(frame([told(1)], { said: 5 })).includes("line 4"), true);
  const small = textOf(frame([told(1)], { said: 5, rows: 13 }));
  assertEquals([small.length, small.filter((line) => line.startsWith("line")).length], [13, 0]);
});

Deno.test("a sensor's screen shows metrics that there are", () => {
  const names = new Set(SENSOR_METRICS.map(({ name }) => name));
  assertEquals(SENSOR_VIEW_METRICS.filter((name) => !names.has(name)), []);
});
