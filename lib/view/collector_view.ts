import { PACKET_COUNTERS, RECORD_COUNTERS } from "../transport/ledger/counters.ts";
import { metricName } from "../transport/ledger/sensor_metrics.ts";
import { fillLine, headLine, lossLines } from "./head_lines.ts";
import { bytesText, countText, rateText, spanText } from "./numbers.ts";
import { RowRates } from "./row_rates.ts";
import type { Samples } from "./samples.ts";
import { type Line, span } from "./screen.ts";
import { type Trouble, troubleOf } from "./trouble.ts";
import type { Shown, View } from "./view_state.ts";
import { type Column, numberColumn, tableLines } from "./view_table.ts";

/** Metrics of a collector that its view shows. */
const SENSORS = "farcap_sensors";
const STORED = "farcap_stored_records_total";
const STORED_BYTES = "farcap_stored_bytes_total";
const DUPLICATES = "farcap_duplicate_batches_total";
const REFUSED = "farcap_refused_batches_total";
const REFUSED_DATAGRAMS = "farcap_refused_datagrams_total";
const STALLED = "farcap_store_stalled";
const DISK = ["farcap_disk_free_bytes", "farcap_disk_size_bytes"] as const;
const CREDIT = ["farcap_credit_free_bytes", "farcap_credit_limit_bytes"] as const;
const SENSOR_CONNECTED = "farcap_sensor_connected";
const SENSOR_SEEN = "farcap_sensor_last_seen_timestamp_seconds";
const SENSOR_ENDED = "farcap_sensor_ended";
const SENSOR_ROW = "farcap_sensor_last_row_timestamp_seconds";
const SENSOR_ALARMS = "farcap_sensor_alarms";
const SENSOR_SETTLED = "farcap_sensor_settled_records_total";
const SENSOR_HELD = [
  "farcap_sensor_in_flight_records",
  "farcap_sensor_waiting_records",
  "farcap_sensor_spooled_records",
];
const SENSOR_LOST = [
  ...new Set(
    [...PACKET_COUNTERS, ...RECORD_COUNTERS].filter(({ loss }) => loss !== undefined)
      .map((each) => metricName(each, "sensor_")),
  ),
];

/** All of them. */
export const COLLECTOR_VIEW_METRICS: readonly string[] = [
  ...[SENSORS, STORED, STORED_BYTES, DUPLICATES, REFUSED, REFUSED_DATAGRAMS, STALLED],
  ...[...DISK, ...CREDIT, SENSOR_CONNECTED, SENSOR_SEEN, SENSOR_ENDED, SENSOR_ROW, SENSOR_ALARMS],
  ...[SENSOR_SETTLED, ...SENSOR_HELD, ...SENSOR_LOST],
];

const SETTLED_AT = 0;
const LOST_AT = 1;

/** A sensor, as a row. */
interface SensorRow extends Trouble {
  readonly name: string;
  /** ms since something came of it. */
  readonly unseenMs: number;
  readonly rate: number;
  readonly held: number;
  readonly lost: number;
}

const COLUMNS: readonly Column<SensorRow>[] = [
  {
    title: "SENSOR",
    width: 20,
    key: "n",
    isText: true,
    text: ({ name }) => name,
    order: ({ name }) => name,
  },
  {
    title: "TROUBLE",
    width: 18,
    key: "t",
    isText: true,
    text: ({ state }) => state,
    order: ({ trouble }) => trouble,
    look: ({ look }) => look,
  },
  numberColumn("SEEN", 8, "s", ({ unseenMs }) => unseenMs, spanText),
  numberColumn("RECORDS/S", 10, "r", ({ rate }) => rate, rateText),
  numberColumn("HELD", 9, "h", ({ held }) => held),
  numberColumn("LOST", 9, "l", ({ lost }) => lost, countText, true),
];

/** What a collector's `-top` shows. @param title Where it listens. */
export function collectorView(title: string): View {
  const rates = new RowRates();
  const [name, trouble, ...others] = COLUMNS;
  return {
    take: (samples) => {
      for (const [name, at] of samples.by("client", SENSOR_ROW)) {
        const values: number[] = [];
        values[SETTLED_AT] = sumOf(samples, name, [SENSOR_SETTLED]);
        values[LOST_AT] = sumOf(samples, name, SENSOR_LOST);
        rates.take(name, { at, values });
      }
    },
    head: (shown) => headOf(title, shown),
    columns: [trouble!, name!, ...others],
    table: (shown, state, height) => tableLines(rowsOf(shown, rates), COLUMNS, state, height),
  };
}

function headOf(title: string, shown: Shown): Line[] {
  const { history, runsMs } = shown;
  const total = (name: string) => history.now?.total(name);
  const rate = (name: string) => history.rate((samples) => samples.total(name));
  const [free, size] = DISK.map(total);
  const [freeCredit, credit] = CREDIT.map(total);
  const used = (of?: number, left?: number) =>
    of === undefined || left === undefined ? undefined : of - left;
  return [
    [
      span(title, "bold"),
      span(`  ${countText(total(SENSORS) ?? 0)} connected`),
      span(`  ${spanText(runsMs)}`, "dim"),
    ],
    [],
    headLine(
      "records",
      span(`${rateText(rate(STORED))} stored, ${bytesText(rate(STORED_BYTES))}/s, `),
      span(`${countText(total(STORED) ?? 0)} in all, ${bytesText(total(STORED_BYTES) ?? 0)}`),
    ),
    headLine(
      "batches",
      span(`${countText(total(DUPLICATES) ?? 0)} came twice, ${countText(total(REFUSED) ?? 0)} `),
      span(`were refused; ${countText(total(REFUSED_DATAGRAMS) ?? 0)} datagrams were refused`),
    ),
    ...(total(STALLED) ?? 0) > 0
      ? [headLine("disk", span("batches wait: it is full, or a file cannot be opened", "bad"))]
      : [],
    ...fillLine("disk", used(size, free), size),
    ...fillLine("credit", used(credit, freeCredit), credit),
    ...lossLines(shown),
  ];
}

/** `plant-2` comes before `plant-10`. */
const NAMES = new Intl.Collator("en", { numeric: true });

/** By name, which is what is left of the order where sensors are alike. */
function rowsOf({ history: { now }, nowMs }: Shown, rates: RowRates): SensorRow[] {
  if (!now) return [];
  const connected = now.by("client", SENSOR_CONNECTED);
  const seen = now.by("client", SENSOR_SEEN);
  const ended = now.by("client", SENSOR_ENDED);
  const spooled = now.by("client", SENSOR_HELD[2]!);
  const names = [...connected].sort(([a], [b]) => NAMES.compare(a, b));
  return names.map(([name, connections]) => ({
    name,
    ...troubleOf({
      isConnected: connections > 0,
      hasEnded: (ended.get(name) ?? 0) > 0,
      losing: rates.rate(name, LOST_AT),
      alarms: [...now.by("alarm", SENSOR_ALARMS, ["client", name])]
        .filter(([, count]) => count > 0).map(([kind]) => kind),
      spools: (spooled.get(name) ?? 0) > 0,
    }),
    unseenMs: seen.has(name) ? nowMs - seen.get(name)! * 1000 : 0,
    rate: rates.rate(name, SETTLED_AT),
    held: sumOf(now, name, SENSOR_HELD),
    lost: sumOf(now, name, SENSOR_LOST),
  }));
}

function sumOf(samples: Samples, client: string, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (samples.by("client", name).get(client) ?? 0), 0);
}
