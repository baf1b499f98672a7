import { create } from "@bufbuild/protobuf";
import { type CollectorSpan, CollectorSpanSchema } from "../../../proto/gen/netcap_pb.ts";
import type { BatchPart } from "../../pack/packed_batch.ts";

/** Why a batch is not stored, and what it said to hold. */
export interface RefusedClaims {
  readonly reason: number;
  readonly claims: readonly BatchPart[];
}

/** What a member that is on disk adds to the books: records that are stored, or not. */
export type BookedMember = BatchPart | RefusedClaims;

/** How a session ends: `End` of a `CollectorSpan`. Datagrams have no end. */
export const SessionEnd = { None: 0, Bye: 1, Gone: 2 } as const;

/** A row is put off for so many spans when all that came was stored, and for so many when nothing came. */
const SPANS_OF_STORED = 5n;
const SPANS_OF_NOTHING = 60n;

interface Sum {
  batches: bigint;
  records: bigint;
}

/**
 * What has become of one session's batches since the last row of it, or of a client's datagrams. Members
 * are counted by their place: the sequence of a session's, the arrival of one without session. A row
 * counts those up to a place and no others, so that whoever has the members can count them again.
 */
export class SessionBooks {
  readonly #session: bigint;
  #end: number = SessionEnd.None;
  #rowEnd: number = SessionEnd.None;
  #after: bigint;
  #upTo: bigint;
  #begin: bigint;
  #stored = new Map<number, Sum>();
  #refused = new Map<string, Sum>();
  /** Of members beyond the place up to which the next row counts. */
  #later: [place: bigint, member: BookedMember][] = [];
  #duplicates = 0n;
  #lost = 0n;
  #unstored = 0n;

  /**
   * @param session 0 for datagrams.
   * @param after Members up to this place are in earlier rows, or in none.
   * @param begin When it begins, ns since 1970.
   */
  constructor(session: bigint, after: bigint, begin: bigint) {
    this.#session = session;
    this.#after = this.#upTo = after;
    this.#begin = begin;
  }

  /** Whether there is nothing that a row is still to tell, and nobody is connected. */
  get isIdle(): boolean {
    return !this.#isConnected && this.#later.length === 0 && !this.#isChanged &&
      !this.#isStored;
  }

  /** Notes that the session has ended, or goes on: one of {@linkcode SessionEnd}. */
  ends(end: number): void {
    this.#end = end;
  }

  /** Counts a member that is on disk. */
  count(place: bigint, member: BookedMember): void {
    if (place <= this.#after) return;
    if (place > this.#upTo) this.#later.push([place, member]);
    else this.#add(member);
  }

  /** The next row counts members up to this place. */
  countTo(place: bigint): void {
    if (place === this.#upTo) return; // what is put off lies beyond it
    this.#upTo = place;
    const later = this.#later;
    this.#later = [];
    for (const [at, member] of later) this.count(at, member);
  }

  /** Counts members that came again. */
  duplicate(members: number): void {
    this.#duplicates += BigInt(members);
  }

  /** Counts batches that had been acknowledged, and are not here any more. */
  lose(batches: bigint): void {
    this.#lost += batches;
  }

  /** Batches up to this place belong to nobody here. */
  skipTo(place: bigint): void {
    this.#after = place;
    this.countTo(place);
  }

  /** Counts batches without session that had no room. */
  leaveOut(batches: number): void {
    this.#unstored += BigInt(batches);
  }

  /**
   * The row of what has been counted; undefined when there is nothing to tell yet.
   *
   * @param now Ns since 1970: the row's end.
   * @param spanNs A row is due after one span when something is amiss.
   * @param isLast Nothing is put off any more.
   */
  row(now: bigint, spanNs: bigint, isLast: boolean): CollectorSpan | undefined {
    const spans = this.#isChanged ? 0n : this.#isStored ? SPANS_OF_STORED : SPANS_OF_NOTHING;
    const hasSomething = this.#isChanged || this.#isStored;
    if (isLast ? !hasSomething : now - this.#begin < spans * spanNs) return undefined;
    if (!hasSomething && !this.#isConnected) return undefined;
    const isOfSession = this.#session !== 0n;
    const row = create(CollectorSpanSchema, {
      Timestamp: now,
      SpanStart: this.#begin,
      Session: this.#session,
      After: isOfSession ? this.#after : 0n,
      Sequence: isOfSession ? this.#upTo : 0n,
      End: this.#end,
      Stored: [...this.#stored].sort(([a], [b]) => a - b)
        .map(([Type, { batches, records }]) => ({ Type, Batches: batches, Records: records })),
      Refused: [...this.#refused].map(([key, { batches, records }]) => {
        const [Reason, Type] = key.split(" ").map(Number) as [number, number];
        return { Reason, Type, Batches: batches, Records: records };
      }),
      Duplicates: this.#duplicates,
      Lost: this.#lost,
      Unstored: this.#unstored,
    });
    this.#after = this.#upTo;
    this.#begin = now;
    this.#rowEnd = this.#end;
    this.#stored = new Map();
    this.#refused = new Map();
    this.#duplicates = this.#lost = this.#unstored = 0n;
    return row;
  }

  get #isConnected(): boolean {
    return this.#session !== 0n && this.#end === SessionEnd.None;
  }

  get #isStored(): boolean {
    return this.#stored.size > 0 || this.#duplicates > 0n;
  }

  /** Whether there is more to tell than what was stored. */
  get #isChanged(): boolean {
    return this.#refused.size > 0 || this.#lost > 0n || this.#unstored > 0n ||
      this.#end !== this.#rowEnd;
  }

  #add(member: BookedMember): void {
    if (!("reason" in member)) {
      addTo(this.#stored, member.type, member.count);
    } else {
      const { reason, claims } = member;
      for (const { type, count } of claims) addTo(this.#refused, `${reason} ${type}`, count);
    }
  }
}

function addTo<Key>(sums: Map<Key, Sum>, key: Key, records: number): void {
  const sum = sums.get(key) ?? { batches: 0n, records: 0n };
  sums.set(key, sum);
  sum.batches++;
  sum.records += BigInt(records);
}
