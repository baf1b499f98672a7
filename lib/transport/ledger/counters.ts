/**
 * The registry of what a sensor counts of packets and records: each count once, with its names and where it
 * comes from. Rows of the sensor's books are made of it, metrics and the words of what was lost, too. `name`
 * is that of the field of `SensorMinute` and `SensorMinuteType`, which docs/records.md describes.
 */
import type { PipelineTotals } from "../../gather/pipeline_options.ts";
import type { RecordsOfType } from "../sensor_reading.ts";
import type { SensorMinuteSchema, SensorMinuteTypeSchema } from "../../../proto/netcap_tags.ts";

/** One count. */
export interface Counter<Name extends string, From> {
  readonly name: Name;
  /** Of its metric, what it counts and in which unit: `captured_packets`. Several may share one. */
  readonly metric: string;
  /** What tells those apart that share a metric: a label and its value here. */
  readonly label?: readonly [name: string, value: string];
  /** What it counts, for people; of those that share a metric, all say the same. */
  readonly help: string;
  /** Whether it tells what is there just now, and so may fall. */
  readonly isGauge?: true;
  /** Whether something was lost that should not have been. */
  readonly isLoss?: true;
  /** In words, what was lost then. */
  readonly loss?: string;
  readonly of: (from: From) => number;
}

/** The fields of a message, by its schema. */
type FieldOf<Schema extends { readonly message?: unknown }> =
  & Exclude<keyof NonNullable<Schema["message"]>, "$typeName" | "$unknown">
  & string;

const DROPPED = {
  metric: "dropped_packets",
  help: "Packets of a live capture that were dropped before the sensor saw them",
  isLoss: true,
} as const;

const UNDECODED = {
  metric: "undecoded_packets",
  help: "Packets that were not decoded to their end: the records of the layers before stand",
} as const;

/** Of packets, over all types of records. */
export const PACKET_COUNTERS: readonly Counter<
  FieldOf<typeof SensorMinuteSchema>,
  PipelineTotals
>[] = [
  {
    name: "Received",
    metric: "received_packets",
    help: "Packets of a live capture that passed the kernel's filter",
    of: ({ live }) => live?.received ?? 0,
  },
  {
    ...DROPPED,
    name: "DroppedByKernel",
    label: ["by", "kernel"],
    loss: "packets dropped by the kernel",
    of: ({ live }) => live?.droppedByKernel ?? 0,
  },
  {
    ...DROPPED,
    name: "DroppedByInterface",
    label: ["by", "interface"],
    loss: "packets dropped by the interface",
    of: ({ live }) => live?.droppedByInterface ?? 0,
  },
  {
    name: "Interruptions",
    metric: "interruptions",
    help: "How often a live capture broke off and had to begin again",
    isLoss: true,
    loss: "interruptions of the capture",
    of: ({ live }) => live?.interruptions ?? 0,
  },
  {
    name: "Captured",
    metric: "captured_packets",
    help: "Packets that were read from files and interfaces",
    of: (totals) => filtered(totals) + totals.capture.refused + totals.dissect.packets,
  },
  {
    name: "Filtered",
    metric: "filtered_packets",
    help: "Captured packets that a filter left out",
    of: filtered,
  },
  {
    name: "RefusedLinkType",
    metric: "refused_packets",
    help: "Captured packets of an interface whose link type has no decoder",
    isLoss: true,
    loss: "packets of a link type that cannot be read",
    of: ({ capture }) => capture.refused,
  },
  {
    name: "Cut",
    metric: "cut_packets",
    help: "Captured packets of which a part only was captured",
    of: ({ dissect }) => dissect.cut,
  },
  {
    name: "Decoded",
    metric: "decoded_packets",
    help: "Packets that were decoded to their end, or to the payload of TCP, UDP or SCTP",
    of: ({ dissect }) => dissect.decoded,
  },
  undecoded("Truncated", "truncated"),
  undecoded("Malformed", "malformed"),
  undecoded("Incomplete", "incomplete"),
  undecoded("Unsupported", "unsupported"),
  undecoded("TooDeep", "too deep"),
  {
    ...UNDECODED,
    name: "Unknown",
    label: ["reason", "unknown"],
    of: ({ dissect }) => sum(Object.values(dissect.unknown)),
  },
  {
    name: "Oversized",
    metric: "oversized_records",
    help: "Records that were larger than a record may be, and not written",
    isLoss: true,
    loss: "records too long to be written",
    of: ({ dissect }) => dissect.oversized,
  },
  {
    name: "Conversations",
    metric: "conversations",
    help: "Conversations that began",
    of: ({ follow }) => follow?.opened ?? 0,
  },
  {
    name: "EvictedConversations",
    metric: "evicted_conversations",
    help: "Conversations that were written and forgotten since the memory for them was full",
    of: ({ follow }) => follow?.evicted ?? 0,
  },
];

/** Of records, for each type. */
export const RECORD_COUNTERS: readonly Counter<
  FieldOf<typeof SensorMinuteTypeSchema>,
  RecordsOfType
>[] = [
  {
    name: "Made",
    metric: "made_records",
    help: "Records that decoders wrote",
    of: ({ made }) => made,
  },
  {
    name: "Settled",
    metric: "settled_records",
    help: "Records that the collector has acknowledged; with datagrams, those that were sent",
    of: ({ settled }) => settled,
  },
  {
    name: "InFlight",
    metric: "in_flight_records",
    help: "Records that were sent and are not acknowledged",
    isGauge: true,
    of: ({ inFlight }) => inFlight,
  },
  {
    name: "Waiting",
    metric: "waiting_records",
    help: "Records in memory that have not been sent",
    isGauge: true,
    of: ({ waiting }) => waiting,
  },
  {
    name: "Evicted",
    metric: "evicted_records",
    help: "Records that were dropped since the queue, or the spool, was full",
    isLoss: true,
    loss: "records dropped since the queue was full",
    of: ({ evicted }) => evicted,
  },
  {
    name: "TooLarge",
    metric: "too_large_records",
    help: "Records that alone are larger than what can be sent",
    isLoss: true,
    loss: "records too large",
    of: ({ tooLarge }) => tooLarge,
  },
  {
    name: "Unwanted",
    metric: "unwanted_records",
    help: "Records of types that the collector does not want",
    of: ({ unwanted }) => unwanted,
  },
  {
    name: "MaybeTwice",
    metric: "maybe_twice_records",
    help: "Records that were sent again in a new session: the collector may have them twice",
    isLoss: true,
    of: ({ maybeTwice }) => maybeTwice,
  },
  {
    name: "Resumed",
    metric: "resumed_records",
    help: "Records that a run before this one left in the spool",
    of: ({ resumed }) => resumed,
  },
  {
    name: "Spooled",
    metric: "spooled_records",
    help: "Records in the spool that are not in flight",
    isGauge: true,
    of: ({ spooled }) => spooled,
  },
];

function filtered({ capture, live }: PipelineTotals): number {
  return capture.filtered + (live?.leftOut ?? 0);
}

/** Of packets that were not decoded for a reason, in any layer: counts are called `Tcp truncated`. */
function undecoded(
  name: "Truncated" | "Malformed" | "Incomplete" | "Unsupported" | "TooDeep",
  reason: string,
) {
  return {
    ...UNDECODED,
    name,
    label: ["reason", reason] as const,
    of: ({ dissect }: PipelineTotals) =>
      sum(
        Object.entries(dissect.failed).filter(([what]) => what.endsWith(` ${reason}`))
          .map(([, count]) => count),
      ),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
