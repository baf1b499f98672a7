import { COMPACT_TYPES } from "../../gather/compact/record_types.ts";
import { Encoding } from "../../pack/packed_batch.ts";
import type { CollectorValues } from "../session/session_values.ts";

/** Whether a collector takes compact batches, and they would hold nothing that it does not want. */
export function takesCompact(values: CollectorValues | undefined): boolean {
  const { encodings = [], wantedTypes } = values ?? {};
  return encodings.includes(Encoding.Compact) &&
    COMPACT_TYPES.every((type) => wantedTypes?.includes(type) ?? true);
}
