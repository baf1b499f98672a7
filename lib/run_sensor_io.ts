import { checkRange } from "./base/check_range.ts";
import type { SendError } from "./base/errors.ts";
import { hostName } from "./base/host_name_io.ts";
import { MAX_DATAGRAM_BYTES } from "./base/max_datagram.ts";
import { type Losses, newLossText } from "./base/losses.ts";
import { MAX_NAME_BYTES } from "./base/max_name.ts";
import { MAX_TIMER_MS } from "./base/max_timer.ts";
import { type Log, logAbout, SILENT } from "./base/log_io.ts";
import { typeName } from "./base/record_types.ts";
import { MIN_SPOOL_BYTES, SENSOR_DEFAULTS } from "./base/sensor_defaults.ts";
import type { CaptureCounts } from "./capture/capture_counts.ts";
import { CollectorPlace } from "./capture/collector_place.ts";
import type { LiveCounts, LiveOptions } from "./capture/live_options.ts";
import type { WatchOptions } from "./capture/watched_files.ts";
import type { DissectCounts } from "./decode/dissect.ts";
import type { RecordOptions } from "./decode/packet.ts";
import type { Batch } from "./gather/batch.ts";
import type { AskForCounts, Progress } from "./gather/pipeline_listener.ts";
import type { PipelineProblem } from "./gather/pipeline_options.ts";
import { priorityOf } from "./gather/priority.ts";
import { sumOf } from "./gather/record_counts.ts";
import { startPipeline } from "./gather/start_pipeline_io.ts";
import { type KeyPair, nameOfKey } from "./seal/key.ts";
import { newKeyPair } from "./seal/key_file_io.ts";
import { type Address, sessionAddress } from "./transport/address.ts";
import type { BatchSpool } from "./transport/sender/batch_spool.ts";
import { resolveAddresses, type ResolveHost } from "./transport/resolve_host_io.ts";
import { NOTHING_SENT, type SentCounts } from "./transport/sent_counts.ts";
import { requireUdp } from "./transport/require_udp_io.ts";
import { SensorLedger } from "./transport/ledger/sensor_ledger_io.ts";
import { type Captured, capturedLine, sensorLosses, sentLine } from "./transport/sensor_counts.ts";
import { SessionClient } from "./transport/sender/session_client_io.ts";
import { MIN_UPLINK } from "./transport/quic/uplink.ts";
import type { Transport } from "./transport/transport.ts";

