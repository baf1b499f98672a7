import { type Log, SILENT } from "./base/log_io.ts";
import { typeName } from "./base/record_types.ts";
import { VERSION } from "./base/version.ts";
import { type Address, formatAddress } from "./transport/address.ts";
import { openReceiver } from "./transport/open_receiver_io.ts";
import { DatagramOpener, type DatagramRefusal } from "./verify/open_datagram.ts";
import type { StoredCounts } from "./write/store_counts.ts";
import { RecordStore } from "./write/store_io.ts";
import type { FileOptions } from "./write/store_options.ts";

/** What a collector is to do. */
export interface CollectorOptions extends FileOptions {
  /** Where to listen; port 0 finds a free port whose successor is free too. */
  readonly address: Address;
  /** The collector's private key, 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Folder of the record files, made if need be. */
  readonly out: string;
  /** What it says; nothing by default. */
  readonly log?: Log;
  /** Told of the address once it listens. */
  readonly onListening?: (address: Address) => void;
}

/** What a collector took in: `datagrams = stored batches + unstored + overflowed + Σ refused`. */
export interface CollectorReport {
  /** All that were read from the socket. */
  readonly datagrams: number;
  /** Datagrams that came faster than they could be stored. */
  readonly overflowed: number;
  /** Refused datagrams by reason. */
  readonly refused: ReadonlyMap<DatagramRefusal, number>;
  /** Batches whose file could not be opened or had no room. */
  readonly unstored: number;
  /** What is on disk, by record type. */
  readonly stored: ReadonlyMap<number, StoredCounts>;
}

const SUMMARY_MS = 10_000;
/** What is said of a client's name. */
const SAID_CHARACTERS = 255;

/**
 * The collector's half of the way: receive, open, unpack, check, store. Ends when `signal` aborts;
 * what had come by then is stored and synced.
 *
 * ```ts
 * import { runCollector } from "./run_collector_io.ts";
 * import { newKeyPair } from "./seal/key_file_io.ts";
 *
 * const { stored } = await runCollector({
 *   address: { hostname: "127.0.0.1", port: 0 },
 *   privateKey: newKeyPair().privateKey,
 *   out: await Deno.makeTempDir(),
 * }, AbortSignal.timeout(100));
 * if (stored.size !== 0) throw new Error("nobody sent anything");
 * ```
 *
 * @throws ConfigError when it cannot listen; StoreError when it cannot store.
 */
export async function runCollector(
  options: CollectorOptions,
  signal: AbortSignal,
): Promise<CollectorReport> {
  const log = options.log ?? SILENT;
  await using store = await RecordStore.open(options.out, {
    version: VERSION,
    rotateBytes: options.rotateBytes,
    rotateAgeMs: options.rotateAgeMs,
    keepDays: options.keepDays,
    keepBytes: options.keepBytes,
    onNewFile: (path) => log.line(`new file ${path}`),
    onSetAside: (path, why) => log.problem(path, `Set aside in ${path}: ${why}`), // each one is said
    onRotated: (path) => log.line(`full file ${path}`),
    onExpired: ({ path, records }) => log.line(`deleted ${path} with ${records} records`),
    onRetentionFailure: (error) => log.problem("retention", error.message),
    onStalled: (error) => log.problem(error.code, `${error.message}; batches of sessions wait`),
    onResumed: () => log.line("storing again"),
    onUnstored: (_batches, error) => log.problem("unstored", error.message),
    onFailure: () => stop(), // also when nothing more comes; the last commit says why
  });
  await using receiver = await openReceiver(options.address);
  const refused = new Map<DatagramRefusal, number>();
  const report = (): CollectorReport => ({
    datagrams: receiver.received,
    overflowed: receiver.overflowed,
    refused,
    unstored: store.unstored,
    stored: store.stored,
  });
  const summary = setInterval(() => log.line(summaryOf(report())), SUMMARY_MS);
  const stop = () => receiver.close();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    options.onListening?.(receiver.address);
    const opener = new DatagramOpener(options.privateKey);
    for await (const { bytes, from } of receiver) {
      const source = formatAddress(from);
      log.detail(`packet-received: bytes=${bytes.length} from=${source}`);
      const opened = opener.open(bytes);
      if ("refusal" in opened) {
        const { refusal } = opened;
        refused.set(refusal, (refused.get(refusal) ?? 0) + 1);
        log.problem(
          refusal,
          `Refused a datagram of ${bytes.length} bytes from ${source}: ${refusal}`,
        );
        continue;
      }
      const { batch } = opened;
      // The name is the sender's: it must not end the line, nor fill or command a terminal.
      const client = batch.clientId.slice(0, SAID_CHARACTERS).replaceAll(/\p{Cc}/gu, "\ufffd");
      log.detail(`decoded batch NC_${typeName(batch.type)} from client ${client}`);
      await store.append(batch);
    }
    await store.commit();
    return report();
  } finally {
    clearInterval(summary);
    signal.removeEventListener("abort", stop);
  }
}

/** One line with the totals of a report. */
export function summaryOf(report: CollectorReport): string {
  const sum = { batches: 0, records: 0, bytes: 0 };
  for (const { batches, records, packedBytes } of report.stored.values()) {
    sum.batches += batches;
    sum.records += records;
    sum.bytes += packedBytes;
  }
  let refused = 0;
  for (const count of report.refused.values()) refused += count;
  return `datagrams=${report.datagrams} refused=${refused} overflowed=${report.overflowed} ` +
    `unstored=${report.unstored} stored: batches=${sum.batches} records=${sum.records} ` +
    `bytes=${sum.bytes}`;
}
