/** The registry of a sensor: all that it counts, by the names that metrics have. */
import {
  counter,
  gauge,
  histogram,
  type Metric,
  type Sample,
  samplesOf,
} from "../../base/count/metric.ts";
import { typeName } from "../../base/record/record_types.ts";
import type { SensorReading } from "../sensor_reading.ts";
import { type Counter, PACKET_COUNTERS, RECORD_COUNTERS } from "./counters.ts";

/** Ways in which a conversation ends; that it was evicted is told by itself. */
const ENDINGS = [
  ["finished", "finished"],
  ["reset", "reset"],
  ["replaced", "replaced"],
  ["idle", "idle"],
  ["sensor ended", "ended"],
] as const;
const ODD_PACKETS = [
  ["doubled", "doubled"],
  ["super packet", "superPackets"],
  ["without length", "withoutLength"],
  ["ports unknown", "portsUnknown"],
] as const;
/** Why what a connection carries could not be read, or not to its end. */
const UNREAD = [
  ["cut", "cut"],
  ["missing segment", "missing"],
  ["no room", "noRoom"],
  ["broken", "broken"],
] as const;

/** Everything that is told of packets and records. */
export const SENSOR_METRICS: readonly Metric<SensorReading>[] = [
  ...metricsOf(PACKET_COUNTERS, [], (counter, { pipeline }) => [
    { labels: counter.label ? [counter.label[1]] : [], value: counter.of(pipeline) },
  ]),
  counter("farcap_undecoded_layer_packets_total", {
    help: "Packets that were not decoded to their end, by the layer that they ended at",
    labels: ["layer", "reason"],
    of: ({ pipeline: { dissect } }) => [...failures(dissect.failed), ...unknowns(dissect.unknown)],
  }),
  gauge("farcap_open_conversations", {
    help: "Conversations that go on",
    of: ({ pipeline }) => pipeline.follow?.open,
  }),
  counter("farcap_ended_conversations_total", {
    help: "Conversations that ended, and how",
    labels: ["reason"],
    of: ({ pipeline: { follow } }) =>
      follow && samplesOf(ENDINGS, (name) => name, (count) => follow[count]),
  }),
  counter("farcap_one_sided_conversations_total", {
    help:
      "Conversations of which one side was seen only, though it acknowledged what the other sent",
    of: ({ pipeline }) => pipeline.follow?.oneSided,
  }),
  counter("farcap_odd_packets_total", {
    help: "Packets of conversations that say something of the capture, and what",
    labels: ["reason"],
    of: ({ pipeline: { follow } }) =>
      follow && samplesOf(ODD_PACKETS, (name) => name, (count) => follow[count]),
  }),
  counter("farcap_read_streams_total", {
    help: "Connections whose content was read, by application",
    labels: ["application"],
    of: ({ pipeline: { streams } }) =>
      streams && Object.entries(streams.read).map(([name, value]) => ({ labels: [name], value })),
  }),
  counter("farcap_unread_streams_total", {
    help: "Connections whose content could not be read, or not to its end, and why",
    labels: ["reason"],
    of: ({ pipeline: { streams } }) =>
      streams && samplesOf(UNREAD, (name) => name, (count) => streams[count]),
  }),
  counter("farcap_passed_quic_datagrams_total", {
    help: "Datagrams that may be QUIC's and were not tried, since too many were in that second",
    of: ({ pipeline }) => pipeline.streams?.quicPassed,
  }),
  counter("farcap_clock_setbacks_total", {
    help: "How often the clock of the packets was set back",
    of: ({ pipeline }) => pipeline.follow?.clockSetBack,
  }),
  counter("farcap_left_out_fields_total", {
    help: "Fields that -anonymize left out of records, by what they would have told",
    labels: ["kind"],
    of: ({ pipeline: { leftOut } }) =>
      leftOut && [...leftOut].map(([kind, value]) => ({ labels: [kind], value })),
  }),
  counter("farcap_clamped_times_total", {
    help: "Packets whose time was moved to the nearest that 64-bit nanoseconds hold",
    of: ({ pipeline }) => pipeline.capture.clampedTimes,
  }),
  counter("farcap_mtu_changes_total", {
    help: "How often the MTU of an interface was seen to have changed",
    of: ({ pipeline }) => pipeline.live?.mtuChanges,
  }),
  gauge("farcap_interfaces_down", {
    help: "Interfaces of a live capture that are missing or down",
    of: ({ pipeline }) => pipeline.live?.down,
  }),
  ...metricsOf(
    RECORD_COUNTERS,
    ["type"],
    (counter, { records }) => samplesOf(records, typeName, (each) => counter.of(each)),
  ),
  counter("farcap_failed_records_total", {
    help: "Records that the system refused to send, or that were not acknowledged at the end",
    labels: ["type"],
    loss: "records not sent or not acknowledged",
    of: ({ records }) => samplesOf(records, typeName, ({ failed }) => failed),
  }),
  counter("farcap_sent_batches_total", {
    help: "Batches with records of the type that were acknowledged, or datagrams that were sent",
    labels: ["type"],
    of: ({ sent }) => samplesOf(sent, typeName, ({ parts }) => parts),
  }),
  counter("farcap_sent_bytes_total", {
    help: "Length of these batches; one of several types counts for the first of them",
    labels: ["type"],
    of: ({ sent }) => samplesOf(sent, typeName, ({ bytes }) => bytes),
  }),
  gauge("farcap_queue_bytes", {
    help: "Memory of batches that wait to be sent, or to be acknowledged",
    of: ({ link }) => link?.queueBytes,
  }),
  gauge("farcap_queue_limit_bytes", {
    help: "What that may be at most",
    of: ({ link }) => link?.maxQueueBytes,
  }),
  gauge("farcap_spool_bytes", {
    help: "Length of the files of the spool",
    of: ({ link }) => link?.spool?.bytes,
  }),
  gauge("farcap_spool_limit_bytes", {
    help: "What that may be at most",
    of: ({ link }) => link?.spool?.maxBytes,
  }),
  gauge("farcap_credit_bytes", {
    help: "What may be sent before the collector has stored something",
    of: ({ link }) => link?.creditBytes,
  }),
  gauge("farcap_connected", {
    help: "Whether the collector has accepted a connection: 1 or 0",
    of: ({ link }) => link && Number(link.isConnected),
  }),
  counter("farcap_connections_total", {
    help: "Connections that the collector has accepted",
    of: ({ link }) => link?.connections,
  }),
  counter("farcap_connection_failures_total", {
    help: "Tries to connect that failed",
    of: ({ link }) => link?.failures,
  }),
  histogram("farcap_connect_seconds", {
    help: "From the first packet of a connection until the collector accepted it",
    of: ({ link }) => link?.handshakes,
  }),
  gauge("farcap_clock_offset_seconds", {
    help: "How far the clock here is ahead of the collector's, as its last welcome told",
    of: ({ link }) => link?.clockAheadMs !== undefined ? link.clockAheadMs / 1000 : undefined,
  }),
];

