import { checkRange } from "./base/check_range.ts";
import { counted } from "./base/text/counted.ts";
import { hostName } from "./base/program/host_name_io.ts";
import { MAX_DATAGRAM_BYTES } from "./base/max_datagram.ts";
import { type Losses, newLossText } from "./base/count/losses.ts";
import { lossesOf } from "./base/count/metric.ts";
import { MAX_NAME_BYTES } from "./base/max_name.ts";
import { MAX_TIMER_MS } from "./base/wait/max_timer.ts";
import { type Log, logAbout, SILENT } from "./base/program/log_io.ts";
import { typeName } from "./base/record/record_types.ts";
import type { Service } from "./base/program/service.ts";
import { MIN_SPOOL_BYTES, SENSOR_DEFAULTS } from "./base/sensor_defaults.ts";
import { CollectorPlace } from "./capture/collector_place.ts";
import { spareMemory } from "./capture/spare_memory_io.ts";
import type { Batch } from "./gather/batch.ts";
import { COMPACT_TYPES } from "./gather/compact/record_types.ts";
import type { AskForCounts, Progress } from "./gather/pipeline_listener.ts";
import { defaultThreads } from "./gather/pipeline_options.ts";
import { priorityOf } from "./gather/priority.ts";
import { sumOf } from "./gather/record_counts.ts";
import type { RedactOptions } from "./gather/redact_options.ts";
import { startPipeline } from "./gather/start_pipeline_io.ts";
import { KEY_BYTES, type KeyPair, nameOfKey } from "./seal/key.ts";
import { newKeyPair } from "./seal/key_file_io.ts";
import { sessionAddress } from "./transport/address.ts";
import { ownOrder } from "./transport/own_order.ts";
import type { BatchSpool } from "./transport/sender/batch_spool.ts";
import { resolveAddresses, type ResolveHost } from "./transport/resolve_host_io.ts";
import { NOTHING_SENT } from "./transport/sent_counts.ts";
import { requireUdp } from "./transport/require_udp_io.ts";
import { SensorLedger } from "./transport/ledger/sensor_ledger_io.ts";
import { SensorMeter } from "./transport/ledger/sensor_meter_io.ts";
import { SENSOR_METRICS } from "./transport/ledger/sensor_metrics.ts";
import { capturedLine, sentLine } from "./transport/sensor_counts.ts";
import type { SensorOptions } from "./transport/sensor_options_io.ts";
import type { SensorReport } from "./transport/sensor_report.ts";
import { SessionClient } from "./transport/sender/session_client_io.ts";
import { MIN_UPLINK } from "./transport/quic/uplink.ts";
import type { Transport } from "./transport/transport.ts";

/** What a session leaves to batches that are not packed yet. */
const UNPACKED_PART = 4;
/** How many default batches a queue has room for, where these are larger than they have to be. */
const MIN_QUEUE_BATCHES = 64;
const SUMMARY_MS = 10_000;

