import type { BatchPart } from "../../pack/packed_batch.ts";

/** Counts of records by type; those that are 0 are not there. */
export class RecordCounts extends Map<number, number> {
  /** Adds records, or takes them away. */
  add(parts: Iterable<BatchPart>, sign: 1 | -1 = 1): void {
    for (const { type, count } of parts) {
      const sum = (this.get(type) ?? 0) + sign * count;
      if (sum === 0) this.delete(type);
      else this.set(type, sum);
    }
  }

  /** The counts as parts. */
  get parts(): BatchPart[] {
    return [...this].map(([type, count]) => ({ type, count }));
  }
}