/** A metric for each; those that share a name are told apart by a label, and stand together. */
function metricsOf<From>(
  counters: readonly Counter<string, From>[],
  labels: readonly string[],
  samples: (counter: Counter<string, From>, reading: SensorReading) => Iterable<Sample>,
): Metric<SensorReading>[] {
  return counters.map((each) => {
    const make = each.isGauge ? gauge : counter;
    return make<SensorReading>(metricName(each), {
      help: each.help,
      labels: each.label ? [each.label[0], ...labels] : labels,
      ...(each.loss !== undefined && { loss: each.loss }),
      of: (reading) => samples(each, reading),
    });
  });
}

/** `farcap_captured_packets_total`; with a scope, `farcap_sensor_captured_packets_total`. */
export function metricName(
  { metric, isGauge }: Pick<Counter<string, never>, "metric" | "isGauge">,
  scope = "",
): string {
  return `farcap_${scope}${metric}${isGauge ? "" : "_total"}`;
}

/** Of counts that are called `Tcp truncated`. */
function* failures(counts: Readonly<Record<string, number>>): IterableIterator<Sample> {
  for (const [what, value] of Object.entries(counts)) {
    const [layer, ...reason] = what.split(" ");
    yield { labels: [layer!, reason.join(" ")], value };
  }
}

/** Of counts that are called `Ethernet unknown 0x8926`: strangers choose the numbers, so these are left out. */
function* unknowns(counts: Readonly<Record<string, number>>): IterableIterator<Sample> {
  const layers = new Map<string, number>();
  for (const [what, count] of Object.entries(counts)) {
    const [layer] = what.split(" ") as [string];
    layers.set(layer, (layers.get(layer) ?? 0) + count);
  }
  for (const [layer, value] of layers) yield { labels: [layer, "unknown"], value };
}
