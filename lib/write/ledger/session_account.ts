import type { CollectorFile, CollectorSpan } from "../../../proto/gen/netcap_pb.ts";
import { typeName, typeNumber } from "../../base/record/record_types.ts";
import type { MemberHeader } from "../../pack/member.ts";
import { SessionEnd } from "../books/session_books.ts";
import type { Causes } from "./cause.ts";
import { addTo, type Bin, SpanBins, type Sum } from "./span_bins.ts";

const SENSOR_ROWS = typeNumber("SensorMinute");

/** What is counted of a member: `count` is 0 where it is refused, or a note. */
export type MemberPlace = Pick<
  MemberHeader,
  "session" | "sequence" | "arrival" | "count" | "settled"
>;

/** What the collector's rows say of one session of a client, or of its datagrams, and what there is of it. */
export class SessionAccount {
  readonly #session: bigint;
  readonly #causes: Causes;
  readonly #bins: SpanBins;
  /** Members that no row covers, by type. */
  readonly loose = new Map<number, Sum>();
  /** Records by type: of batches up to the last one that the sensor's last row counts, and of later ones. */
  readonly stored = new Map<number, number>();
  readonly later = new Map<number, number>();
  /** Refused records by type, as claimed. */
  readonly refused = new Map<number, number>();
  /** Records that the rows have and the files have not, by type. */
  readonly lost = new Map<number, number>();
  /** Records that were deleted, by type. */
  readonly expired = new Map<number, number>();
  /** Batches up to this one were discarded. */
  #discarded = 0n;
  /** Files that were deleted, by type the highest of their sequences or arrivals. */
  readonly #gone = new Map<number, bigint>();
  /** The place of the last member of each type. */
  readonly #places = new Map<number, bigint>();
  /** The places that the sensor's rows count: after the one, up to the other. */
  #after = 0n;
  #upTo?: bigint;
  /** Whether only those between are asked for. */
  #isBounded = false;
  #settled = 0n;
  /** The highest sequence of a member. */
  #highest = 0n;
  #end: number = SessionEnd.None;
  #endedAt = 0n;
  /** Arrivals of the oldest and of the newest member, or begin and end of rows. */
  #firstAt?: bigint;
  #seenAt = 0n;

  constructor(session: bigint, causes: Causes) {
    this.#session = session;
    this.#causes = causes;
    this.#bins = new SpanBins(session);
  }

  /** How the newest row says that it stands, one of `SessionEnd`; batches behind it tell that it goes on. */
  get end(): number {
    const { last } = this.#bins;
    return last && this.#highest > last.upTo ? SessionEnd.None : this.#end;
  }

  /** When that row was written, ns since 1970; 0 when there is none. */
  get endedAt(): bigint {
    return this.#endedAt;
  }

  /** When something of the session was first there, ns since 1970. */
  get firstAt(): bigint {
    return this.#firstAt ?? this.#seenAt;
  }

  /** When something of the session was last there, ns since 1970. */
  get seenAt(): bigint {
    return this.#seenAt;
  }

  /** Up to this sequence everything had been settled. */
  get settled(): bigint {
    return this.#settled;
  }

  /** What a sensor's rows count comes after this sequence. */
  get after(): bigint {
    return this.#after;
  }

  /**
   * Says which sequences a sensor's rows count; those up to the last one if there is no end.
   *
   * @param isBounded Whether a time is asked for that was over before the sensor's last row.
   */
  expect(after: bigint, upTo?: bigint, isBounded = false): void {
    this.#after = after;
    this.#upTo = upTo;
    this.#isBounded = isBounded;
  }

