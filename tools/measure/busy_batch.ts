import { SENSOR_DEFAULTS } from "../../lib/base/sensor_defaults.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { CompactBatches } from "../../lib/gather/compact/compact_batches.ts";
import { captures, framesOf } from "../../tests/decode/captured_frames.ts";

/** A compact batch as a busy network fills it: of 4,096 packets of an office. */
export function busyBatch(): Batch {
  const closed: Batch[] = [];
  const { records: options, maxBatchBytes } = SENSOR_DEFAULTS;
  const all = { isWanted: () => true, hasContext: options.context };
  const others = new Batches(maxBatchBytes.session, () => {});
  const compact = new CompactBatches(others, all, (batch) => closed.push(batch));
  compact.switchOn();
  const dissector = new Dissector(DECODERS, compact, options, () => true, [], compact);
  const frames = captures().filter(({ name }) => name === "own/office.pcap").flatMap(framesOf);
  while (closed.length === 0) {
    for (const { bytes, originalLength, sec, nsec, linkType } of frames) {
      dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
    }
  }
  return closed[0]!;
}
