import type { TypeCount } from "./batch.ts";

/** Numbers of records by type. */
export class RecordCounts extends Map<number, number> {
  /** Adds records of several types. */
  add(parts: Iterable<TypeCount>): void {
    for (const { type, count } of parts) this.set(type, (this.get(type) ?? 0) + count);
  }
}

/** How many records of all types. */
export function sumOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
