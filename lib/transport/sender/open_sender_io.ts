import { type Log, SILENT } from "../../base/program/log_io.ts";
import { SENSOR_DEFAULTS } from "../../base/sensor_defaults.ts";
import type { KeyPair } from "../../seal/key.ts";
import { newKeyPair } from "../../seal/key_file_io.ts";
import { type Address, sessionAddress } from "../address.ts";
import type { Transport } from "../transport.ts";
import { SessionClient } from "./session_client_io.ts";

/** How batches are sent; what is left out is as in a sensor. */
export interface SenderOptions {
  /** Where the collector listens; its sessions are at the next port. */
  readonly collector: Address;
  /** The collector's public key, 32 bytes. */
  readonly collectorKey: Uint8Array;
  /** The name to be stored under, unless the collector has another for the key. */
  readonly name: string;
  /** The sender's own keys; by default some that are made for this run. */
  readonly keys?: KeyPair;
  /** Bytes of packed batches that may wait for the collector; `send` waits then. */
  readonly maxQueueBytes?: number;
  /** How long the end waits for what is not acknowledged, in milliseconds. */
  readonly lingerMs?: number;
  /** Whether it is an error that the collector cannot be reached at the start. */
  readonly failFast?: boolean;
  /** When it aborts, the end has come: nothing waits longer than `lingerMs` from then. */
  readonly signal?: AbortSignal;
  /** What it says; nothing by default. */
  readonly log?: Log;
}

/**
 * Begins a session to send batches of records in, from whatever source. They are kept until the collector
 * has them on disk; `finish` waits for that, and `counts` and `error` say what became of them.
 *
 * ```ts
 * import { batchOf, openSender, type SenderOptions } from "@farcap/farcap/transport";
 *
 * async function sendOne(options: SenderOptions, type: number, record: Uint8Array) {
 *   await using sender = await openSender(options);
 *   await sender.send(batchOf(type, [record]));
 *   await sender.finish();
 *   if (sender.error) throw sender.error;
 * }
 * ```
 *
 * @throws KeyFileError when the collector's key is one with which anybody could read; ConfigError when its
 *   host is no address, or Deno permits no connection; SendError with `failFast`.
 */
export async function openSender(options: SenderOptions): Promise<Transport> {
  return await SessionClient.open({
    collector: sessionAddress(options.collector),
    collectorKey: options.collectorKey,
    keys: options.keys ?? newKeyPair(),
    name: options.name,
    containsPayloads: false,
    sendsHeaders: false,
    maxQueueBytes: options.maxQueueBytes ?? SENSOR_DEFAULTS.maxQueueBytes,
    waits: true,
    lingerMs: options.lingerMs ?? SENSOR_DEFAULTS.lingerMs,
    signal: options.signal ?? new AbortController().signal,
    ...(options.failFast && { failFast: true }),
    log: options.log ?? SILENT,
  });
}
