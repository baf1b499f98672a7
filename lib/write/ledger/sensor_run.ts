import type { SensorMinute, SensorMinuteType } from "../../../proto/gen/netcap_pb.ts";
import { typeName } from "../../base/record/record_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { Causes } from "./cause.ts";

/** Counts of a row, by the name of its field. */
export type RowCounts = Pick<SensorMinute, (typeof COUNTED)[number]>;
/** What sensors saw in a time: counts of {@linkcode SensorMinute} as numbers. */
export interface PacketCounts {
  /** Packets that passed the filter of a live capture. */
  readonly Received: number;
  /** Of these, those that found the kernel's ring full. */
  readonly DroppedByKernel: number;
  /** Packets that an interface dropped. */
  readonly DroppedByInterface: number;
  /** How often capturing broke off. */
  readonly Interruptions: number;
  /** Packets that were read: the sum of those below but `Cut` and `Oversized`. */
  readonly Captured: number;
  /** Left out by a filter. */
  readonly Filtered: number;
  /** Of an interface whose link type is not read. */
  readonly RefusedLinkType: number;
  /** Of which the capture holds a part only; also among the others. */
  readonly Cut: number;
  /** Decoded to their end. */
  readonly Decoded: number;
  /** Not decoded to their end, by reason. */
  readonly Truncated: number;
  /** The same. */
  readonly Malformed: number;
  /** The same. */
  readonly Incomplete: number;
  /** The same. */
  readonly Unsupported: number;
  /** The same. */
  readonly TooDeep: number;
  /** They came to a number that no decoder knows. */
  readonly Unknown: number;
  /** Records that were larger than a record may be. */
  readonly Oversized: number;
}
/** Counts of one type in a row. */
export type TypeCounts = Omit<SensorMinuteType, "$typeName" | "$unknown" | "Type">;

const COUNTED = [
  ...["Received", "DroppedByKernel", "DroppedByInterface", "Interruptions"] as const,
  ...["Captured", "Filtered", "RefusedLinkType", "Cut", "Decoded", "Truncated"] as const,
  ...["Malformed", "Incomplete", "Unsupported", "TooDeep", "Unknown", "Oversized"] as const,
] as const;
/** What rises within a run; what is under way does not. */
const RISING = ["Made", "Settled", "Evicted", "TooLarge", "Unwanted"] as const;
const NO_COUNTS: TypeCounts = {
  ...{ Made: 0n, Settled: 0n, InFlight: 0n, Waiting: 0n },
  ...{ Evicted: 0n, TooLarge: 0n, Unwanted: 0n, MaybeTwice: 0n, Resumed: 0n, Spooled: 0n },
};

/** The rows of one run of a sensor, as they come. Totals since it began; a span is a difference. */
export class SensorRun {
  readonly #causes: Causes;
  readonly #wanted: TimeSpan;
  /** The first row, or the newest before what is asked for; undefined when the run begins there. */
  #base?: SensorMinute;
  #last: SensorMinute;
  readonly #begin: bigint;
  #goesOn = false;
  /** The end of the newest row, be it false or not. */
  #toldTo: bigint;

