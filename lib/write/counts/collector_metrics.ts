/** The registry of a collector: all that it counts, by the names that metrics have. */
import {
  counter,
  gauge,
  histogram,
  type Metric,
  type Sample,
  samplesOf,
} from "../../base/count/metric.ts";
import { typeName } from "../../base/record/record_types.ts";
import { PACKET_COUNTERS, RECORD_COUNTERS } from "../../transport/ledger/counters.ts";
import { metricName } from "../../transport/ledger/sensor_metrics.ts";
import { RefusalReason } from "../../verify/check_session_batch.ts";
import { ALARM_KINDS } from "../alarms/alarm.ts";
import type { StoredCounts } from "../files/store_counts.ts";
import type { CollectorReading } from "./collector_reading.ts";
import type { SensorState } from "./sensor_states.ts";

/** Everything that a collector counts, and what it knows of its sensors. */
export const COLLECTOR_METRICS: readonly Metric<CollectorReading>[] = [
  counter("farcap_incoming_connections_total", {
    help: "Connections that came, for sessions",
    of: ({ report }) => report.session.connections,
  }),
  counter("farcap_accepted_connections_total", {
    help: "Connections that proved to be a sensor's which may send",
    of: ({ report }) => report.session.accepted,
  }),
  counter("farcap_turned_away_connections_total", {
    help: "Connections that ended before that, by what was wrong or because they took too long",
    of: ({ report }) => report.session.turnedAway,
  }),
  counter("farcap_protocol_violations_total", {
    help: "Connections that were closed because they broke the protocol",
    of: ({ report }) => report.session.violations,
  }),
  counter("farcap_session_batches_total", {
    help: "Batches of sessions; one that is stored in several files counts once for each",
    of: ({ report }) => report.session.batches,
  }),
  counter("farcap_duplicate_batches_total", {
    help: "Batches of sessions that were stored already",
    of: ({ report }) => report.session.duplicates,
  }),
  counter("farcap_refused_batches_total", {
    help: "Batches of sessions that said something else than they held, or were not wanted",
    labels: ["reason"],
    of: ({ refusals = [] }) => samplesOf(refusals, reasonName, (count) => count),
  }),
  counter("farcap_lost_batches_total", {
    help: "Batches that had been acknowledged and are not on disk any more",
    loss: "acknowledged batches that are not on disk any more",
    of: ({ report }) => Number(report.session.lost),
  }),
  counter("farcap_datagrams_total", {
    help: "Datagrams that were read from the socket",
    of: ({ report }) => report.datagrams,
  }),
  counter("farcap_overflowed_datagrams_total", {
    help: "Datagrams that came faster than they could be stored",
    loss: "datagrams that came faster than they could be stored",
    of: ({ report }) => report.overflowed,
  }),
  counter("farcap_refused_datagrams_total", {
    help: "Datagrams that were refused, and why",
    labels: ["reason"],
    of: ({ report }) => samplesOf(report.refused, (reason) => reason, (count) => count),
  }),
  counter("farcap_unstored_batches_total", {
    help: "Batches of datagrams whose file could not be opened or had no room",
    loss: "batches without a session that had no room on the disk",
    of: ({ report }) => report.unstored,
  }),
  stored("batches", "Batches on disk", ({ batches }) => batches),
  stored("records", "Records on disk", ({ records }) => records),
  stored("bytes", "Length of these batches in record files", ({ packedBytes }) => packedBytes),
  stored("unpacked_bytes", "Length of these records, not compressed", ({ bytes }) => bytes),
  counter("farcap_expired_files_total", {
    help: "Record files that were deleted since they were too old or too many",
    of: ({ report }) => report.expired.files,
  }),
  counter("farcap_expired_batches_total", {
    help: "Batches in these files",
    of: ({ report }) => report.expired.batches,
  }),
  counter("farcap_expired_records_total", {
    help: "Records in these files",
    of: ({ report }) => report.expired.records,
  }),
  counter("farcap_expired_bytes_total", {
    help: "Length of these files",
    of: ({ report }) => report.expired.bytes,
  }),
  counter("farcap_damaged_files_total", {
    help: "Record files that were put aside since stored batches in them are damaged",
    loss: "files with damaged batches",
    of: ({ report }) => report.damagedFiles,
  }),
  gauge("farcap_sensors", {
    help: "Connections of sensors that may send",
    of: ({ server }) => server?.sensors,
  }),
  gauge("farcap_half_open_connections", {
    help: "Connections that have not proved anything yet",
    of: ({ server }) => server?.halfOpen,
  }),
  gauge("farcap_credit_limit_bytes", {
    help: "What all sensors together may send before something is stored",
    of: ({ server }) => server?.creditBytes,
  }),
  gauge("farcap_credit_free_bytes", {
    help: "What of that no sensor has",
    of: ({ server }) => server?.freeCreditBytes,
  }),
  histogram("farcap_handshake_seconds", {
    help: "From the beginning of a connection until its sensor had proved that it may send",
    of: ({ server }) => server?.handshakes,
  }),
  histogram("farcap_commit_seconds", {
    help: "From when what has come is begun to be written until it is durable",
    of: ({ store }) => store?.commits,
  }),
  gauge("farcap_open_files", {
    help: "Record files that are open",
    of: ({ store }) => store?.openFiles,
  }),
  gauge("farcap_store_stalled", {
    help: "Whether batches wait since the disk is full or a file cannot be opened: 1 or 0",
    of: ({ store }) => store && Number(store.stall !== undefined),
  }),
  counter("farcap_stream_messages_total", {
    help: "Messages of streams of which files were made",
    of: ({ stream }) => stream?.messages,
  }),
  counter("farcap_unreadable_messages_total", {
    help: "Messages of streams that nobody can read, and that went to a stream of their own",
    loss: "messages that nobody can read",
    of: ({ stream }) => stream?.unreadable,
  }),
  gauge("farcap_stream_lag_messages", {
    help: "Messages of streams of which files are to be made still",
    labels: ["partition"],
    of: ({ stream }) => stream && samplesOf(stream.lag, (name) => name, (count) => count),
  }),
  gauge("farcap_stream_held_bytes", {
    help: "Bytes of messages that have been read, and are not in files yet",
    of: ({ stream }) => stream?.heldBytes,
  }),
  gauge("farcap_disk_size_bytes", {
    help: "Size of the file system of the records",
    of: ({ disk }) => disk?.bytes,
  }),
  gauge("farcap_disk_free_bytes", {
    help: "What of that the collector may still use",
    of: ({ disk }) => disk?.free,
  }),
  gauge("farcap_page_viewers", {
    help: "Who looks at the page of -www",
    of: ({ page }) => page?.viewers,
  }),
  counter("farcap_page_dropped_events_total", {
    help: "Events that viewers of the page were not told since they read too slowly",
    of: ({ page }) => page?.droppedEvents,
  }),
  counter("farcap_page_refused_requests_total", {
    help:
      "Requests to the page that were refused: without its token, for another host, or from another site",
    of: ({ page }) => page?.refusedRequests,
  }),
  gauge("farcap_sensor_connected", {
    help: "Connections that the sensor has",
    labels: ["client"],
    of: ofSensors(({ connected }) => connected),
  }),
  gauge("farcap_sensor_key_info", {
    help: "1; its label says what the key begins with that the sensor came with last",
    labels: ["client", "key"],
    of: function* ({ sensors = [] }) {
      for (const { name, key } of sensors) {
        if (key !== undefined) yield { labels: [name, key], value: 1 };
      }
    },
  }),
  gauge("farcap_sensor_last_seen_timestamp_seconds", {
    help: "When the sensor was last connected, or something of it stored",
    labels: ["client"],
    of: ofSensors(({ seenMs }) => seenMs !== undefined ? seenMs / 1000 : undefined),
  }),
  gauge("farcap_sensor_ended", {
    help: "Whether the sensor's last row says that it has ended in order: 1 or 0",
    labels: ["client"],
    of: ofSensors(({ row, seenMs }) =>
      seenMs !== undefined && row ? Number(row.isLast) : undefined
    ),
  }),
  gauge("farcap_sensor_last_row_timestamp_seconds", {
    help: "When the sensor closed the row that its counts here are of, by its own clock",
    labels: ["client"],
    of: ofSensors(({ row, seenMs }) => seenMs !== undefined && row ? row.timeMs / 1000 : undefined),
  }),
  gauge("farcap_sensor_clock_offset_seconds", {
    help: "How far the sensor's clock is ahead of the collector's, as it told last",
    labels: ["client"],
    of: ofSensors(({ aheadMs }) => aheadMs !== undefined ? aheadMs / 1000 : undefined),
  }),
  counter("farcap_sensor_stored_records_total", {
    help: "Records of the sensor that are on disk",
    labels: ["client"],
    of: ofSensors(({ storedRecords }) => storedRecords),
  }),
  counter("farcap_sensor_stored_bytes_total", {
    help: "Length in record files of the batches that hold them",
    labels: ["client"],
    of: ofSensors(({ storedBytes }) => storedBytes),
  }),
  gauge("farcap_sensor_alarms", {
    help: "How many alarms of a kind stand about the sensor",
    labels: ["client", "alarm"],
    of: alarmSamples,
  }),
  ...[...PACKET_COUNTERS, ...RECORD_COUNTERS].map((each, at) => {
    const make = each.isGauge ? gauge : counter;
    return make<CollectorReading>(metricName(each, "sensor_"), {
      help: `${each.help}; of the sensor's last row`,
      labels: each.label ? ["client", each.label[0]] : ["client"],
      of: ofSensors(({ row }) => row?.numbers[at], each.label?.[1]),
    });
  }),
];

