/**
 * The registry of what a sensor counts: each count once, with its name, what it counts and where it
 * comes from. Rows of the sensor's books are made of it. Names are those of the fields of
 * `SensorMinute` and `SensorMinuteType`, which docs/records.md describes.
 */
import type { PipelineTotals } from "../../gather/pipeline_options.ts";
import type { SensorMinuteSchema, SensorMinuteTypeSchema } from "../../../proto/netcap_tags.ts";

/** One count, which never becomes less unless it is `held`. */
export interface Counter<Name extends string, From> {
  readonly name: Name;
  readonly unit: "packets" | "records" | "times";
  readonly help: string;
  /** Whether something was lost that should not have been. */
  readonly isLoss?: true;
  /** Whether it is what is there just now. */
  readonly isHeld?: true;
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
  {
    name: "Received",
    unit: "packets",
    help: "passed the filter of a live capture",
    of: ({ live }) => live?.received ?? 0,
  },
  {
    name: "DroppedByKernel",
    unit: "packets",
    help: "found the kernel's ring full",
    isLoss: true,
    of: ({ live }) => live?.droppedByKernel ?? 0,
  },
  {
    name: "DroppedByInterface",
    unit: "packets",
    help: "were dropped by the interface or its driver",
    isLoss: true,
    of: ({ live }) => live?.droppedByInterface ?? 0,
  },
  {
    name: "Interruptions",
    unit: "times",
    help: "capturing broke off and began again",
    isLoss: true,
    of: ({ live }) => live?.interruptions ?? 0,
  },
  {
    name: "Captured",
    unit: "packets",
    help: "were read",
    of: (totals) => filtered(totals) + totals.capture.refused + totals.dissect.packets,
  },
  { name: "Filtered", unit: "packets", help: "a filter left out", of: filtered },
  {
    name: "RefusedLinkType",
    unit: "packets",
    help: "have a link type that is not read",
    isLoss: true,
    of: ({ capture }) => capture.refused,
  },
  {
    name: "Cut",
    unit: "packets",
    help: "were captured in part",
    of: ({ dissect }) => dissect.cut,
  },
  {
    name: "Decoded",
    unit: "packets",
    help: "were decoded to their end",
    of: ({ dissect }) => dissect.decoded,
  },
  { name: "Truncated", unit: "packets", help: "end early", of: failed("truncated") },
  { name: "Malformed", unit: "packets", help: "contradict themselves", of: failed("malformed") },
  { name: "Incomplete", unit: "packets", help: "go on in others", of: failed("incomplete") },
  { name: "Unsupported", unit: "packets", help: "have no record", of: failed("unsupported") },
  { name: "TooDeep", unit: "packets", help: "have too many layers", of: failed("too deep") },
  {
    name: "Unknown",
    unit: "packets",
    help: "lead to a number that no decoder knows",
    of: ({ dissect }) => sum(Object.values(dissect.unknown)),
  },
  {
    name: "Oversized",
    unit: "records",
    help: "were larger than a record may be",
    isLoss: true,
    of: ({ dissect }) => dissect.oversized,
  },
];

/** Of records, for each type. */
export const RECORD_COUNTERS: readonly Counter<
  FieldOf<typeof SensorMinuteTypeSchema>,
  RecordsOfType
>[] = [
  { name: "Made", unit: "records", help: "were written by decoders", of: ({ made }) => made },
  {
    name: "Settled",
    unit: "records",
    help: "are stored or refused, as the collector says",
    of: ({ settled }) => settled,
  },
  {
    name: "InFlight",
    unit: "records",
    help: "were sent and are not settled",
    isHeld: true,
    of: ({ inFlight }) => inFlight,
  },
  {
    name: "Waiting",
    unit: "records",
    help: "have not been sent yet",
    isHeld: true,
    of: ({ waiting }) => waiting,
  },
  {
    name: "Evicted",
    unit: "records",
    help: "a full queue had no room for",
    isLoss: true,
    of: ({ evicted }) => evicted,
  },
  {
    name: "TooLarge",
    unit: "records",
    help: "alone are larger than what can be sent",
    isLoss: true,
    of: ({ tooLarge }) => tooLarge,
  },
  {
    name: "Unwanted",
    unit: "records",
    help: "the collector does not want",
    of: ({ unwanted }) => unwanted,
  },
  {
    name: "MaybeTwice",
    unit: "records",
    help: "were sent again in a new session",
    isLoss: true,
    of: ({ maybeTwice }) => maybeTwice,
  },
  {
    name: "Resumed",
    unit: "records",
    help: "an earlier run left in the spool",
    of: ({ resumed }) => resumed,
  },
  {
    name: "Spooled",
    unit: "records",
    help: "lie in the spool and are not in flight",
    isHeld: true,
    of: ({ spooled }) => spooled,
  },
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