  /** @param wanted What is asked for; the last row is the first that is not earlier than its end. */
  constructor(first: SensorMinute, wanted: TimeSpan, causes: Causes) {
    this.#causes = causes;
    this.#wanted = wanted;
    this.#begin = first.SpanStart;
    this.#last = first;
    this.#toldTo = first.Timestamp;
    this.#goesOn = this.isLater;
    if (this.isLater || !this.#isWanted(first)) this.#base = first;
    else this.#tell(undefined, first);
  }

  /** When the first of its rows begins, ns since 1970. */
  get begin(): bigint {
    return this.#begin;
  }

  /** Whether it began when what is asked for was over. */
  get isLater(): boolean {
    return this.#wanted.to !== undefined && this.#begin >= this.#wanted.to;
  }

  /** The newest row before what is asked for; undefined when the run begins in it. */
  get base(): SensorMinute | undefined {
    return this.#base;
  }

  /** The newest row. */
  get last(): SensorMinute {
    return this.#last;
  }

  /** Whether there are rows behind what is asked for. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** Takes the next row; returns why it is false, if it is. */
  add(row: SensorMinute): string | undefined {
    const before = this.#last;
    // Sent again in a new session; another one that was closed within the same millisecond spans nothing.
    if (row.Timestamp === before.Timestamp && row.SpanStart < row.Timestamp) return undefined;
    const why = contradiction(before, row);
    if (why !== undefined) return why;
    this.#tellGap(row);
    this.passOver(row);
    if (this.#wanted.to !== undefined && before.Timestamp >= this.#wanted.to) {
      this.#goesOn = true;
      return undefined;
    }
    if (this.#isWanted(row)) this.#tell(before, row);
    else this.#base = row;
    this.#last = row;
    return undefined;
  }

  /** How much the counts have risen, from the base to the last row. */
  get packets(): PacketCounts {
    const rises = COUNTED.map((
      name,
    ) => [name, Number(this.#last[name] - (this.#base?.[name] ?? 0n))]);
    return Object.fromEntries(rises) as unknown as PacketCounts;
  }

  /** How many records of a type were settled, from the base to the last row. */
  settled(type: number): number {
    return Number(countsOf(this.#last, type).Settled - countsOf(this.#base, type).Settled);
  }

  /** How many records of a type it found in the spool. */
  resumed(type: number): number {
    return Number(countsOf(this.#last, type).Resumed);
  }

  /** The types of which it found some there. */
  get typesResumed(): number[] {
    return this.#last.Types.filter(({ Resumed }) => Resumed > 0n).map(({ Type }) => Type);
  }

  /** Whether it had anything, at its last row, that was not settled. */
  get hasLeft(): boolean {
    return this.#last.Types.some(({ InFlight, Waiting, Spooled }) =>
      InFlight + Waiting + Spooled > 0n
    );
  }

  /** The types of the last row and others, each with its counts there and in the base. */
  *types(others: Iterable<number>): Generator<[type: number, last: TypeCounts, base: TypeCounts]> {
    for (const type of new Set([...this.#last.Types.map(({ Type }) => Type), ...others])) {
      yield [type, countsOf(this.#last, type), countsOf(this.#base, type)];
    }
  }

  #isWanted({ Timestamp }: SensorMinute): boolean {
    return this.#wanted.from === undefined || Timestamp > this.#wanted.from;
  }

  /** Takes note that there is a row, which need not count. */
  passOver({ Timestamp }: SensorMinute): void {
    if (Timestamp > this.#toldTo) this.#toldTo = Timestamp;
  }

  /** Each row begins where the one before it ended; not all are looked at where a time is asked for. */
  #tellGap({ SpanStart: to }: SensorMinute): void {
    const from = this.#toldTo;
    const { from: first, to: last } = this.#wanted;
    if (to <= from || first !== undefined || last !== undefined) return;
    const what = "rows of its sensor's books are missing: what they told of, later ones do";
    this.#causes.note({ kind: "damaged books", from, to, count: 0, what, isMissing: true });
  }

  #tell(before: SensorMinute | undefined, row: SensorMinute): void {
    const { SpanStart: from, Timestamp: to } = row;
    const rise = (name: keyof RowCounts) => Number(row[name] - (before?.[name] ?? 0n));
    const causes = this.#causes;
    causes.add(
      "dropped by the kernel",
      from,
      to,
      rise("DroppedByKernel"),
      "packets dropped by the kernel",
    );
    causes.add(
      ...["dropped by the interface", from, to, rise("DroppedByInterface")] as const,
      "packets dropped by the interface",
    );
    causes.add("interrupted", from, to, rise("Interruptions"), "interruptions of the capture");
    causes.add("too large", from, to, rise("Oversized"), "records larger than a record may be");
    for (const type of row.Types) {
      const of = countsOf(before, type.Type);
      const name = typeName(type.Type);
      const evicted = Number(type.Evicted - of.Evicted);
      const tooLarge = Number(type.TooLarge - of.TooLarge);
      causes.add("evicted", from, to, evicted, `${name} records dropped by a full queue`);
      causes.add("too large", from, to, tooLarge, `${name} records too large to be sent`);
    }
  }
}

function contradiction(before: SensorMinute, row: SensorMinute): string | undefined {
  if (row.Session === before.Session && row.Sequence < before.Sequence) {
    return "its sequence is smaller than before";
  }
  for (const name of COUNTED) if (row[name] < before[name]) return `${name} is smaller than before`;
  for (const { Type, ...of } of before.Types) {
    const now = countsOf(row, Type);
    const fallen = RISING.find((name) => now[name] < of[name]);
    if (fallen !== undefined) return `${fallen} of ${typeName(Type)} is smaller than before`;
  }
  return undefined;
}

function countsOf(row: SensorMinute | undefined, type: number): TypeCounts {
  return row?.Types.find(({ Type }) => Type === type) ?? NO_COUNTS;
}
