import { Samples } from "../view/samples.ts";
import { RowRates } from "../view/row_rates.ts";
import { troubleOf } from "../view/trouble.ts";
import type { KnownSensor } from "../seal/access/known_sensors.ts";
import { PACKET_COUNTERS, RECORD_COUNTERS } from "../transport/ledger/counters.ts";
import { metricName } from "../transport/ledger/sensor_metrics.ts";
import { COLLECTOR_METRICS } from "../write/counts/collector_metrics.ts";
import type { CollectorReading } from "../write/counts/collector_reading.ts";
import { RateHistory } from "./rate_history.ts";

/** Metrics of one sensor each. */
const CONNECTED = "farcap_sensor_connected";
const SEEN = "farcap_sensor_last_seen_timestamp_seconds";
const ENDED = "farcap_sensor_ended";
const ROW_AT = "farcap_sensor_last_row_timestamp_seconds";
const OFFSET = "farcap_sensor_clock_offset_seconds";
const STORED = "farcap_sensor_stored_records_total";
const STORED_BYTES = "farcap_sensor_stored_bytes_total";
const CAPTURED = "farcap_sensor_captured_packets_total";
const HELD = ["in_flight", "waiting", "spooled"].map((what) => `farcap_sensor_${what}_records`);

/** What a sensor can lose: the words for it, its metric, and its label there. */
const LOSSES = [...PACKET_COUNTERS, ...RECORD_COUNTERS].filter(({ loss }) => loss !== undefined)
  .map((each) => ({ words: each.loss!, metric: metricName(each, "sensor_"), label: each.label }));

/** The names of the metrics that tell what was lost. */
export const LOSS_METRICS: readonly string[] = [
  ...new Set([
    ...COLLECTOR_METRICS.filter(({ loss }) => loss !== undefined).map(({ name }) => name),
    ...LOSSES.map(({ metric }) => metric),
  ]),
];

/** Numbers of the collector as a whole that the page shows, by the names of their metrics. */
const TOTALS = [
  "farcap_sensors",
  "farcap_stored_records_total",
  "farcap_stored_bytes_total",
  "farcap_stored_batches_total",
  "farcap_duplicate_batches_total",
  "farcap_refused_batches_total",
  "farcap_refused_datagrams_total",
  "farcap_turned_away_connections_total",
  "farcap_store_stalled",
  "farcap_disk_free_bytes",
  "farcap_disk_size_bytes",
  "farcap_credit_free_bytes",
  "farcap_credit_limit_bytes",
  "farcap_page_viewers",
];

/** What stands in a {@linkcode SensorRow}, in its order. */
export const SENSOR_COLUMNS = [
  "name",
  "state",
  "look",
  "seen",
  "packetRate",
  "recordRate",
  "byteRate",
  "packets",
  "records",
  "bytes",
  "losses",
  "inFlight",
  "waiting",
  "spooled",
  "key",
  "offsetMs",
] as const;

/** What is told of a sensor: as {@linkcode SENSOR_COLUMNS}; null where it is not known. */
export type SensorRow =
  readonly (string | number | null | readonly (readonly [string, number])[])[];

/** What is so at a moment. */
export interface OverviewTick {
  /** Ms since 1970. */
  readonly at: number;
  /** Whether every key may send, under any name. */
  readonly isOpen: boolean;
  readonly totals: Readonly<Record<string, number>>;
  /** What the collector has lost, by what it was. */
  readonly losses: readonly (readonly [string, number])[];
  /** Those of which something is other than before. */
  readonly sensors: readonly SensorRow[];
  /** Names of sensors that are not told any more. */
  readonly gone: readonly string[];
  /** Records a second of the span that has just ended, by sensor. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** Everything, for who has been told nothing. */
export interface WholeOverview extends Omit<OverviewTick, "gone" | "rates"> {
  readonly columns: readonly string[];
  /** How long a span of `history` is. */
  readonly stepMs: number;
  /** By sensor, records a second in each of the last spans. */
  readonly history: Readonly<Record<string, readonly number[]>>;
}

const HISTORY_POINTS = 120;
const HISTORY_STEP_MS = 30_000;
/** Rates are those since the oldest of so many readings. */
const KEPT_READINGS = 5;
const LOST_AT = 0;
const CAPTURED_AT = 1;

/** What the page tells of a collector and its sensors, made of the readings of its registry. */
export class Overview {
  readonly #history = new RateHistory(HISTORY_POINTS, HISTORY_STEP_MS);
  readonly #rowRates = new RowRates();
  readonly #readings: { readonly atMs: number; readonly stored: Counts; readonly bytes: Counts }[] =
    [];
  /** By name, its row and that as text. */
  #rows = new Map<string, readonly [SensorRow, string]>();
  readonly #past: ReadonlyMap<string, number>;
  #last: OverviewTick | undefined;

  /** @param past Sensors of an earlier run of the collector, with when they were seen, seconds since 1970. */
  constructor(past: ReadonlyMap<string, number> = new Map()) {
    this.#past = past;
  }

