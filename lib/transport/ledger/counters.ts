/**
 * The registry of what a sensor counts: each count once, with its name and where it comes from. Rows of
 * the sensor's books are made of it. Names are those of the fields of `SensorMinute` and
 * `SensorMinuteType`, which docs/records.md describes.
 */
import type { PipelineTotals } from "../../gather/pipeline_options.ts";
import type { SensorMinuteSchema, SensorMinuteTypeSchema } from "../../../proto/netcap_tags.ts";

/** One count. */
export interface Counter<Name extends string, From> {
  readonly name: Name;
  /** Whether something was lost that should not have been. */
  readonly isLoss?: true;
  readonly of: (from: From) => number;
}

/**
 * What became of the records of one type: `made + resumed = settled + inFlight + waiting + spooled + evicted +
 * tooLarge + unwanted`.
 */
export interface RecordsOfType {
  readonly made: number;
  readonly settled: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly evicted: number;
  readonly tooLarge: number;
  readonly unwanted: number;
  readonly maybeTwice: number;
  readonly resumed: number;
  readonly spooled: number;
}

/** The fields of a message, by its schema. */
type FieldOf<Schema extends { readonly message?: unknown }> =
  & Exclude<keyof NonNullable<Schema["message"]>, "$typeName" | "$unknown">
  & string;

/** Of packets, over all types of records. */
export const PACKET_COUNTERS: readonly Counter<
  FieldOf<typeof SensorMinuteSchema>,
  PipelineTotals
>[] = [
  { name: "Received", of: ({ live }) => live?.received ?? 0 },
  { name: "DroppedByKernel", isLoss: true, of: ({ live }) => live?.droppedByKernel ?? 0 },
  { name: "DroppedByInterface", isLoss: true, of: ({ live }) => live?.droppedByInterface ?? 0 },
  { name: "Interruptions", isLoss: true, of: ({ live }) => live?.interruptions ?? 0 },
  {
    name: "Captured",
    of: (totals) => filtered(totals) + totals.capture.refused + totals.dissect.packets,
  },
  { name: "Filtered", of: filtered },
  { name: "RefusedLinkType", isLoss: true, of: ({ capture }) => capture.refused },
  { name: "Cut", of: ({ dissect }) => dissect.cut },
  { name: "Decoded", of: ({ dissect }) => dissect.decoded },
  { name: "Truncated", of: failed("truncated") },
  { name: "Malformed", of: failed("malformed") },
  { name: "Incomplete", of: failed("incomplete") },
  { name: "Unsupported", of: failed("unsupported") },
  { name: "TooDeep", of: failed("too deep") },
  { name: "Unknown", of: ({ dissect }) => sum(Object.values(dissect.unknown)) },
  { name: "Oversized", isLoss: true, of: ({ dissect }) => dissect.oversized },
];

/** Of records, for each type. */
export const RECORD_COUNTERS: readonly Counter<
  FieldOf<typeof SensorMinuteTypeSchema>,
  RecordsOfType
>[] = [
  { name: "Made", of: ({ made }) => made },
  { name: "Settled", of: ({ settled }) => settled },
  { name: "InFlight", of: ({ inFlight }) => inFlight },
  { name: "Waiting", of: ({ waiting }) => waiting },
  { name: "Evicted", isLoss: true, of: ({ evicted }) => evicted },
  { name: "TooLarge", isLoss: true, of: ({ tooLarge }) => tooLarge },
  { name: "Unwanted", of: ({ unwanted }) => unwanted },
  { name: "MaybeTwice", isLoss: true, of: ({ maybeTwice }) => maybeTwice },
  { name: "Resumed", of: ({ resumed }) => resumed },
  { name: "Spooled", of: ({ spooled }) => spooled },
];

function filtered({ capture, live }: PipelineTotals): number {
  return capture.filtered + (live?.leftOut ?? 0);
}

/** Of packets that were not decoded for a reason, in any layer: counts are called `Tcp truncated`. */
function failed(reason: string): (totals: PipelineTotals) => number {
  return ({ dissect }) =>
    sum(
      Object.entries(dissect.failed).filter(([what]) => what.endsWith(` ${reason}`))
        .map(([, count]) => count),
    );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
