import type { SessionState } from "../sender/session_state.ts";
import { PACKET_COUNTERS, RECORD_COUNTERS } from "./counters.ts";
import { recordsOf, type SensorCounts } from "./sensor_counts.ts";
import type { SensorRow } from "./sensor_row.ts";

/** A moment: by the clock on the wall, ns since 1970, and by one that does not go back. */
export interface Moment {
  readonly time: bigint;
  readonly ms: number;
}

/** What a sensor has counted that sends in a session. */
export type SessionCounts = SensorCounts & { readonly session: SessionState };

/** Rows that say that nothing was seen may be so many minutes late. */
const LATE_MINUTES = 4;
/** A row is over so many minutes at most. */
const JOINED_MINUTES = 60;
/** What rises, or falls, though nothing was seen: packets that nobody wants, and what becomes of older records. */
const STILL: readonly string[] = [
  ...["Received", "Captured", "Filtered"],
  ...["Settled", "InFlight", "Waiting", "Spooled", "Unwanted"],
];
/** Rows kept while there is no collector to send them to; more become rows over longer spans. */
const MAX_ROWS = 1440;

const ZEROS = PACKET_COUNTERS.map(() => 0);
const NO_RECORDS = RECORD_COUNTERS.map(() => 0);

/** A row that waits to be sent. */
interface Waiting {
  readonly row: SensorRow;
  readonly isQuiet: boolean;
  /** When the first of its minutes ended. */
  readonly sinceMs: number;
}

/**
 * Closes a sensor's books, and says which rows are due. Every row tells totals since the sensor began, so
 * that a row joins the next one by leaving itself out: quiet minutes do, and what waits for too long.
 */
export class SensorBooks {
  readonly #minuteMs: number;
  readonly #run: bigint;
  #spanStart: bigint;
  #packets: readonly number[] = ZEROS;
  #types: ReadonlyMap<number, readonly number[]> = new Map();
  #waiting: Waiting[] = [];

  /**
   * @param minuteMs How often the books are closed.
   * @param run Tells this run of the sensor from others.
   */
  constructor(minuteMs: number, run: bigint, { time }: Moment) {
    this.#minuteMs = minuteMs;
    this.#run = run;
    this.#spanStart = time;
  }

  /** Makes a row, in a session. @param isLast Whether the sensor ends in order. */
  close(counts: SessionCounts, { time, ms }: Moment, isLast = false): void {
    const { session, sequence } = counts.session;
    const packets = PACKET_COUNTERS.map(({ of }) => of(counts.pipeline));
    const types = numbersOf(counts);
    const row = {
      ...{ time, spanStart: this.#spanStart, run: this.#run, session, sequence, isLast },
      packets,
      types,
    };
    const isQuiet = !isLast && this.#isQuiet(packets, types);
    this.#spanStart = time;
    this.#packets = packets;
    this.#types = types;
    const before = this.#waiting.at(-1);
    const mayJoin = before?.isQuiet && isQuiet &&
      ms - before.sinceMs <= (JOINED_MINUTES - 1) * this.#minuteMs;
    if (mayJoin) {
      this.#waiting[this.#waiting.length - 1] = join(before, { row, isQuiet, sinceMs: ms });
    } else this.#waiting.push({ row, isQuiet, sinceMs: ms });
    if (this.#waiting.length > MAX_ROWS) this.#thin();
  }

  /** Takes the rows that are to be sent now. */
  take({ ms }: Pick<Moment, "ms">): SensorRow[] {
    const [first] = this.#waiting;
    const isLate = first && ms - first.sinceMs >= LATE_MINUTES * this.#minuteMs;
    if (!isLate && this.#waiting.every(({ isQuiet }) => isQuiet)) return [];
    return this.#waiting.splice(0).map(({ row }) => row);
  }

  /** Nobody wants them. */
  discard(): void {
    this.#waiting = [];
  }

  /** Whether nothing was seen since the row before, and nothing lost. */
  #isQuiet(packets: SensorRow["packets"], types: SensorRow["types"]): boolean {
    const isStill = (
      counters: readonly { readonly name: string }[],
      now: readonly number[],
      before: readonly number[],
    ) => counters.every(({ name }, at) => STILL.includes(name) || now[at] === before[at]);
    return isStill(PACKET_COUNTERS, packets, this.#packets) &&
      [...types].every(([type, counts]) =>
        isStill(RECORD_COUNTERS, counts, this.#types.get(type) ?? NO_RECORDS)
      );
  }

  /** Joins the older half two by two. */
  #thin(): void {
    const older = this.#waiting.splice(0, MAX_ROWS / 2);
    const joined = older.flatMap((each, at) => at % 2 === 0 ? [] : [join(older[at - 1]!, each)]);
    this.#waiting.unshift(...joined);
  }
}

function join(before: Waiting, { row, isQuiet }: Waiting): Waiting {
  return {
    row: { ...row, spanStart: before.row.spanStart },
    isQuiet: isQuiet && before.isQuiet,
    sinceMs: before.sinceMs,
  };
}

/** By type, ascending. */
function numbersOf(counts: SensorCounts): Map<number, readonly number[]> {
  return new Map(
    [...recordsOf(counts)].map(([type, records]) => [
      type,
      RECORD_COUNTERS.map(({ of }) => of(records)),
    ]),
  );
}