  /** Whether a member with that number is of another time than is asked for, so that it need not be counted. */
  isOutside(sequence: number): boolean {
    const { first, last } = this.#bins;
    if (!this.#isBounded || !first || !last || this.#upTo === undefined) return false;
    return sequence <= Math.min(Number(first.after), Number(this.#after)) ||
      (sequence > Math.max(Number(last.upTo), Number(this.#upTo)) && this.#settled >= this.#upTo);
  }

  /** Takes a row, in the order of the file. */
  addSpan(row: CollectorSpan): void {
    const { SpanStart: from, Timestamp: to } = row;
    const added = this.#bins.add(row);
    if (added === "there") return;
    if (added === "overlaps") {
      this.#causes.add("false books", from, to, 1, "rows of the collector that overlap others");
      return;
    }
    if (row.Sequence > this.#settled) this.#settled = row.Sequence;
    if (row.Sequence >= (this.#bins.last?.upTo ?? 0n)) {
      this.#end = row.End;
      this.#endedAt = to;
    }
    this.#see(from);
    this.#see(to);
    for (const { Type, Reason, Records } of row.Refused) {
      const records = Number(Records);
      const isCounted = this.#session === 0n || row.Sequence > this.#after;
      if (isCounted) this.refused.set(Type, (this.refused.get(Type) ?? 0) + records);
      const what = `${typeName(Type)} records refused, for reason ${Reason}`;
      this.#causes.add("refused", from, to, records, what);
    }
    this.#causes.add("lost", from, to, Number(row.Lost), "acknowledged batches lost");
    this.#causes.add(
      "no room",
      from,
      to,
      Number(row.Unstored),
      "batches of datagrams without room",
    );
  }

  /** Takes a row of a file that is not there any more. */
  addFile({ Type, LastSequence, Last, Records }: CollectorFile): void {
    addExpired(this.expired, Type, Number(Records));
    const upTo = this.#session === 0n ? Last : LastSequence;
    if (upTo > (this.#gone.get(Type) ?? 0n)) this.#gone.set(Type, upTo);
  }

  /**
   * Counts a member of a file of that type; they come in the order of the files.
   *
   * @param isInOrder Whether the store wrote it behind the one before: of a session with a larger sequence.
   */
  addMember(type: number, header: MemberPlace, isInOrder: boolean): void {
    const { sequence, arrival, count, settled } = header;
    if (settled > this.#settled) this.#settled = settled;
    this.#see(arrival);
    if (sequence > this.#highest) this.#highest = sequence;
    if (count === 0) return; // refused, or a note
    const place = this.#session === 0n ? arrival : sequence;
    if (isInOrder) {
      const before = this.#places.get(type);
      const isAgain = this.#session === 0n ? place === before : place <= (before ?? 0n);
      if (isAgain) {
        const what = `${
          typeName(type)
        } records in batches that are there twice, or out of their place`;
        this.#causes.add("doubled", arrival, arrival, count, what);
        return;
      }
      this.#places.set(type, place);
    }
    if (!this.#bins.count(place, type, count)) addTo(this.loose, type, 1, count);
    if (this.#session !== 0n && sequence <= this.#after) return;
    const isLater = this.#upTo !== undefined && this.#session !== 0n && sequence > this.#upTo;
    const sums = isLater ? this.later : this.stored;
    sums.set(type, (sums.get(type) ?? 0) + count);
  }

  /** Says that an engine's limits have discarded all batches up to one: what rows tell of them has expired. */
  discard(upTo: bigint): void {
    this.#discarded = upTo;
  }

  /** Whether records of a type were deleted from a place on that is asked for. */
  isExpired(type: number): boolean {
    if (this.#discarded > this.#after) return true;
    const gone = this.#gone.get(type);
    return gone !== undefined && (this.#session === 0n || gone > this.#after);
  }

  /** Says what the rows have and the files have not, and the other way round. */
  compare(): void {
    for (const bin of this.#bins.all) {
      for (const type of new Set([...bin.booked.keys(), ...bin.found.keys()])) {
        if (type === SENSOR_ROWS) continue; // joined when their file is compacted; each tells of the one before
        const missing = this.#compare(bin, type);
        if (missing > 0) this.lost.set(type, (this.lost.get(type) ?? 0) + missing);
      }
    }
  }

  #compare({ after, from, to, booked, found }: Bin, type: number): number {
    const there = found.get(type) ?? { batches: 0, records: 0 };
    const said = booked.get(type) ?? { batches: 0, records: 0 };
    const name = typeName(type);
    const gone = this.#gone.get(type);
    const missing = said.records - there.records;
    if (missing > 0 && gone !== undefined && after < gone) return 0;
    if (missing > 0 && after < this.#discarded) {
      addExpired(this.expired, type, missing);
      return 0;
    }
    const isMore = missing < 0 || (missing === 0 && there.batches > said.batches);
    if (isMore) {
      const what = `${name} records more than the collector stored: added, or there twice`;
      this.#causes.add("doubled", from, to, -missing || there.batches, what);
      return 0;
    }
    this.#causes.add("lost", from, to, missing, `${name} records stored, and not there any more`);
    return missing;
  }

  #see(at: bigint): void {
    if (at > this.#seenAt) this.#seenAt = at;
    if (this.#firstAt === undefined || at < this.#firstAt) this.#firstAt = at;
  }
}

function addExpired(expired: Map<number, number>, type: number, records: number): void {
  expired.set(type, (expired.get(type) ?? 0) + records);
}
