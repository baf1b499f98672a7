import { FarcapError } from "../base/errors.ts";
import { rest } from "../base/wait/rest_io.ts";
import { typeNumber } from "../base/record/record_types.ts";
import { createCaptureCounts } from "../capture/capture_counts.ts";
import { CollectorPlace } from "../capture/collector_place.ts";
import { filterWarning } from "../capture/compile_filter_io.ts";
import { readInterfaces } from "../capture/live_capture_io.ts";
import { createLiveCounts } from "../capture/live_options.ts";
import { readSources } from "../capture/read_sources_io.ts";
import { type DecodeAs, parseDecodeAs } from "../decode/decode_as.ts";
import { dnsOverTcp } from "../decode/application/dns_over_tcp.ts";
import { Dissector } from "../decode/dissect.ts";
import { Reassembly } from "../decode/reassembly.ts";
import { ownDecoders } from "../decode/own_decoder.ts";
import { DECODERS } from "../decode/registry.ts";
import { Conversations, kernelFor } from "../follow/conversations.ts";
import { recordNames, STREAM_TYPES } from "../follow/flow_types.ts";
import type { WantedProfiles } from "../follow/profiles.ts";
import { Streams } from "../follow/streams/streams.ts";
import { type Batch, partsOf } from "./batch.ts";
import { Batches } from "./batches.ts";
import { CompactBatches } from "./compact/compact_batches.ts";
import { COMPACT_TYPES } from "./compact/record_types.ts";
import { DropQueue } from "./drop_queue.ts";
import { type PipelineListener, UNHEARD } from "./pipeline_listener.ts";
import type {
  PipelineOptions,
  PipelineProblem,
  PipelineReport,
  PipelineTotals,
} from "./pipeline_options.ts";
import { priorityOf } from "./priority.ts";
import { RecordCounts } from "./record_counts.ts";
import { RedactingSink } from "./redact/redacting_sink.ts";

/**
 * Takes batches; the pipeline goes on reading when it resolves, so that a slow network slows reading
 * down. It resolves to batches, these or earlier ones, whose buffers are the pipeline's again.
 */
export type Deliver = (batches: readonly Batch[]) => Promise<readonly Batch[]>;

/** In one delivery at most, so that what is on its way to another thread stays small. */
const DELIVERY_BYTES = 640 << 10;
/**
 * So much is made of files before it is known that the collector takes compact batches, which cost less
 * at either end; then that is waited for, no longer than a collector next door needs to answer.
 */
const EARLY_BYTES = 512 << 10;
const MAX_EARLY_WAIT_MS = 500;
const PROGRESS_MS = 500;
const CONNECTION = typeNumber("Connection");
const DEVICE_PROFILE = typeNumber("DeviceProfile");
const IP_PROFILE = typeNumber("IPProfile");
/** What is made of streams, that of DNS over TCP included. */
const OF_STREAMS = [...STREAM_TYPES, "DNS"].map(typeNumber);
/** What conversations need of them. */
const RANDOM_BYTES = 12;

/**
 * Runs stages 1 to 4: reads the sources, decodes their packets, gathers the records in batches and
 * delivers these, in the main thread or in a worker alike. At the end, and when `signal` aborts,
 * everything that was gathered is delivered.
 *
 * @param collector Where the collector is by now; it may be told to move.
 * @param takesCompact Resolves when the collector is known to take compact batches.
 * @returns The counts. A source that cannot be read, or breaks off, is one of the report's `problems`
 * and the next one is read; what `deliver` throws is thrown.
 */
