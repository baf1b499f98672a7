/** Batches without session whose records are texts, and stores for them. */
import { concat, encodeHex } from "../../../lib/base/bytes/bytes.ts";
import type { CheckedBatch } from "../../../lib/verify/check_batch.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import { frame } from "./record_file_bytes.ts";
import { TCP } from "./session_sensor.ts";

export function openStore(
  folder: string,
  options: Partial<StoreOptions> = {},
): Promise<RecordStore> {
  return RecordStore.open(folder, { version: "v1.2.3", ...options });
}

/** Stores one TCP batch in a store that is opened for it. */
export async function storeIn(folder: string, client: string, text: string): Promise<void> {
  await using store = await openStore(folder);
  await store.append(batchOf(client, TCP, text));
  await store.commit();
}

/** A batch whose records are texts: the store does not look into them. */
export function batchOf(clientId: string, type: number, ...texts: string[]): CheckedBatch {
  const records = concat(texts.map((text) => frame(new TextEncoder().encode(text))));
  return {
    clientId,
    type,
    count: texts.length,
    records,
    firstTime: 10n,
    lastTime: 20n,
    containsPayloads: false,
  };
}

/** A record as Python shows it. */
export function hexOf(text: string): string {
  return encodeHex(new TextEncoder().encode(text));
}