/** What a sensor is to do. What is left out is as in {@linkcode SENSOR_DEFAULTS}. */
export interface SensorOptions {
  /** Where the collector listens; its sessions are at the next port. */
  readonly collector: Address;
  /** The collector's public key, 32 bytes. */
  readonly collectorKey: Uint8Array;
  /** Capture files and folders of them, to read one after another; `-` is standard input. */
  readonly sources: readonly string[];
  /** A folder to watch for captures, behind the sources. */
  readonly watch?: WatchOptions;
  /** Which packets to read, in the language of pcap-filter(7); a live capture's options have it too. */
  readonly filter?: string;
  /** Pace of the sources: 1 as they were captured, 10 ten times as fast, 0 as fast as possible. */
  readonly replaySpeed?: number;
  /** Interfaces to capture from. */
  readonly live?: LiveOptions;
  /** `session` is acknowledged, `box` are the original's datagrams. */
  readonly transport?: "session" | "box";
  /**
   * How a session carries records: `records` as they are, `auto` as headers in columns (compact batches)
   * where the collector takes them and headers tell all that records hold; `compact` also says where it
   * does not.
   */
  readonly encoding?: "auto" | "records" | "compact";
  /** The sensor's lasting key pair; by default one that is made for this run. */
  readonly keys?: KeyPair;
  /** Reads them again, for a session, since they may be changed while it lasts; see {@linkcode SessionKeys}. */
  readonly readKeys?: () => Promise<readonly KeyPair[]>;
  /** Told, in a session, of the collector's key to connect to from now on. */
  readonly onNextKey?: (key: Uint8Array) => void;
  /** Bytes of batches that may wait, compressed for a session; more are dropped from a live capture. */
  readonly maxQueueBytes?: number;
  /**
   * Where batches of a session go, sealed for the collector, when it has acknowledged nothing for
   * `afterMs`; all go through it if that is 0. It is made if need be. What a run leaves there, the next
   * one sends.
   */
  readonly spool?: {
    readonly folder: string;
    readonly maxBytes?: number;
    readonly afterMs?: number;
  };
  /**
   * What a session may send, in bytes per second, all counted that it knows of, see {@linkcode Uplink};
   * Infinity for no limit.
   */
  readonly uplink?: number;
  /** How long the end waits for what a session has not acknowledged, in milliseconds. */
  readonly lingerMs?: number;
  /** Called when it is said that the end waits for that; when what it returns aborts, it waits no longer. */
  readonly stopWaiting?: () => AbortSignal;
  /** How often a session's books are closed, in milliseconds. */
  readonly rowMs?: number;
  /**
   * Whether it is an error that the collector cannot be reached at the start; else the sensor begins, and
   * tries again until it ends.
   */
  readonly failFast?: boolean;
  /** Finds the addresses of the collector's host; by default the system does. */
  readonly resolve?: ResolveHost;
  /** Name at the collector; by default the host name where it may be read, else from the key. */
  readonly clientId?: string;
  /** Numbers of the record types to write; by default all that there are decoders for. */
  readonly types?: readonly number[];
  /** Numbers that lead to other decoders, each as `udp.port==8472,vxlan`; later ones overrule. */
  readonly decodeAs?: readonly string[];
  /** What records hold besides header fields. */
  readonly records?: RecordOptions;
  /** Limit of a batch's framed records in bytes. */
  readonly maxBatchBytes?: number;
  /** How old the oldest record of a batch may become, in milliseconds. */
  readonly flushIntervalMs?: number;
  /** Limit of a datagram in bytes; a batch that needs more is split. */
  readonly maxDatagramBytes?: number;
  /** Bytes per second, see {@linkcode Pacer}; Infinity for no limit. */
  readonly rate?: number;
  /** Told twice a second how far the sources have been read. */
  readonly onProgress?: (progress: Progress) => void;
  /** Told how to make it send at most so many bytes per second from then on; Infinity for no limit. */
  readonly onLimitable?: (limit: (bytesPerSecond: number) => void) => void;
  /** What it says; nothing by default. */
  readonly log?: Log;
}

/**
 * What became of the records of one type: `made + resumed = sent + dropped + tooLarge + failed + unwanted +
 * spooled`.
 */
export interface TypeReport extends SentCounts {
  /** Records that decoders wrote. */
  readonly made: number;
}

/** What a sensor did. */
export interface SensorReport {
  /** The name it sent under. */
  readonly clientId: string;
  /** Why records are not, or may not be, at the collector; undefined when all that were sent are. */
  readonly error?: SendError | undefined;
  /** What became of the packets in the sources. */
  readonly capture: CaptureCounts;
  /** What the kernel counted, for a live capture. */
  readonly live?: LiveCounts;
  /** What became of the packets that could be decoded. */
  readonly dissect: DissectCounts;
  /** By record type. */
  readonly types: ReadonlyMap<number, TypeReport>;
  /** Why sources were not read to their ends. */
  readonly problems: readonly PipelineProblem[];
}

/** What a session leaves to batches that are not packed yet. */
const UNPACKED_PART = 4;
const SUMMARY_MS = 10_000;

/**
 * The sensor's half of the way: capture, decode, gather, pack, seal, send. Ends when the sources do
 * or when `signal` aborts; what was gathered until then has been sent.
 *
 * ```ts
 * import { runSensor } from "./run_sensor_io.ts";
 * import { newKeyPair } from "./seal/key_file_io.ts";
 *
 * const report = await runSensor({
 *   collector: { hostname: "127.0.0.1", port: 1335 },
 *   collectorKey: newKeyPair().publicKey,
 *   sources: ["tests/captures/dns.pcap"],
 *   lingerMs: 1_000, // for a collector that does not answer
 * });
 * console.log(`sent as ${report.clientId}: ${report.dissect.packets} packets`);
 * ```
 *
 * @throws KeyFileError When the collector's key is one with which anybody could read.
 * @throws ConfigError When Deno has no UDP or permits no connection to the collector, or when its host
 *   is no IP address.
 * @throws SendError With `failFast`, when the collector cannot be reached.
 * @throws StoreError When the spool cannot be used: another sensor has it, or the disk refuses.
 * @throws RangeError When a number among the options makes no sense.
 */