export async function runPipeline(
  options: PipelineOptions,
  deliver: Deliver,
  signal: AbortSignal,
  listener: PipelineListener = UNHEARD,
  collector = placeOf(options),
  takesCompact: Promise<void> = NEVER,
): Promise<PipelineReport> {
  const counts = createCaptureCounts();
  const live = options.live && createLiveCounts();
  const made = new RecordCounts();
  const dropped = new RecordCounts();
  const ready = new DropQueue<Batch>(({ type }) => priorityOf(type), ({ data }) => data.length);
  // Files wait for the network; a live capture cannot, and what waits when it begins counts too.
  const maxQueueBytes = live ? options.maxQueueBytes : Infinity;
  // What is under way is never dropped: half of the queue stays for what is worth more.
  const deliveryBytes = Math.min(DELIVERY_BYTES, maxQueueBytes / 2);
  let underWayBytes = 0;
  const onBatch = (batch: Batch) => {
    made.add(partsOf(batch));
    for (const each of ready.add(batch, maxQueueBytes - underWayBytes)) {
      dropped.add(partsOf(each));
      ordinary.recycle(each);
    }
  };
  const ordinary = new Batches(options.maxBatchBytes, onBatch);
  const decoders = [...DECODERS, ...ownDecoders(options.decoders)];
  const wanted = new Set(options.types ?? recordNames(decoders).map(typeNumber));
  const decodeAs = (options.decodeAs ?? []).map((text) => {
    const parsed = parseDecodeAs(text, decoders);
    if (!parsed.ok) throw new RangeError(parsed.message);
    return parsed.value;
  });
  const isWanted = (type: number) => wanted.has(type);
  const kernel = options.follow && kernelFor(options.follow);
  const batches = new CompactBatches(
    ordinary,
    { isWanted, hasContext: options.records.context },
    onBatch,
    kernel,
  );
  let streams: Streams | undefined;
  using redacting = options.redact && new RedactingSink(batches, options.redact);
  const sink = redacting ?? batches;
  const conversations = options.follow && new Conversations(
    options.follow,
    sink,
    isWanted(CONNECTION),
    crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)),
    OF_STREAMS.some(isWanted)
      ? (connections) => {
        const { hasCredentials } = options.follow!;
        const { context: hasContext } = options.records;
        streams = new Streams(connections, sink, { isWanted, hasCredentials, hasContext });
        return streams;
      }
      : undefined,
    redacting?.pseudonyms,
    options.follow.hasProfiles ? profilesOf(isWanted) : undefined,
    kernel,
  );
  const isAuto = mayBeCompact(options, decodeAs) && COMPACT_TYPES.some(isWanted);
  const known = new AbortController();
  if (isAuto) {
    takesCompact.then(() => {
      batches.switchOn();
      known.abort();
    });
  }
  const dissector = new Dissector(
    streams ? decoders.filter((decoder) => decoder !== dnsOverTcp) : decoders,
    sink,
    options.records,
    isWanted,
    streams ? decodeAs.filter(({ decoder }) => decoder !== dnsOverTcp) : decodeAs,
    batches,
    conversations,
    options.defrag ? new Reassembly() : undefined,
  );

  // One delivery at a time, whoever asks for it: the reader after a chunk, or the clock. The first that
  // fails ends the reading, also where that waits for input, and is what is thrown at the end.
  let delivery = Promise.resolve();
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  const deliverReady = () => {
    if (ready.bytes === 0) return delivery;
    delivery = delivery.then(async () => {
      while (ready.bytes > 0) {
        const closed: Batch[] = [];
        for (let next = ready.peek(); next; next = ready.peek()) {
          if (closed.length > 0 && underWayBytes + next.data.length > deliveryBytes) break;
          underWayBytes += next.data.length;
          closed.push(ready.take()!);
        }
        for (const batch of await deliver(closed)) ordinary.recycle(batch);
        underWayBytes = 0;
      }
    });
    delivery.catch(() => failure.abort());
    return delivery;
  };
  let isLive = false;
  const closeOld = () => {
    if (isLive) conversations?.tick(performance.now() / 1000);
    batches.closeOlderThan(options.flushIntervalMs, performance.now());
    return deliverReady();
  };

  let earlyBytes = isAuto && options.replaySpeed === 0 ? EARLY_BYTES : Infinity;
  const afterChunk = async () => {
    earlyBytes -= ready.bytes;
    await closeOld();
    if (earlyBytes > 0) return;
    earlyBytes = Infinity;
    await rest(MAX_EARLY_WAIT_MS, AbortSignal.any([ended, known.signal]));
  };

  // A quiet source ends no chunk, so the clock asks too.
  const clock = setInterval(closeOld, Math.max(1, options.flushIntervalMs / 4));
  const totals = (): PipelineTotals => ({
    capture: { ...counts },
    dissect: dissector.counts(),
    ...(conversations && { follow: conversations.counts() }),
    ...(streams && { streams: streams.counts() }),
    ...(redacting && { leftOut: new Map(redacting.leftOut) }),
    made: new Map(made),
    dropped: new Map(dropped),
    ...(live && { live: { ...live } }),
  });
  listener.begun((answer) => {
    const open = new RecordCounts();
    open.add(batches.openParts());
    const waiting = new RecordCounts();
    for (const batch of ready.batches()) waiting.add(partsOf(batch));
    answer({ ...totals(), open, waiting });
  });
  let readBytes = 0;
  const progressing = options.tellsProgress
    ? setInterval(() => {
      listener.progressed({ bytes: readBytes, packets: counts.delivered });
    }, PROGRESS_MS)
    : undefined;
  const problems: PipelineProblem[] = [];
  const orProblem = (error: unknown) => {
    if (!(error instanceof FarcapError)) throw error;
    problems.push({ code: error.code, message: error.message });
  };
  try {
    batches.closeOlderThan(options.flushIntervalMs, performance.now());
    const warning = filterWarning(options.filter ?? "");
    if (warning !== undefined) listener.say(warning);
    await readSources(options, dissector, {
      afterChunk,
      ...(isAuto && { buffer: batches.room }),
      counts,
      handOver: async () => {
        for (const _ of conversations?.writeParts() ?? []) await deliverReady();
        batches.closeAll();
        await deliverReady();
      },
      onProblem: orProblem,
      onRead: (bytes) => readBytes += bytes,
      replaySpeed: options.replaySpeed,
      say: listener.say,
      signal: ended,
    });
    if (options.live && live) {
      const reading = {
        afterBurst: closeOld,
        collector,
        counts: live,
        onChange: listener.say,
        signal: ended,
      };
      isLive = true;
      conversations?.tick(performance.now() / 1000);
      const { interfaces } = options.live;
      await readInterfaces(interfaces, options.live, dissector, reading).catch(orProblem);
    }
  } finally {
    clearInterval(clock);
    clearInterval(progressing);
  }
  for (const _ of conversations?.end() ?? []) await deliverReady();
  batches.closeAll();
  await deliverReady();
  return { ...totals(), problems };
}

