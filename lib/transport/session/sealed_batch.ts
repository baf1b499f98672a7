/** Sealed batches, as docs/protocol.md has them: what they hold only the collector can read. */
import { concat } from "../../base/bytes/bytes.ts";
import type { PackedBatch } from "../../pack/packed_batch.ts";
import type { AgreementKey } from "../../seal/agreement_key.ts";
import { sealBody, type SealedBodyOpener } from "../../seal/sealed_body.ts";
import {
  BATCH_HEAD_BYTES,
  encodeBatch,
  isSealed,
  type NumberedBatch,
  parseBatch,
  PART_BYTES,
} from "./session_batch.ts";
import { SCHEMA } from "./session_message.ts";

/** What of the head is authentic in a sealed batch: not its number, which it gets later, nor the digest. */
const CLAIMS_AT = 8;
const CLAIMS_END = 40;

/** Seals a batch; undefined when the collector's key is of low order. `ephemeral` is made for it alone. */
export async function sealBatch(
  collectorKey: Uint8Array,
  ephemeral: AgreementKey,
  batch: PackedBatch,
): Promise<PackedBatch | undefined> {
  const sealed = { ...batch, isSealed: true };
  const claims = claimsOf(encodeBatch(SCHEMA, 0n, sealed).body, batch.parts.length);
  const body = await sealBody(collectorKey, ephemeral, batch.body, claims);
  return body && { ...sealed, body };
}

/**
 * What the batch of a message holds if it is sealed; undefined if it is not, or cannot be opened.
 *
 * @param body Of the message.
 */
export async function openSealed(
  opener: SealedBodyOpener,
  body: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (!isSealed(body)) return undefined;
  const batch: NumberedBatch | undefined = parseBatch(SCHEMA, body);
  return batch && await opener.open(batch.body, claimsOf(body, batch.parts.length));
}

function claimsOf(body: Uint8Array, parts: number): Uint8Array {
  return concat([
    body.subarray(CLAIMS_AT, CLAIMS_END),
    body.subarray(BATCH_HEAD_BYTES, BATCH_HEAD_BYTES + PART_BYTES * parts),
  ]);
}