/**
 * The sensor's half of the way: capture, decode, gather, pack, seal, send. Ends when the sources do
 * or when `signal` aborts; what was gathered until then has been sent.
 *
 * ```ts
 * import { newKeyPair, runSensor } from "@farcap/farcap";
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
    decoders,
    replaySpeed = SENSOR_DEFAULTS.replaySpeed,
    types,
    records = SENSOR_DEFAULTS.records,
    defrag = SENSOR_DEFAULTS.defrag,
    follow = SENSOR_DEFAULTS.follow,
    transport: kind = SENSOR_DEFAULTS.transport,
    flushIntervalMs = SENSOR_DEFAULTS.flushIntervalMs,
    live,
    threads = defaultThreads(live),
    maxQueueBytes = SENSOR_DEFAULTS.maxQueueBytes,
    maxBatchBytes = defaultBatchBytes(options, maxQueueBytes),
    encoding = SENSOR_DEFAULTS.encoding,
    rowMs = SENSOR_DEFAULTS.rowMs,
    redact,
  } = options;
  requireUdp();
  checkRange("replaySpeed", replaySpeed, 0);
  checkRange("maxBatchBytes", maxBatchBytes, 1);
  checkRange("flushIntervalMs", flushIntervalMs, 0, MAX_TIMER_MS);
  checkRange("threads", threads, 1, 2);
  checkRange("maxQueueBytes", maxQueueBytes, 1);
  checkRange("rowMs", rowMs, 1, MAX_TIMER_MS);
  if (redact) checkRedaction(redact, records.payload, encoding);
  using _spared = live && spareMemory();
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
      maxQueueBytes: maxQueueBytes - unpackedBytes,
      spool,
      beforeBye: async () => await ledger?.finish(),
    })
    : undefined;
  await using transport = session ?? await openBox(options, sender);
  const meter = new SensorMeter(transport);
  using _ = ledger = session && new SensorLedger(session, meter, rowMs);
  options.onReadable?.(() => meter.read());
  options.onLimitable?.((bytesPerSecond) => transport.limit(bytesPerSecond));
  const isNamedByKey = options.clientId === undefined && clientId === nameOfKey(keys.publicKey);
  if (isNamedByKey && !options.keys) warnOfName(clientId, log);
  const deliver = async (batches: readonly Batch[]) => {
    meter.deliver(batches);
    for (const batch of batches) await transport.send(batch);
    return batches;
  };
  let lost: Losses = {};
  let lostByKernel = 0;
  const summary = setInterval(async () => {
    const reading = await meter.read();
    const { live, dropped } = reading.pipeline;
    if (live) log.detail(capturedLine({ live, dropped: sumOf(dropped) }));
    const sent = sentLine(transport);
    log.detail(sent);
    options.service?.status(sent);
    const losses = lossesOf(SENSOR_METRICS, reading);
    const text = newLossText(lost, losses);
    const byKernel = live?.droppedByKernel ?? 0;
    const hint = threads === 1 && byKernel > lostByKernel ? "; more is for -threads 2" : "";
    if (text !== undefined) log.problem("lost", `Lost in the last 10 s: ${text}${hint}`);
    lost = losses;
    lostByKernel = byKernel;
  }, SUMMARY_MS);
  const tellReady = async (service: Service) => {
    await meter.read();
    service.ready();
    service.watch(() => meter.read());
  };
  const listener = {
    say: (line: string) => log.line(line),
    begun: (ask: AskForCounts) => {
      meter.begun(ask);
      // Behind the beginning, which opens interfaces.
      if (options.service) setTimeout(tellReady, 0, options.service);
    },
    progressed: (progress: Progress) => options.onProgress?.(progress),
  };
  try {
    const pipeline = {
      sources,
      ...(watch && { watch }),
      filter,
      decodeAs,
      ...(decoders && { decoders }),
      replaySpeed,
      threads,
      ...(types && { types }),
      records,
      defrag,
      ...(follow && { follow }),
      ...(redact && { redact }),
      maxBatchBytes,
      flushIntervalMs,
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
    meter.ended({ ...report, made, dropped });
    options.service?.stopping();
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

/** What would carry addresses as they are goes with no {@linkcode RedactOptions}. */
function checkRedaction({ key }: RedactOptions, payload: boolean, encoding: string): void {
  checkRange("length of redact.key in bytes", key.length, KEY_BYTES, KEY_BYTES);
  if (payload || encoding === "compact") {
    throw new RangeError("Records are rewritten without records.payload, and not compact");
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

function defaultBatchBytes(options: SensorOptions, maxQueueBytes: number): number {
  const { transport = SENSOR_DEFAULTS.transport } = options;
  const least = SENSOR_DEFAULTS.maxBatchBytes[transport];
  if (transport === "box" || sendsHeaders(options)) return least;
  const most = SENSOR_DEFAULTS.maxBatchBytesWithoutHeaders;
  return Math.max(least, Math.min(most, Math.floor(maxQueueBytes / MIN_QUEUE_BATCHES)));
}

function sendsHeaders({ types }: SensorOptions): boolean {
  return types === undefined || COMPACT_TYPES.some((type) => types.includes(type));
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
        `Cannot send ${counted(batch.count, "record")} of type ${typeName(batch.type)}: ${reason}`,
      ),
  });
  if (options.failFast) await sender.locate();
  else await sender.locateInTime(signal, log);
  return sender;
}

async function openSpool(
  {
    folder,
    maxBytes = SENSOR_DEFAULTS.maxSpoolBytes,
    afterMs = SENSOR_DEFAULTS.spoolAfterMs,
  }: NonNullable<SensorOptions["spool"]>,
  collectorKey: Uint8Array,
  log: Log,
) {
  checkRange("spool.maxBytes", maxBytes, MIN_SPOOL_BYTES);
  checkRange("spool.afterMs", afterMs, 0);
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
  const all = ownOrder([collector, ...options.others ?? []], keys.publicKey);
  const [first, ...others] = all.map(sessionAddress);
  return await SessionClient.open({
    collector: first!,
    others,
    collectorKey,
    keys,
    ...(options.readKeys && { readKeys: options.readKeys }),
    ...(options.onNextKey && { onNextKey: options.onNextKey }),
    name: clientId,
    containsPayloads: records.payload,
    sendsHeaders: sendsHeaders(options),
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
    loadExpand: async () => {
      const { compactExpander } = await import("./verify/expand_compact.ts");
      return compactExpander();
    },
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
