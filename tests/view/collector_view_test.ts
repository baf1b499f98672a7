import { assertEquals } from "@std/assert";
import { gauge } from "../../lib/base/count/metric.ts";
import { frameLines } from "../../lib/view/frame.ts";
import { COLLECTOR_VIEW_METRICS, collectorView } from "../../lib/view/collector_view.ts";
import { History, Samples } from "../../lib/view/samples.ts";
import { COLLECTOR_METRICS } from "../../lib/write/counts/collector_metrics.ts";
import { samplesOf, type Told } from "./made_up_readings.ts";
import { badIn, textOf } from "./text_of.ts";

const SENSORS: Told = {
  farcap_sensor_connected: { calm: 1, lossy: 1, away: 0, ended: 0, spooling: 2, alarmed: 1 },
  farcap_sensor_last_seen_timestamp_seconds: {
    ...{ calm: 1000, lossy: 1000, away: 880, ended: 1, spooling: 1000, alarmed: 1000 },
  },
  farcap_sensor_ended: { ended: 1, away: 0 },
  farcap_sensor_spooled_records: { spooling: 500 },
};
const ALARMS = gauge<undefined>("farcap_sensor_alarms", {
  help: "alarms",
  labels: ["client", "alarm"],
  of: () => [
    { labels: ["alarmed", "clock"], value: 1 },
    { labels: ["alarmed", "key"], value: 1 },
    { labels: ["calm", "clock"], value: 0 },
  ],
});

/** Rows of the sensors `calm` and `lossy` at a time, in seconds. */
function rows(at: number, settled: number, evicted: number): Told {
  return {
    farcap_sensor_last_row_timestamp_seconds: { calm: at, lossy: at },
    farcap_sensor_settled_records_total: { calm: settled, lossy: settled },
    farcap_sensor_evicted_records_total: { calm: 5, lossy: evicted },
    farcap_stored_records_total: { TCP: 2 * settled },
    farcap_stored_bytes_total: { TCP: 2048 * settled },
    farcap_disk_size_bytes: 4 * 2 ** 30,
    farcap_disk_free_bytes: 2 ** 30,
    farcap_sensors: 5,
  };
}

function frame(...readings: Told[]) {
  const view = collectorView("farcap-collector at :1335");
  const history = new History();
  for (const [at, told] of readings.entries()) {
    const samples = samplesOf({ ...SENSORS, ...told }, 1000 * at, "client");
    const alarms = Samples.of([ALARMS], undefined, 0);
    const by = samples.by.bind(samples);
    samples.by = (label, name, where) =>
      name === ALARMS.name ? alarms.by(label, name, where) : by(label, name, where);
    view.take!(samples);
    history.add(samples);
  }
  const shown = { history, runsMs: 61_000, nowMs: 1_000_000, progress: "" };
  const state = { table: { sort: "t", skip: 0 }, said: [], hasKeys: true };
  return frameLines(view, shown, state, { columns: 80, rows: 24 });
}

Deno.test("a collector's screen tells rates, disk and losses, and its sensors by their trouble", () => {
  const text = textOf(frame(rows(60, 0, 5), rows(120, 600, 65)));
  assertEquals(text.slice(0, 15), [
    "farcap-collector at :1335  5 connected  1 min",
    "",
    "records   1,200/s stored, 1.2 MiB/s, 1,200 in all, 1.2 MiB",
    "batches   0 came twice, 0 were refused; 0 datagrams were refused",
    "disk      [##################------] 3.0 GiB of 4.0 GiB",
    "lost      nothing",
    "",
    "SENSOR               TROUBLE                SEEN  RECORDS/S      HELD      LOST",
    "alarmed              clock, key              0 s        0/s         0         0",
    "lossy                loses 1.0/s             0 s       10/s         0        65",
    "away                 away                  2 min        0/s         0         0",
    "spooling             spools                  0 s        0/s       500         0",
    "calm                 connected               0 s       10/s         0         5",
    "ended                ended                16 min        0/s         0         0",
    "",
  ]);
  assertEquals(text.every((line) => line.length <= 80), true);
});

Deno.test("a stalled store, and a sensor that has lost something once, are seen", () => {
  const bad = badIn(frame({ ...rows(60, 0, 5), farcap_store_stalled: 1 }));
  assertEquals(bad.slice(0, 2), [
    "batches wait: it is full, or a file cannot be opened",
    "clock, key",
  ]);
  assertEquals(bad.filter((text) => text === "5").length, 2);
});

Deno.test("a collector's screen shows metrics that there are", () => {
  const names = new Set(COLLECTOR_METRICS.map(({ name }) => name));
  assertEquals(COLLECTOR_VIEW_METRICS.filter((name) => !names.has(name)), []);
});

Deno.test("sensors that are alike stand in the order of their names and numbers", () => {
  const text = textOf(frame({ farcap_sensor_connected: { "p-10": 1, "p-2": 1, "p-1": 1 } }));
  const names = text.filter((line) => line.startsWith("p-")).map((line) => line.split(" ")[0]);
  assertEquals(names, ["p-1", "p-2", "p-10"]);
});