function stored(
  what: string,
  help: string,
  valueOf: (counts: StoredCounts) => number,
): Metric<CollectorReading> {
  return counter(`farcap_stored_${what}_total`, {
    help,
    labels: ["type"],
    of: ({ report }) => samplesOf(report.stored, typeName, valueOf),
  });
}

/** Those of every kind, for each sensor that is told. */
function* alarmSamples({ sensors = [], alarms = [] }: CollectorReading): IterableIterator<Sample> {
  const counts = new Map<string, number>();
  for (const { client, kind } of alarms) {
    const key = `${kind} ${client}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const { name } of sensors) {
    for (const kind of ALARM_KINDS) {
      yield { labels: [name, kind], value: counts.get(`${kind} ${name}`) ?? 0 };
    }
  }
}

/** As in `unknown type`. */
function reasonName(reason: number): string {
  const [name = String(reason)] = Object.entries(RefusalReason)
    .find(([, each]) => each === reason) ?? [];
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

/** A sample for each sensor of which there is something to tell. */
function ofSensors(valueOf: (state: SensorState) => number | undefined, label?: string) {
  return function* ({ sensors = [] }: CollectorReading): IterableIterator<Sample> {
    for (const state of sensors) {
      const value = valueOf(state);
      if (value === undefined) continue;
      yield { labels: label === undefined ? [state.name] : [state.name, label], value };
    }
  };
}
