import type { TypeCount } from "./batch.ts";

/** Numbers of records by type. */
export class RecordCounts extends Map<number, number> {
  /** Adds records of several types. */
  add(parts: Iterable<TypeCount>): void {
    for (const { type, count } of parts) this.set(type, (this.get(type) ?? 0) + count);
  }

  /** Takes records away; types of which none is left are not there any more. */
  subtract(parts: Iterable<TypeCount>): void {
    for (const { type, count } of parts) {
      const left = (this.get(type) ?? 0) - count;
      if (left === 0) this.delete(type);
      else this.set(type, left);
    }
  }

  /** The counts as parts of a batch. */
  get parts(): TypeCount[] {
    return [...this].map(([type, count]) => ({ type, count }));
  }
}

/** How many records of all types. */
export function sumOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