/** Where the options say that the collector is. */
export function placeOf({ live }: PipelineOptions): CollectorPlace | undefined {
  return live?.collector && new CollectorPlace(live.collector);
}

/** For a collector that does not take compact batches, or of which that is not known. */
const NEVER = new Promise<void>(() => {});

/**
 * Whether headers tell all that records are to hold, and lead where they do by themselves: the
 * collector makes the records and knows neither `-decode-as` nor decoders of the caller's. Nor what is to be rewritten.
 */
function mayBeCompact(
  { mayBeCompact = false, records, redact, decoders = [] }: PipelineOptions,
  decodeAs: readonly DecodeAs[],
): boolean {
  const tables = [
    ...decodeAs.map(({ table }) => table),
    ...decoders.flatMap(({ from }) => Object.keys(from)),
  ];
  const leadsElsewhere = tables.some((table) => table !== "udpPort" && table !== "tcpPort");
  return mayBeCompact && !redact && !records.payload && !records.entropy && !leadsElsewhere;
}

/** Which profiles are to be written; undefined where nobody wants any. */
function profilesOf(isWanted: (type: number) => boolean): WantedProfiles | undefined {
  const wanted = { devices: isWanted(DEVICE_PROFILE), ips: isWanted(IP_PROFILE) };
  return wanted.devices || wanted.ips ? wanted : undefined;
}
