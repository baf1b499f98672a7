/**
 * The way to a collector, for records of whatever source: they are kept until they are on its disk.
 * Nothing that captures or stores is loaded.
 *
 * ```ts
 * import { batchOf, openSender, parseAddress, readKey, typeNumber } from "@farcap/farcap/transport";
 *
 * async function sendSoftware(records: readonly Uint8Array[]) {
 *   await using sender = await openSender({
 *     collector: parseAddress("127.0.0.1:1335", "127.0.0.1")!,
 *     collectorKey: await readKey("pub.key", "public key of the collector"),
 *     name: "inventory",
 *   });
 *   await sender.send(batchOf(typeNumber("Software"), records));
 *   await sender.finish();
 *   if (sender.error) throw sender.error;
 * }
 * ```
 *
 * @module
 */
export { ConfigError, FarcapError, KeyFileError, SendError } from "../lib/base/errors.ts";
export { type About, type Log, SILENT, terminalLog } from "../lib/base/program/log_io.ts";
export type { Distribution } from "../lib/base/count/metric.ts";
export { typeName, typeNumber } from "../lib/base/record/record_types.ts";
export { type Batch, batchOf, type CompactContent, type TypeCount } from "../lib/gather/batch.ts";
export { KEY_BYTES, type KeyPair, keyPairOf, parseKey } from "../lib/seal/key.ts";
export {
  type KeyFiles,
  newKeyPair,
  readKey,
  SENSOR_KEY_FILES,
  writeKeyPair,
} from "../lib/seal/key_file_io.ts";
export { type Address, formatAddress, parseAddress } from "../lib/transport/address.ts";
export type { LinkState } from "../lib/transport/link_state.ts";
export { openSender, type SenderOptions } from "../lib/transport/sender/open_sender_io.ts";
export type { SentCounts } from "../lib/transport/sent_counts.ts";
export type { Transport } from "../lib/transport/transport.ts";
