import { assert } from "@std/assert";
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { type Batch, isCompact } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { CompactBatches } from "../../lib/gather/compact/compact_batches.ts";
import { digestOf } from "../../lib/pack/digest.ts";
import { packedCompactBatch } from "../../lib/pack/packed_batch.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";

/** The first compact batch of the office's packets, as a sensor sends it. */
export function officeBatch(): NumberedBatch {
  const closed: Batch[] = [];
  const all = { isWanted: () => true, hasContext: true };
  const compact = new CompactBatches(new Batches(1 << 20, () => {}), all, (it) => closed.push(it));
  compact.switchOn();
  const options = { payload: false, context: true, entropy: false };
  const dissector = new Dissector(DECODERS, compact, options, () => true, [], compact);
  const office = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  for (const { bytes, originalLength, sec, nsec, linkType } of office) {
    dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
  }
  compact.closeAll();
  const [batch] = closed;
  assert(batch && isCompact(batch));
  const packed = packedCompactBatch(batch, { minute: 0, containsPayloads: false });
  return { ...packed, sequence: 1n, digest: digestOf(packed.body) };
}
