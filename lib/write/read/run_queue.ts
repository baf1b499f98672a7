import { recordTimeReader } from "../files/record_time.ts";
import type { RecordBurst } from "./record_burst.ts";
import type { ReadProblem } from "./record_reader.ts";

/** Records of one source in the order of their times. */
interface Run {
  readonly burst: RecordBurst;
  readonly records: readonly Uint8Array[];
  readonly times: BigInt64Array;
  /** Decides between records of the same time. */
  readonly source: number;
  readonly order: number;
  /** They come with the last record. */
  readonly problems: ReadProblem[];
  /** The first record that has not been taken. */
  at: number;
}

/** Records that have been taken out. */
export interface Taken {
  readonly burst: RecordBurst;
  /** The number of the source that they are from. */
  readonly source: number;
}

/**
 * Bursts of several sources, out of which records come by ascending time: those of a source that
 * have the same time in the order in which they came, those of several in the order of the sources.
 * A record whose time cannot be read goes with the one before it.
 */
export class RunQueue {
  /** The run with the oldest record is first; each is older than the two at twice its place. */
  readonly #heap: Run[] = [];
  #runs = 0;
  /** The last run of each source. */
  readonly #last = new Map<number, Run>();
  /** The newest time that has been taken. */
  #newest = -(2n ** 63n);

  /** Whether no records are left. */
  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  /** Takes in a burst that has records. */
  add(burst: RecordBurst, source: number): void {
    const problems = [...burst.problems];
    const run = { ...inOrder(burst), burst, source, order: this.#runs++, problems, at: 0 };
    this.#last.set(source, run);
    let at = this.#heap.push(run) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(run, this.#heap[parent]!)) break;
      this.#heap[at] = this.#heap[parent]!;
      at = parent;
    }
    this.#heap[at] = run;
  }

  /** Takes in what happened behind the records of a source; says whether any of them are left. */
  addProblems(problems: readonly ReadProblem[], source: number): boolean {
    return this.#last.get(source)?.problems.push(...problems) !== undefined;
  }

  /**
   * Takes out the oldest record, and those behind it that come before all of other bursts. The
   * problems of a burst come with its last records.
   */
  take(): Taken {
    const run = this.#heap[0]!;
    const { burst, records, times, source, at: from } = run;
    const next = this.#second();
    let late = 0;
    do {
      const time = times[run.at++]!;
      if (time < this.#newest) late++;
      else this.#newest = time;
    } while (run.at < times.length && (next === undefined || isBefore(run, next)));
    const isOver = run.at === times.length;
    if (isOver && this.#last.get(source) === run) this.#last.delete(source);
    this.#sink(isOver ? this.#heap.pop()! : run);
    const taken = from === 0 && isOver ? records : records.slice(from, run.at);
    return {
      source,
      burst: { ...burst, records: taken, problems: isOver ? run.problems : [], late },
    };
  }

  #second(): Run | undefined {
    const [, left, right] = this.#heap;
    return right !== undefined && isBefore(right, left!) ? right : left;
  }

  /** Puts a run in the place of the first one, and where it belongs. */
  #sink(run: Run): void {
    const heap = this.#heap;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, run)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = run;
  }
}

function isBefore(a: Run, b: Run): boolean {
  const [first, second] = [a.times[a.at]!, b.times[b.at]!];
  if (first !== second) return first < second;
  return a.source === b.source ? a.order < b.order : a.source < b.source;
}

/** A burst's records by ascending time, and these. */
function inOrder({ schema, records }: RecordBurst): Pick<Run, "records" | "times"> {
  const timeOf = recordTimeReader(schema);
  const times = new BigInt64Array(records.length);
  let isSorted = true;
  let last = 0n;
  for (let i = 0; i < times.length; i++) {
    const time = timeOf(records[i]!) || last; // unknown or not set
    times[i] = time;
    if (time < last) isSorted = false;
    last = time;
  }
  if (isSorted) return { records, times };
  const order = Array.from(times.keys()).sort((a, b) =>
    times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : a - b
  );
  return { records: order.map((i) => records[i]!), times: times.map((_, i) => times[order[i]!]!) };
}