export async function runSensor(
  options: SensorOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<SensorReport> {
  const {
    sources,
    watch,
    filter = "",
    decodeAs = [],
    replaySpeed = SENSOR_DEFAULTS.replaySpeed,
    types,
    records = SENSOR_DEFAULTS.records,
    transport: kind = SENSOR_DEFAULTS.transport,
    maxBatchBytes = SENSOR_DEFAULTS.maxBatchBytes[kind],
    flushIntervalMs = SENSOR_DEFAULTS.flushIntervalMs,
    live,
    maxQueueBytes = SENSOR_DEFAULTS.maxQueueBytes,
    encoding = SENSOR_DEFAULTS.encoding,
    rowMs = SENSOR_DEFAULTS.rowMs,
  } = options;
  requireUdp();
  checkRange("replaySpeed", replaySpeed, 0);
  checkRange("maxBatchBytes", maxBatchBytes, 1);
  checkRange("flushIntervalMs", flushIntervalMs, 0, MAX_TIMER_MS);
  checkRange("maxQueueBytes", maxQueueBytes, 1);
  checkRange("rowMs", rowMs, 1, MAX_TIMER_MS);
  const keys = options.keys ?? newKeyPair();
  const clientId = options.clientId ?? await hostName() ?? nameOfKey(keys.publicKey);
  const log = logAbout(options.log ?? SILENT, clientId);
  const unpackedBytes = kind === "session"
    ? Math.floor(maxQueueBytes / UNPACKED_PART)
    : maxQueueBytes;
  const place = live?.collector && new CollectorPlace(live.collector);
  const resolve: ResolveHost = async (hostname) => {
    const addresses = await (options.resolve ?? resolveAddresses)(hostname);
    place?.moveTo(addresses);
    return addresses;
  };
  const sender = { keys, clientId, resolve, signal, log };
  using spool = options.spool && kind === "session"
    ? await openSpool(options.spool, options.collectorKey, log)
    : undefined;
  let ledger: SensorLedger | undefined;
  const session = kind === "session"
    ? await openSession(options, {
      ...sender,
      ...{ maxQueueBytes: maxQueueBytes - unpackedBytes, spool },
      beforeBye: async () => await ledger?.finish(),
    })
    : undefined;
  await using transport = session ?? await openBox(options, sender);
  using _ = ledger = session && new SensorLedger(session, rowMs);
  options.onLimitable?.((bytesPerSecond) => transport.limit(bytesPerSecond));
  const isNamedByKey = options.clientId === undefined && clientId === nameOfKey(keys.publicKey);
  if (isNamedByKey && !options.keys) warnOfName(clientId, log);
  const deliver = async (batches: readonly Batch[]) => {
    ledger?.deliver(batches);
    for (const batch of batches) await transport.send(batch);
    return batches;
  };
  let captured: Captured | undefined;
  let lost: Losses = {};
  let ask: AskForCounts = () => {};
  const summary = setInterval(() => {
    ask(({ live, dropped }) => {
      if (!live) return;
      captured = { live, dropped: sumOf(dropped) };
      log.detail(capturedLine(captured));
    });
    log.detail(sentLine(transport));
    const losses = sensorLosses(captured, transport.counts.values());
    const text = newLossText(lost, losses);
    if (text !== undefined) log.problem("lost", `Lost in the last 10 s: ${text}`);
    lost = losses;
  }, SUMMARY_MS);
  const listener = {
    say: (line: string) => log.line(line),
    begun: (each: AskForCounts) => {
      ask = each;
      ledger?.begun(each);
    },
    progressed: (progress: Progress) => options.onProgress?.(progress),
  };
  try {
    const pipeline = {
      sources,
      ...(watch && { watch }),
      filter,
      decodeAs,
      replaySpeed,
      ...(types && { types }),
      records,
      ...{ maxBatchBytes, flushIntervalMs },
      maxQueueBytes: unpackedBytes,
      mayBeCompact: kind === "session" && encoding !== "records",
      tellsProgress: options.onProgress !== undefined,
      ...(live && { live: { ...live, ...(place && { collector: place.endpoint }) } }),
    };
    const { made, dropped, ...report } = await startPipeline(
      pipeline,
      deliver,
      signal,
      listener,
      place,
      transport.takesCompact,
    );
    ledger?.ended({ ...report, made, dropped });
    await transport.finish();
    const known = new Set([...made.keys(), ...transport.counts.keys()]);
    const byType = [...known].sort((a, b) => a - b).map((type) => {
      const counts = transport.counts.get(type) ?? NOTHING_SENT;
      const unpacked = dropped.get(type) ?? 0;
      const lost = { dropped: counts.dropped + unpacked };
      return [type, { ...counts, made: made.get(type) ?? 0, ...lost }] as const;
    });
    const { name, error } = transport;
    return { clientId: name, error, ...report, types: new Map(byType) };
  } finally {
    clearInterval(summary);
  }
}

/** Who sends, in either way. */
interface Sender {
  readonly keys: KeyPair;
  readonly clientId: string;
  readonly resolve: ResolveHost;
  readonly signal: AbortSignal;
  readonly log: Log;
}

async function openBox(
  options: SensorOptions,
  { keys, clientId, resolve, signal, log }: Sender,
): Promise<Transport> {
  const {
    collector,
    collectorKey,
    records = SENSOR_DEFAULTS.records,
    maxDatagramBytes = SENSOR_DEFAULTS.maxDatagramBytes,
    rate = SENSOR_DEFAULTS.rate,
  } = options;
  checkRange("maxDatagramBytes", maxDatagramBytes, 1, MAX_DATAGRAM_BYTES);
  checkRange("rate", rate, 1);
  // Loaded when it is needed: it takes as long to load as all else, and a tenth of the memory.
  const { BoxSender } = await import("./transport/box/box_sender_io.ts");
  const sender = new BoxSender({
    collector,
    collectorKey,
    keys,
    clientId,
    containsPayloads: records.payload,
    maxDatagramBytes,
    rate,
    resolve,
    onSent: (batch, bytes) => {
      log.detail(`got ${batch.data.length} bytes of type NC_${typeName(batch.type)}`);
      log.detail(`packet-written: bytes=${bytes}`);
    },
    onFailed: (batch, reason) =>
      log.problem(
        reason,
        `Cannot send ${batch.count} records of type ${typeName(batch.type)}: ${reason}`,
      ),
  });
  if (options.failFast) await sender.locate();
  else await sender.locateInTime(signal, log);
  return sender;
}

async function openSpool(
  { folder, maxBytes = SENSOR_DEFAULTS.maxSpoolBytes }: NonNullable<SensorOptions["spool"]>,
  collectorKey: Uint8Array,
  log: Log,
) {
  checkRange("spool.maxBytes", maxBytes, MIN_SPOOL_BYTES);
  const { Spool } = await import("./write/spool/spool_io.ts"); // most sensors write nothing to disk
  return await Spool.open({ folder, maxBytes, collectorKey, priorityOf, log });
}

async function openSession(
  options: SensorOptions,
  { keys, clientId, resolve, signal, log, maxQueueBytes, spool, beforeBye }: Sender & {
    readonly maxQueueBytes: number;
    readonly spool: BatchSpool | undefined;
    readonly beforeBye: () => Promise<void>;
  },
): Promise<SessionClient> {
  const {
    collector,
    collectorKey,
    records = SENSOR_DEFAULTS.records,
    lingerMs = SENSOR_DEFAULTS.lingerMs,
    uplink = Infinity,
    live,
    failFast,
    stopWaiting,
  } = options;
  checkRange("lingerMs", lingerMs, 0, MAX_TIMER_MS);
  checkRange("uplink", uplink, MIN_UPLINK);
  checkRange(
    "length of clientId in bytes",
    new TextEncoder().encode(clientId).length,
    0,
    MAX_NAME_BYTES,
  );
  return await SessionClient.open({
    collector: sessionAddress(collector),
    collectorKey,
    keys,
    ...(options.readKeys && { readKeys: options.readKeys }),
    ...(options.onNextKey && { onNextKey: options.onNextKey }),
    name: clientId,
    containsPayloads: records.payload,
    maxQueueBytes,
    uplink,
    ...(spool && {
      spool,
      spoolAfterMs: options.spool?.afterMs ?? SENSOR_DEFAULTS.spoolAfterMs,
    }),
    waits: !live,
    lingerMs,
    beforeBye,
    signal,
    ...(failFast && { failFast }),
    wantsCompact: options.encoding === "compact",
    resolve,
    ...(stopWaiting && { stopWaiting }),
    log,
  });
}

/** What is to be said of a name that is that of a key made for this run. */
function warnOfName(name: string, log: Log): void {
  log.problem(
    "name",
    `This sensor is ${name} until it ends, and another one at its next start: its key is new each ` +
      "time; wanted: -client NAME, or -privkey FILE as -gen-identity makes it",
  );
}