  /**
   * Takes a reading.
   *
   * @param nowMs Wall clock.
   * @param atMs A clock that never goes back.
   */
  take(reading: CollectorReading, nowMs: number, atMs: number): OverviewTick {
    const samples = Samples.of(COLLECTOR_METRICS, reading, atMs);
    const stored = samples.by("client", STORED);
    this.#readings.push({ atMs, stored, bytes: samples.by("client", STORED_BYTES) });
    if (this.#readings.length > KEPT_READINGS) this.#readings.shift();
    const before = this.#rows;
    const rows = this.#rowsOf(samples, reading);
    this.#rows = new Map(rows.map((row) => [row[0] as string, [row, JSON.stringify(row)]]));
    const rates = this.#history.take(stored, atMs);
    return this.#last = {
      at: nowMs,
      isOpen: reading.isOpen ?? false,
      totals: Object.fromEntries(
        TOTALS.flatMap((name) => {
          const total = samples.total(name);
          return total === undefined ? [] : [[name, total] as const];
        }),
      ),
      losses: Object.entries(samples.losses).filter(([, count]) => count > 0),
      sensors: [...this.#rows].filter(([name, [, text]]) => before.get(name)?.[1] !== text)
        .map(([, [row]]) => row),
      gone: [...before.keys()].filter((name) => !this.#rows.has(name)),
      ...(rates && { rates: rounded(rates) }),
    };
  }

  /** Everything as it was read last; undefined before that. */
  get all(): WholeOverview | undefined {
    if (!this.#last) return undefined;
    const { at, isOpen, totals, losses } = this.#last;
    const history = [...this.#history.rates]
      .map(([name, rates]) => [name, rates.map(threeDigits)] as const);
    return {
      ...{ at, isOpen, totals, losses, columns: SENSOR_COLUMNS, stepMs: this.#history.stepMs },
      sensors: [...this.#rows.values()].map(([row]) => row),
      history: Object.fromEntries(history),
    };
  }

  #rowsOf(
    samples: Samples,
    { sensors = [], alarms = [], known }: CollectorReading,
  ): SensorRow[] {
    const by = (metric: string, where?: readonly [string, string]) =>
      samples.by("client", metric, where);
    const [connected, seen, ended, rowAt, offset] = [CONNECTED, SEEN, ENDED, ROW_AT, OFFSET]
      .map((metric) => by(metric));
    const [captured, stored, bytes] = [CAPTURED, STORED, STORED_BYTES].map((metric) => by(metric));
    const held = HELD.map((metric) => by(metric));
    const lost = LOSSES.map(({ words, metric, label }) => ({ words, counts: by(metric, label) }));
    const keys = new Map(known?.().map((each) => [each.name, each]));
    const kinds = Map.groupBy(alarms, ({ client }) => client);
    const here = new Set(sensors.map(({ name }) => name));
    const names = new Set([...here, ...keys.keys(), ...this.#past.keys()]);
    const usedKeys = new Map(sensors.map(({ name, key }) => [name, key]));
    return [...names].map((name) => {
      const losses = lost.map(({ words, counts }) => [words, counts.get(name) ?? 0] as const)
        .filter(([, count]) => count > 0);
      this.#takeRow(name, rowAt!.get(name), [
        losses.reduce((sum, [, count]) => sum + count, 0),
        captured!.get(name) ?? 0,
      ]);
      const isConnected = (connected!.get(name) ?? 0) > 0;
      const said = keys.get(name)?.state;
      const standing = [...new Set(kinds.get(name)?.map(({ kind }) => kind))];
      const hasFared = connected!.has(name) && (isConnected || said !== "revoked");
      const [inFlight = null, waiting = null, spooled = null] = held.map((each) => each.get(name));
      const { state, look } = hasFared || standing.length > 0
        ? troubleOf({
          isConnected,
          hasEnded: (ended!.get(name) ?? 0) > 0,
          losing: this.#rowRates.rate(name, LOST_AT),
          alarms: standing,
          spools: (spooled ?? 0) > 0,
        })
        : stateWithout(said, stored!.get(name) ?? 0, here.has(name));
      return [
        name,
        state,
        look,
        isConnected ? "now" : wholeSeconds(seen!.get(name) ?? this.#past.get(name)),
        round(rowAt!.has(name) ? this.#rowRates.rate(name, CAPTURED_AT) : undefined),
        this.#rate("stored", name),
        this.#rate("bytes", name),
        captured!.get(name) ?? null,
        stored!.get(name) ?? 0,
        bytes!.get(name) ?? 0,
        losses,
        inFlight,
        waiting,
        spooled,
        usedKeys.get(name) ?? keys.get(name)?.key ?? null,
        offset!.has(name) ? Math.round(offset!.get(name)! * 1000) : null,
      ];
    });
  }

  #takeRow(name: string, at: number | undefined, values: readonly number[]): void {
    if (at !== undefined) this.#rowRates.take(name, { at, values });
  }

  /** How much more of it there was a second lately. */
  #rate(of: "stored" | "bytes", name: string): number {
    const [first, last] = [this.#readings[0]!, this.#readings.at(-1)!];
    const ms = last.atMs - first.atMs;
    if (ms <= 0) return 0;
    return threeDigits(((last[of].get(name) ?? 0) - (first[of].get(name) ?? 0)) / ms * 1000);
  }
}

type Counts = ReadonlyMap<string, number>;

/** How a sensor fares that has had no session here, or may have none any more. */
function stateWithout(said: KnownSensor["state"] | undefined, stored: number, isHere: boolean) {
  if (said === "revoked") return { state: said, look: "dim" };
  if (stored > 0) return { state: "datagrams", look: "plain" };
  if (said !== undefined) return { state: said, look: "plain" };
  return { state: "away", look: isHere ? "bad" : "dim" };
}

function rounded(rates: Counts): Record<string, number> {
  return Object.fromEntries([...rates].map(([name, rate]) => [name, threeDigits(rate)]));
}

/** As many as a chart can show, lest each is told anew for nothing. */
function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}

function wholeSeconds(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value);
}

function round(value: number | undefined): number | null {
  return value === undefined ? null : threeDigits(value);
}
