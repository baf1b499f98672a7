import type { Counted } from "./count_format.ts";
import type { FileStart } from "./record_burst.ts";

/** What files tell of their records, and counts as fields of them. */
const NAMES: Readonly<Record<string, (file: FileStart) => string>> = {
  type: ({ schema }) => schema.name,
  client: ({ client = "" }) => client,
};

/** Whether that is not a field of records but what their file tells: `type`, `client`. */
export function isCountedByFile(name: string): boolean {
  return Object.hasOwn(NAMES, name);
}

/** How many records there are by what their files tell. */
export class FileCounts {
  readonly #names: readonly string[];
  readonly #counts = new Map<string, { values: readonly string[]; count: number }>();

  /** @param names Each {@linkcode isCountedByFile}. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Counts some records of a file. */
  add(file: FileStart, records: number): void {
    if (records === 0) return;
    const values = this.#names.map((name) => NAMES[name]!(file));
    const key = JSON.stringify(values);
    const counted = this.#counts.get(key);
    if (counted === undefined) this.#counts.set(key, { values, count: records });
    else counted.count += records;
  }

  /** The most frequent values. */
  top(limit: number): readonly Counted[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count).slice(0, limit);
  }
}
