import { fillLine, headLine, lossLines } from "./head_lines.ts";
import { countText, rateText, spanText } from "./numbers.ts";
import type { Samples } from "./samples.ts";
import { type Line, span } from "./screen.ts";
import { type Column, numberColumn, tableLines } from "./view_table.ts";
import type { Shown, View } from "./view_state.ts";

/** Metrics of a sensor that its view shows. */
const CAPTURED = "farcap_captured_packets_total";
const DECODED = "farcap_decoded_packets_total";
const MADE = "farcap_made_records_total";
const SETTLED = "farcap_settled_records_total";
const IN_FLIGHT = "farcap_in_flight_records";
const WAITING = "farcap_waiting_records";
const SPOOLED = "farcap_spooled_records";
const EVICTED = "farcap_evicted_records_total";
const TOO_LARGE = "farcap_too_large_records_total";
const FAILED = "farcap_failed_records_total";
const CONNECTED = "farcap_connected";
const QUEUE = ["farcap_queue_bytes", "farcap_queue_limit_bytes"] as const;
const SPOOL = ["farcap_spool_bytes", "farcap_spool_limit_bytes"] as const;

/** All of them. */
export const SENSOR_VIEW_METRICS: readonly string[] = [
  ...[CAPTURED, DECODED, MADE, SETTLED, IN_FLIGHT, WAITING, SPOOLED, EVICTED, TOO_LARGE, FAILED],
  ...[CONNECTED, ...QUEUE, ...SPOOL],
];

/** A record type, as a row. */
interface TypeRow {
  readonly type: string;
  readonly made: number;
  readonly madeRate: number;
  readonly settled: number;
  readonly settledRate: number;
  readonly held: number;
  readonly lost: number;
}

const COLUMNS: readonly Column<TypeRow>[] = [
  numberColumn("MADE/S", 11, "m", ({ madeRate }) => madeRate, rateText),
  numberColumn("STORED/S", 11, "s", ({ settledRate }) => settledRate, rateText),
  numberColumn("MADE", 11, "n", ({ made }) => made),
  numberColumn("HELD", 10, "h", ({ held }) => held),
  numberColumn("LOST", 10, "l", ({ lost }) => lost, countText, true),
];
const TYPE: Column<TypeRow> = {
  title: "TYPE",
  width: 21,
  key: "t",
  isText: true,
  text: ({ type }) => type,
  order: ({ type }) => type,
};

/** What a sensor's `-top` shows. @param title Who sends, and where to. */
export function sensorView(title: string): View {
  return {
    head: (shown) => headOf(title, shown),
    columns: [...COLUMNS, TYPE],
    table: (shown, state, height) =>
      tableLines(rowsOf(shown), [TYPE, ...COLUMNS], { ...state }, height),
  };
}

function headOf(title: string, shown: Shown): Line[] {
  const { history, runsMs, progress } = shown;
  const total = (name: string) => history.now?.total(name);
  const rate = (name: string) => history.rate((samples) => samples.total(name));
  const connected = total(CONNECTED);
  const captured = total(CAPTURED) ?? 0;
  const decoded = captured > 0 ? (total(DECODED) ?? 0) / captured * 100 : 100;
  return [
    [
      span(title, "bold"),
      span(" "),
      ...connected === undefined
        ? []
        : [connected > 0 ? span("connected", "good") : span("not connected", "bad")],
      span(`  ${spanText(runsMs)}`, "dim"),
    ],
    [],
    headLine(
      "packets",
      span(`${rateText(rate(CAPTURED))}, ${countText(captured)} in all, `),
      span(`${decoded.toFixed(1)} % decoded to their end`),
    ),
    headLine(
      "records",
      span(`${rateText(rate(MADE))} made, ${rateText(rate(SETTLED))} stored, `),
      span(`${countText(total(MADE) ?? 0)} and ${countText(total(SETTLED) ?? 0)} in all`),
    ),
    ...fillLine("queue", total(QUEUE[0]), total(QUEUE[1])),
    ...fillLine("spool", total(SPOOL[0]), total(SPOOL[1])),
    ...lossLines(shown),
    ...progress === "" ? [] : [headLine("read", span(progress))],
  ];
}

function rowsOf({ history }: Shown): TypeRow[] {
  const { now } = history;
  if (!now) return [];
  const of = (samples: Samples, type: string, ...names: readonly string[]) =>
    names.reduce((sum, name) => sum + (samples.by("type", name).get(type) ?? 0), 0);
  return [...now.by("type", MADE).keys()].map((type) => ({
    type,
    made: of(now, type, MADE),
    madeRate: history.rate((samples) => of(samples, type, MADE)),
    settled: of(now, type, SETTLED),
    settledRate: history.rate((samples) => of(samples, type, SETTLED)),
    held: of(now, type, IN_FLIGHT, WAITING, SPOOLED),
    lost: of(now, type, EVICTED, TOO_LARGE, FAILED),
  }));
}
