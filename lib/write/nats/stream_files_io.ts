import { encodeHex } from "../../base/bytes/bytes.ts";
import { type Log, SILENT } from "../../base/program/log_io.ts";
import { Semaphore } from "../../base/wait/semaphore.ts";
import type { Service } from "../../base/program/service.ts";
import type { CollectorReading } from "../counts/collector_reading.ts";
import type { CollectorReport } from "../counts/collector_report.ts";
import { diskSpace } from "../counts/disk_space_io.ts";
import { openRecordStore } from "../files/open_record_store_io.ts";
import type { FileOptions } from "../files/store_options.ts";
import { DiscardedSessions } from "./discarded_sessions_io.ts";
import type { EngineOptions } from "./engine_access.ts";
import { NatsEngine } from "./nats_engine_io.ts";
import { onceThere } from "./once_there_io.ts";
import { openStream } from "./open_stream_io.ts";
import { PartitionReader } from "./partition_reader_io.ts";
import { StreamWriter } from "./stream_writer_io.ts";
import { STATE_STREAM, STREAM, UNREADABLE_STREAM } from "./subjects.ts";

/** Which streams become which files. */
export interface StreamFilesOptions extends FileOptions {
  readonly engine: EngineOptions;
  /** Numbers of the partitions, ascending. */
  readonly partitions: readonly number[];
  /** Folder of the record files, made if need be. */
  readonly out: string;
  readonly log?: Log;
  readonly service?: Service;
  /** Told how to read all that it counts, until it ends. */
  readonly onReadable?: (read: () => CollectorReading) => void;
  /** Told how to keep to other limits of files. */
  readonly onReload?: (reload: (limits: FileOptions) => void) => void;
}

/** Partitions of which messages are in memory at a time. */
const MAX_BUSY = 8;
/** How often the engine is asked how far they are behind. */
const LOOK_MS = 5000;

/**
 * Writes record files of what collectors have put into streams, each batch of a session once, until
 * `signal` aborts; what was read by then is on disk.
 *
 * @throws ConfigError When the engine does not answer, or a partition goes to another folder. StoreError
 *   when nothing can be stored.
 */
export async function runStreamFiles(
  options: StreamFilesOptions,
  signal: AbortSignal,
): Promise<CollectorReport> {
  const { out, log = SILENT, service, partitions } = options;
  const failed = new AbortController();
  const end = AbortSignal.any([signal, failed.signal]);
  await using engine = await onceThere(
    () => NatsEngine.connect(options.engine, log),
    log,
    signal,
  );
  const open = async () => {
    await openStream(engine, STREAM, "all", options.engine);
    await openStream(engine, STATE_STREAM, "last", options.engine);
    await openStream(engine, UNREADABLE_STREAM, "all", options.engine);
  };
  await onceThere(open, log, signal);
  await using store = await openRecordStore(out, { ...options, takesRows: true }, log, {
    onFailure: () => failed.abort(),
  });
  const writer = new StreamWriter(engine, store, log, end);
  const permits = new Semaphore(MAX_BUSY);
  const stalled = new Set<number>();
  const readers = partitions.map((partition) =>
    new PartitionReader(partition, {
      ...{ engine, permits, signal: end, folder: encodeHex(store.id) },
      write: (messages, isFirst) => writer.write(messages, isFirst),
      discarded: (after) => new DiscardedSessions(engine, partition, writer, after),
      onStall: (why) => {
        if (why === undefined) stalled.delete(partition);
        else if (stalled.size === 0) {
          log.problem("engine stalled", `Cannot read at ${engine.name}: ${why}; tried again`);
        }
        if (why !== undefined) stalled.add(partition);
      },
      onOther: () => {
        const line =
          `The stream ${STREAM} of ${engine.name} that was read is gone; the one that is there ` +
          "is read from its beginning";
        log.problem("other stream", line);
      },
    })
  );
  const report = (): CollectorReport => ({
    ...{ datagrams: 0, overflowed: 0, refused: new Map(), unstored: store.unstored },
    session: {
      ...{ connections: 0, accepted: 0, turnedAway: 0, violations: 0 },
      batches: writer.counts.batches,
      duplicates: writer.counts.duplicates,
      refused: writer.counts.refused,
      lost: writer.counts.lost,
    },
    ...{ stored: store.stored, expired: store.expired, damagedFiles: store.damagedFiles },
  });
  options.onReadable?.(() => ({
    report: report(),
    store: store.counts,
    disk: diskSpace(out),
    stream: {
      ...writer.counts,
      lag: new Map(readers.map(({ name, lag }) => [name, lag])),
      heldBytes: readers.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
    },
  }));
  options.onReload?.((limits) => store.limit(limits));
  for (const reader of readers) await onceThere(() => reader.claim(), log, signal);
  log.line(`reading ${partitions.length} partitions of ${engine.name}`);
  service?.ready();
  service?.status(`reading ${engine.name}`);
  service?.watch(() => store.commit());
  const running = readers.map((reader) =>
    reader.run().catch((error) => {
      failed.abort();
      throw error;
    })
  );
  const looking = setInterval(() => readers.forEach((reader) => reader.look()), LOOK_MS);
  const outcomes = await Promise.allSettled(running);
  clearInterval(looking);
  service?.stopping();
  const failure = outcomes.find(({ status }) => status === "rejected");
  if (failure) throw (failure as PromiseRejectedResult).reason;
  await store.commit();
  return report();
}
