import { encodeHex } from "./base/bytes.ts";
import { type Log, SILENT } from "./base/log_io.ts";
import { typeName } from "./base/record_types.ts";
import type { CaptureCounts } from "./capture/capture_counts.ts";
import type { DissectCounts } from "./decode/dissect.ts";
import type { Batch } from "./gather/batch.ts";
import type { PipelineOptions, PipelineReport } from "./gather/pipeline_options.ts";
import { startPipeline } from "./gather/start_pipeline_io.ts";
import type { KeyPair } from "./seal/key.ts";
import { newKeyPair } from "./seal/key_file_io.ts";
import type { Address } from "./transport/address.ts";
import { BoxSender, type SentCounts } from "./transport/box_sender_io.ts";

/** What a sensor is to do. */
export interface SensorOptions extends PipelineOptions {
  readonly collector: Address;
  readonly collectorKey: Uint8Array;
  /** Name at the collector; by default the host name where it may be read, else from the key. */
  readonly clientId?: string;
  readonly maxDatagramBytes: number;
  /** Bytes per second; Infinity for no limit. */
  readonly rate: number;
  readonly log?: Log;
}

/** What became of the records of one type: `made = sent + tooLarge + failed`. */
export interface TypeReport extends SentCounts {
  readonly made: number;
}

/** What a sensor did. */
export interface SensorReport {
  readonly clientId: string;
  readonly capture: CaptureCounts;
  readonly dissect: DissectCounts;
  /** By record type. */
  readonly types: ReadonlyMap<number, TypeReport>;
  /** Why reading ended before the sources did. */
  readonly problem?: PipelineReport["problem"];
}

const SUMMARY_MS = 10_000;
/** Hex digits of the key that stand for a name. */
const SHORT_KEY_DIGITS = 8;

/**
 * The sensor's half of the way: capture, decode, gather, pack, seal, send. Ends when the sources do
 * or when `signal` aborts; what was gathered until then has been sent.
 */
export async function runSensor(
  options: SensorOptions,
  signal: AbortSignal,
): Promise<SensorReport> {
  const log = options.log ?? SILENT;
  const keys = newKeyPair();
  const clientId = options.clientId ?? await defaultClientId(keys);
  using sender = new BoxSender({
    ...options,
    keys,
    clientId,
    containsPayloads: options.records.payload,
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
  const deliver = async (batches: readonly Batch[]) => {
    for (const batch of batches) await sender.send(batch);
    return batches;
  };
  const summary = setInterval(() => log.line(summaryLine(sender.counts)), SUMMARY_MS);
  try {
    const { capture, dissect, made, problem } = await startPipeline(
      pipelineOf(options),
      deliver,
      signal,
    );
    const types = new Map(
      [...made].map(([type, count]) => [type, { made: count, ...sender.counts.get(type)! }]),
    );
    return { clientId, capture, dissect, types, ...(problem && { problem }) };
  } finally {
    clearInterval(summary);
  }
}

/** Only what may be posted to a worker. */
function pipelineOf(options: SensorOptions): PipelineOptions {
  const { sources, types, records, maxBatchBytes, flushIntervalMs } = options;
  return { sources, types, records, maxBatchBytes, flushIntervalMs };
}

async function defaultClientId({ publicKey }: KeyPair): Promise<string> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : encodeHex(publicKey).slice(0, SHORT_KEY_DIGITS);
}

function summaryLine(counts: ReadonlyMap<number, SentCounts>): string {
  const sum = { records: 0, datagrams: 0, bytes: 0, dropped: 0 };
  for (const { sent, datagrams, bytes, tooLarge, failed } of counts.values()) {
    sum.records += sent;
    sum.datagrams += datagrams;
    sum.bytes += bytes;
    sum.dropped += tooLarge + failed;
  }
  return `sent: records=${sum.records} datagrams=${sum.datagrams} bytes=${sum.bytes} ` +
    `dropped=${sum.dropped}`;
}
