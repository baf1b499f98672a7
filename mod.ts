/**
 * Farcap as a library: sensor and collector as functions, a reader of record files, and what these
 * need.
 *
 * ```ts
 * import { type Address, readRecords, runCollector, runSensor, writeKeyPair } from "./mod.ts";
 * import { DNSSchema } from "./proto/gen/netcap_pb.ts"; // all records; of the package, its "./schemas"
 *
 * const folder = await Deno.makeTempDir();
 * const { publicKey, privateKey } = await writeKeyPair(folder, false);
 * const stop = new AbortController();
 * const listening = Promise.withResolvers<Address>();
 * const collecting = runCollector({
 *   address: { hostname: "127.0.0.1", port: 0 },
 *   privateKey,
 *   out: `${folder}/records`,
 *   onListening: listening.resolve,
 * }, stop.signal);
 *
 * const { error } = await runSensor({
 *   collector: await listening.promise,
 *   collectorKey: publicKey,
 *   clientId: "xyz",
 *   sources: ["tests/captures/dns.pcap"],
 * });
 * if (error) throw error; // records are not, or may not be, on the collector's disk
 * stop.abort();
 * await collecting;
 *
 * for await (const { Questions } of readRecords(`${folder}/records`, DNSSchema)) {
 *   console.log(Questions.length);
 * }
 * ```
 *
 * @module
 */
export * from "./mod/capture.ts";
export * from "./mod/decode.ts";
export * from "./mod/records.ts";
export * from "./mod/transport.ts";
export { KeyFileError, SendError } from "./lib/base/errors.ts";
export { type About, type Log, SILENT, terminalLog } from "./lib/base/program/log_io.ts";
export type { Service } from "./lib/base/program/service.ts";
export type { Distribution, Metric, Sample } from "./lib/base/count/metric.ts";
export { SENSOR_DEFAULTS } from "./lib/base/sensor_defaults.ts";
export { VERSION } from "./lib/base/version.ts";
export type { WatchOptions } from "./lib/capture/watched_files.ts";
export type { FollowCounts } from "./lib/follow/follow_counts.ts";
export type { StreamCounts } from "./lib/follow/streams/stream_counts.ts";
export type { FollowOptions, IdleSeconds } from "./lib/follow/follow_options.ts";
export type { LeftOut, RedactOptions } from "./lib/gather/redact_options.ts";
export type {
  PipelineCounts,
  PipelineProblem,
  PipelineTotals,
} from "./lib/gather/pipeline_options.ts";
export type { GunzipRefusal, InflateRefusal } from "./lib/pack/gzip.ts";
export { type CollectorOptions, runCollector } from "./lib/run_collector_io.ts";
export type { Progress } from "./lib/gather/pipeline_listener.ts";
export { runSensor } from "./lib/run_sensor_io.ts";
export type { KnownSensor } from "./lib/seal/access/known_sensors.ts";
export type { CollectorKeys } from "./lib/seal/access/retired_keys.ts";
export { KEY_BYTES, type KeyPair, keyPairOf, parseKey } from "./lib/seal/key.ts";
export {
  type KeyFiles,
  newKeyPair,
  readKey,
  SENSOR_KEY_FILES,
  writeKeyPair,
} from "./lib/seal/key_file_io.ts";
export { type Address, formatAddress, parseAddress } from "./lib/transport/address.ts";
export { SENSOR_METRICS } from "./lib/transport/ledger/sensor_metrics.ts";
export type { LinkState } from "./lib/transport/link_state.ts";
export type { RecordsOfType, SensorReading } from "./lib/transport/sensor_reading.ts";
export type { ResolveHost } from "./lib/transport/resolve_host_io.ts";
export type { SensorOptions } from "./lib/transport/sensor_options_io.ts";
export type { SensorReport, TypeReport } from "./lib/transport/sensor_report.ts";
export type { SentCounts } from "./lib/transport/sent_counts.ts";
export type { SessionCounts } from "./lib/transport/server/session_counts.ts";
export type { BatchRefusal } from "./lib/verify/check_batch.ts";
export type { DatagramRefusal } from "./lib/verify/open_datagram.ts";
export type { AlarmKind } from "./lib/write/alarms/alarm.ts";
export { COLLECTOR_METRICS } from "./lib/write/counts/collector_metrics.ts";
export type {
  CollectorReading,
  DiskSpace,
  StoreState,
  StreamState,
} from "./lib/write/counts/collector_reading.ts";
export type { CollectorReport, SessionReport } from "./lib/write/counts/collector_report.ts";
export type { PageCounts } from "./lib/write/counts/page_counts.ts";
export type { LastRow, SensorState } from "./lib/write/counts/sensor_states.ts";
export type { ServerState } from "./lib/transport/server/server_state.ts";
export type { HostCounts } from "./lib/write/files/host_counts.ts";
export type { ExpiredCounts, StoredCounts } from "./lib/write/files/store_counts.ts";
export type { FileOptions, StoredMember } from "./lib/write/files/store_options.ts";
export type { RecordsOfPart } from "./lib/verify/take_records.ts";
export type {
  BatchTable,
  TableBatch,
  TableChange,
  TableSession,
} from "./lib/write/table/batch_table.ts";
export type { EngineOptions } from "./lib/write/nats/engine_access.ts";
