import type { CollectorSpan } from "../../../proto/gen/netcap_pb.ts";

/** Members and records. */
export interface Sum {
  batches: number;
  records: number;
}

/** One row of the collector's, and what is found of it. */
export interface Bin {
  /** It counts members behind this place, up to that one: sequences, or arrivals of datagrams. */
  readonly after: bigint;
  upTo: bigint;
  /** Ns since 1970. */
  readonly from: bigint;
  to: bigint;
  readonly booked: Map<number, Sum>;
  readonly found: Map<number, Sum>;
}

/** Beyond so many of a session, two neighbours become one. */
const MAX_BINS = 8192;

/** The intervals that rows of one session cover, and the members that are found in each. */
export class SpanBins {
  readonly #isOfSession: boolean;
  #bins: Bin[] = [];
  #last = 0;
  /** The ends of rows that cover nothing. */
  readonly #empty = new Set<bigint>();

  constructor(session: bigint) {
    this.#isOfSession = session !== 0n;
  }

  /** The intervals, in order. */
  get all(): readonly Bin[] {
    return this.#bins;
  }

  get first(): Bin | undefined {
    return this.#bins[0];
  }

  get last(): Bin | undefined {
    return this.#bins.at(-1);
  }

  /**
   * Adds a row; they come about in the order in which they were written, since collectors that share an
   * engine write of one session by turns. One may be there already, where whoever wrote it into files was
   * killed and did so again.
   */
  add(row: CollectorSpan): "added" | "there" | "overlaps" {
    const [after, upTo] = this.#isOfSession
      ? [row.After, row.Sequence]
      : [row.SpanStart, row.Timestamp];
    if (upTo < after) return "overlaps";
    const at = this.#bins.findLastIndex((bin) => bin.after < upTo) + 1;
    const before = this.#bins[at - 1];
    if (before && isOf(before, row, after, upTo)) return "there";
    if (before && after < before.upTo) return "overlaps";
    if (upTo === after) return this.#addEmpty(row.Timestamp);
    const booked = new Map<number, Sum>();
    for (const { Type, Batches, Records } of row.Stored) {
      addTo(booked, Type, Number(Batches), Number(Records));
    }
    const bin = { after, upTo, from: row.SpanStart, to: row.Timestamp, booked, found: new Map() };
    this.#bins.splice(at, 0, bin);
    if (this.#bins.length > MAX_BINS) this.#bins = halved(this.#bins);
    return "added";
  }

  #addEmpty(end: bigint): "added" | "there" {
    if (this.#empty.has(end)) return "there";
    if (this.#empty.size < MAX_BINS) this.#empty.add(end);
    return "added";
  }

  /** Counts a member; false when no row covers its place. */
  count(place: bigint, type: number, records: number): boolean {
    const bin = this.#find(place);
    if (bin && records > 0) addTo(bin.found, type, 1, records);
    return bin !== undefined;
  }

  #find(place: bigint): Bin | undefined {
    for (const at of [this.#last, this.#last + 1]) {
      if (covers(this.#bins[at], place)) return this.#bins[this.#last = at];
    }
    let low = 0;
    let high = this.#bins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#bins[middle]!.upTo < place) low = middle + 1;
      else high = middle;
    }
    if (!covers(this.#bins[low], place)) return undefined;
    return this.#bins[this.#last = low];
  }
}

/** Adds to one of several sums. */
export function addTo<Key>(
  sums: Map<Key, Sum>,
  key: Key,
  batches: number,
  records: number,
): void {
  const sum = sums.get(key);
  if (sum) {
    sum.batches += batches;
    sum.records += records;
  } else sums.set(key, { batches, records });
}

function covers(bin: Bin | undefined, place: bigint): boolean {
  return bin !== undefined && bin.after < place && place <= bin.upTo;
}

/** Whether a bin is that of a row. */
function isOf(bin: Bin, row: CollectorSpan, after: bigint, upTo: bigint): boolean {
  return bin.after === after && bin.upTo === upTo && bin.from === row.SpanStart &&
    bin.to === row.Timestamp;
}

/** Two neighbours each are one, where no gap lies between them. */
function halved(bins: readonly Bin[]): Bin[] {
  const joined: Bin[] = [];
  for (const [n, bin] of bins.entries()) {
    const before = joined.at(-1);
    if (n % 2 === 0 || !before || before.upTo !== bin.after) {
      joined.push(bin);
      continue;
    }
    before.upTo = bin.upTo;
    before.to = bin.to;
    for (const [type, { batches, records }] of bin.booked) {
      addTo(before.booked, type, batches, records);
    }
  }
  return joined;
}
