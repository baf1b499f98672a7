import { assertEquals } from "@std/assert";
import { type Metric, totalOf } from "../../../lib/base/count/metric.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { createCaptureCounts } from "../../../lib/capture/capture_counts.ts";
import { createLiveCounts } from "../../../lib/capture/live_options.ts";
import { createFollowCounts } from "../../../lib/follow/follow_counts.ts";
import { createStreamCounts } from "../../../lib/follow/streams/stream_counts.ts";
import { SENSOR_METRICS } from "../../../lib/transport/ledger/sensor_metrics.ts";
import type { SensorReading } from "../../../lib/transport/sensor_reading.ts";

const NONE = new Map<number, number>();
const READING: SensorReading = {
  pipeline: {
    capture: { ...createCaptureCounts(), delivered: 90, refused: 3, filtered: 4 },
    dissect: {
      packets: 90,
      decoded: 70,
      failed: { "Tcp truncated": 5, "Dns truncated": 2, "Ipv6 too deep": 1 },
      unknown: { "Ethernet unknown 0x8902": 8, "Ethernet unknown others": 3, "Llc unknown 7": 1 },
      cut: 6,
      oversized: 0,
    },
    follow: { ...createFollowCounts(), opened: 9, open: 2, finished: 4, ended: 3, doubled: 5 },
    streams: {
      ...createStreamCounts(),
      ...{ read: { TLS: 2, HTTP: 1 }, missing: 1, broken: 2, quicPassed: 7 },
    },
    live: { ...createLiveCounts(), droppedByKernel: 11, droppedByInterface: 12, leftOut: 2 },
    ...{ made: NONE, dropped: NONE, open: NONE, waiting: NONE },
  },
  records: new Map([
    [typeNumber("TCP"), {
      ...{ made: 20, settled: 5, inFlight: 4, waiting: 3, evicted: 2, tooLarge: 1, unwanted: 0 },
      ...{ maybeTwice: 0, resumed: 0, spooled: 5, failed: 0 },
    }],
  ]),
  sent: new Map(),
};

/** The samples of all metrics of a name, as `labels: value`. */
function samples(name: string): Record<string, unknown> {
  const all = SENSOR_METRICS.filter((each) => each.name === name).flatMap((each) =>
    each.of(READING)
  );
  return Object.fromEntries(all.map(({ labels, value }) => [labels.join("|"), value]));
}

Deno.test("a sensor's packets: what was dropped by whom, what was not decoded and why", () => {
  assertEquals(samples("farcap_captured_packets_total"), { "": 99 });
  assertEquals(samples("farcap_filtered_packets_total"), { "": 6 });
  assertEquals(samples("farcap_dropped_packets_total"), { kernel: 11, interface: 12 });
  assertEquals(samples("farcap_undecoded_packets_total"), {
    ...{ truncated: 7, malformed: 0, incomplete: 0, unsupported: 0, "too deep": 1, unknown: 12 },
  });
  assertEquals(samples("farcap_undecoded_layer_packets_total"), {
    "Tcp|truncated": 5,
    "Dns|truncated": 2,
    "Ipv6|too deep": 1,
    "Ethernet|unknown": 11,
    "Llc|unknown": 1,
  });
});

Deno.test("conversations: how many go on, how others ended, and what was odd about packets", () => {
  assertEquals(samples("farcap_conversations_total"), { "": 9 });
  assertEquals(samples("farcap_open_conversations"), { "": 2 });
  assertEquals(samples("farcap_ended_conversations_total"), {
    ...{ finished: 4, reset: 0, replaced: 0, idle: 0, "sensor ended": 3 },
  });
  assertEquals(samples("farcap_odd_packets_total"), {
    ...{ doubled: 5, "super packet": 0, "without length": 0, "ports unknown": 0 },
  });
});

Deno.test("what connections carried is counted by application, and by why it was not read", () => {
  assertEquals(samples("farcap_read_streams_total"), { TLS: 2, HTTP: 1 });
  assertEquals(samples("farcap_unread_streams_total"), {
    ...{ cut: 0, "missing segment": 1, "no room": 0, broken: 2 },
  });
  assertEquals(samples("farcap_passed_quic_datagrams_total"), { "": 7 });
});

Deno.test("what became of all records adds up, type by type", () => {
  const of = (what: string) => samples(`farcap_${what}`).TCP ?? 0;
  assertEquals(of("made_records_total"), 20);
  assertEquals(
    ["settled", "evicted", "too_large", "unwanted"].map((each) => of(`${each}_records_total`)),
    [5, 2, 1, 0],
  );
  assertEquals(
    ["in_flight", "waiting", "spooled"].map((each) => of(`${each}_records`)),
    [4, 3, 5],
  );
});

Deno.test("metrics that share a name stand together, and tell the same of it", () => {
  const total = (metrics: readonly Metric<SensorReading>[]) =>
    metrics.map(({ name, kind, help, labels }) => [name, kind, help, ...labels].join());
  const families = new Set(SENSOR_METRICS.map(({ name }) => name));
  const changes = SENSOR_METRICS.filter(({ name }, at) => SENSOR_METRICS[at - 1]?.name !== name);
  assertEquals(changes.length, families.size);
  assertEquals(new Set(total(SENSOR_METRICS)).size, families.size);
});

Deno.test("of a connection nothing is told where there is none", () => {
  const told = SENSOR_METRICS.filter((each) => each.of(READING).length === 0).map(({ name }) =>
    name
  );
  assertEquals(told.includes("farcap_connected"), true);
  assertEquals(told.includes("farcap_made_records_total"), false);
  const connected = SENSOR_METRICS.find(({ name }) => name === "farcap_connected")!;
  assertEquals(totalOf(connected, READING), 0);
});
