import type { DescMessage } from "@bufbuild/protobuf";
import { type Header, HeaderSchema } from "../../../proto/gen/netcap_pb.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import { recordSchema } from "../../base/record/record_schemas.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { MemberHeader } from "../../pack/member.ts";
import { UNKNOWN_TYPE } from "../files/file_names.ts";
import type { FilterOf, RecordFilter } from "../query/record_filter.ts";
import { spanFilter } from "../query/span_filter.ts";
import { MemberReader } from "./member_reader.ts";
import { RecordSplitter, type RecordVisit } from "./record_splitter.ts";

/** Why a file's records are not all read: a value, since it is in bytes that others have written. */
export interface ReadProblem {
  /** The file ends too early (it may still grow), or it holds what it must not. */
  readonly code: "cut" | "damaged";
  /** Where the gzip member that has the problem begins; in a plain file the record. */
  readonly offset: number;
  /** What is the case, in one line that reads on after a colon. */
  readonly message: string;
}

/** What one call has read. */
export interface Reading {
  /** The bodies of whole records, in file order. */
  readonly records: readonly Uint8Array[];
  /** How many records were counted in place of being handed over. */
  readonly counted: number;
  readonly problems: readonly ReadProblem[];
  /** Whether all has been used that can be without further bytes. */
  readonly isDry: boolean;
}

/** Where somebody was in a file: behind so many records, wanted or not, of those from that byte on. */
export interface RecordPlace {
  /** Offset of a gzip member; in a plain file of a record. */
  readonly offset: number;
  /** How many records from there on have been had. */
  readonly records: number;
}

/** Which records of a file are wanted: those of a time span that pass a filter. */
export interface Wanted extends TimeSpan {
  /** Makes the filter for the type of the file's records, asked for those of the span only. */
  readonly filterOf?: FilterOf;
  /** They are counted, not handed over; members of ours that are wanted whole are not unpacked. */
  readonly countOnly?: boolean;
}

/** The same for one file, in which somebody may have been before. */
export interface ReaderOptions extends Wanted {
  /** Asked when the header has been read: where to go on. */
  readonly placeOf?: (header: Header) => RecordPlace | undefined;
}

/** Records are handed over in bursts and split from pieces, lest a gzip bomb fill the memory. */
const BURST_RECORDS = 1 << 16;
const BURST_BYTES = 1 << 20;
/** Not less than a usual batch, whose records would have to be put together again. */
const PIECE_BYTES = 1 << 17;

/**
 * Reads a record file as its bytes come: rows of our gzip members, the original's single member,
 * any other gzip, and plain files. Records of a member of ours are handed over when the whole member
 * is there and not damaged, others as soon as they are whole.
 *
 * Give read() what the file holds from `position` on until it is dry, then more of it; what has not
 * been used is given again. At the end of the file call end(), and close() in any case.
 */
export class RecordReader {
  readonly #wanted: ReaderOptions;
  #header: Header | undefined;
  #schema: DescMessage | undefined;
  #isInSpan: RecordFilter | undefined;
  #filter: RecordFilter | undefined;

  #position = 0;
  #isEnded = false;
  /** Undefined until the first bytes have shown whether the file is plain. */
  #members: MemberReader | undefined;
  #isPlain = false;
  #memberAt = 0;

  #splitter = new RecordSplitter();
  readonly #visit: RecordVisit = (bytes, at, end) => this.#accept(bytes, at, end);
  /** Unpacked bytes that have not been split yet, and whether they end with a whole record. */
  #pieces: Uint8Array[] = [];
  #isWhole = false;
  #records: Uint8Array[] = [];
  #counted = 0;
  #problems: ReadProblem[] = [];
  /** Where a member begins before which nothing is left to hand over, and the records since. */
  #startAt = 0;
  #passed = 0;
  /** Records that somebody has had; and where to go on once the header has been read. */
  #skip = 0;
  #goOnAt: RecordPlace | undefined;

  constructor(wanted: ReaderOptions = {}) {
    this.#wanted = wanted;
  }

  /** The file's header, once it has been read. */
  get header(): Header | undefined {
    return this.#header;
  }

  /** The schema of the records, once the header has been read; it accepts any bytes as text. */
  get schema(): DescMessage | undefined {
    return this.#schema;
  }

  /** Offset in the file of the first byte that has not been used. */
  get position(): number {
    return this.#position;
  }

  /** Behind all that has been handed over. */
  get place(): RecordPlace {
    if (this.#isPlain) return { offset: this.#recordAt(), records: 0 };
    // What is still to be skipped has been handed over, too.
    return { offset: this.#startAt, records: this.#passed + this.#skip };
  }

  /** Whether nothing has begun that the file has no end of. */
  get isBetween(): boolean {
    return this.#members?.isBetween === true && this.#splitter.held === 0;
  }

  /** Whether a problem keeps the rest of the file from being read. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Reads on.
   *
   * @param bytes What the file holds from `position` on; records are parts of it, so it must stay
   * as it is.
   */
  async read(bytes: Uint8Array): Promise<Reading> {
    let at = 0;
    let burstBytes = 0;
    let isDry = false;
    while (!isDry && burstBytes < BURST_BYTES && this.#records.length < BURST_RECORDS) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        burstBytes += piece.length;
        this.#split(piece);
        if (this.#goOnAt !== undefined) return this.#goOn(this.#goOnAt);
        continue;
      }
      const used = await this.#use(bytes.subarray(at));
      at += used;
      this.#position += used;
      isDry = used === 0 && this.#pieces.length === 0;
    }
    return this.#take(isDry);
  }

  /** Leaves what has been read behind the header, and what stands between it and that place. */
  #goOn({ offset, records }: RecordPlace): Reading {
    this.#members?.close();
    this.#pieces = [];
    this.#splitter = new RecordSplitter();
    this.#goOnAt = undefined;
    this.#position = this.#startAt = offset;
    this.#skip = records;
    this.#passed = 0;
    return this.#take(false);
  }

  /**
   * Says that the file ends: what has begun is now a problem, and of a cut member of ours the whole
   * records are read. Read on with no bytes until it is dry.
   *
   * @param rest The bytes that read() could not use.
   */
  end(rest: Uint8Array): Promise<Reading> {
    if (!this.#isEnded) {
      const problem = this.#ending(rest);
      if (problem !== undefined) this.#problem("cut", `the file ends ${problem}`);
      this.#isWhole = false;
      this.#cutUp(this.#members?.salvage(rest) ?? rest.subarray(0, 0));
      this.#isEnded = true;
    }
    return this.read(rest.subarray(0, 0));
  }

  #ending(rest: Uint8Array): string | undefined {
    if (rest.length > 0 || this.#members?.isBetween === false) {
      return `in the middle of the member at byte ${this.#memberAt}`;
    }
    if (this.#splitter.held > 0) return `in the middle of the record ${this.#recordPlace()}`;
    return this.#header === undefined ? "before its header record" : undefined;
  }

  /** Frees what the reader holds; needed when it has been left before the end. */
  close(): void {
    this.#members?.close();
  }

  /** Turns the first of `bytes` into pieces; returns how many that took. */
  async #use(bytes: Uint8Array): Promise<number> {
    if (this.#isEnded || bytes.length === 0) return 0;
    if (this.#isPlain) {
      this.#cutUp(bytes);
      return bytes.length;
    }
    if (this.#members === undefined) {
      if (bytes.length < 2) return 0;
      // A header record of 31 bytes would begin alike, but none has a field of the type 0x8b.
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) this.#members = new MemberReader();
      else this.#isPlain = true;
      return this.#use(bytes);
    }
    if (this.#members.isBetween) {
      this.#memberAt = this.#position;
      if (this.#splitter.held === 0) {
        // What is to be skipped is of one member; if that is not wanted any more, of none.
        if (this.#position > this.#startAt) this.#skip = 0;
        this.#startAt = this.#position;
        this.#passed = 0;
      }
    }
    const { used, pieces, isWhole = false, problem, isFatal = false } = await this.#members.unpack(
      bytes,
      (member) => this.#isWanted(member) && !this.#isCounted(member),
    );
    this.#isWhole = isWhole;
    for (const piece of pieces) this.#cutUp(piece);
    if (problem !== undefined) {
      this.#problem("damaged", `the member at byte ${this.#memberAt} is damaged: ${problem}`);
      this.#isEnded = isFatal || (isWhole && this.#header === undefined);
    }
    return used;
  }

  #cutUp(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#pieces.push(bytes.subarray(at, at + PIECE_BYTES));
    }
  }

  #split(piece: Uint8Array): void {
    const problem = this.#splitter.push(piece, this.#visit) ?? this.#unfinishedRecord();
    if (problem === undefined) return;
    this.#problem("damaged", `the record ${this.#recordPlace()} is damaged: ${problem}`);
    this.#isEnded ||= !this.#isWhole || this.#header === undefined;
    this.#pieces = [];
    this.#splitter.clear();
  }

  /** A member of ours ends with a whole record. */
  #unfinishedRecord(): string | undefined {
    const isDone = this.#isWhole && this.#pieces.length === 0;
    return isDone && this.#splitter.held > 0 ? "its last record is cut short" : undefined;
  }

  /** Keeps a record that is wanted; returns what is wrong with the header record. */
  #accept(bytes: Uint8Array, at: number, end: number): string | undefined {
    if (this.#header === undefined) return this.#acceptHeader(bytes.subarray(at, end));
    this.#passed++;
    if (this.#skip > 0) {
      this.#skip--;
      return undefined;
    }
    // Records that are too damaged to tell are for the caller to complain about.
    if (this.#isInSpan !== undefined && !this.#isInSpan(bytes, at, end)) return undefined;
    if (this.#filter !== undefined && !this.#filter(bytes, at, end)) return undefined;
    if (this.#wanted.countOnly) this.#counted++;
    else this.#records.push(bytes.subarray(at, end));
    return undefined;
  }

  #acceptHeader(record: Uint8Array): string | undefined {
    const header = parseMessage(HeaderSchema, record);
    if (header === undefined) return "it is no header";
    // The file of refused batches of unknown types; zero bytes are a header of that type, too.
    const isOfUnknown = header.Type === UNKNOWN_TYPE && header.Version !== "";
    const schema = isOfUnknown ? HeaderSchema : recordSchema(header.Type);
    if (schema === undefined) return `it is no header, no record has the type ${header.Type}`;
    this.#header = header;
    this.#schema = schema;
    this.#isInSpan = spanFilter(schema, this.#wanted.from, this.#wanted.to);
    this.#filter = this.#wanted.filterOf?.(schema);
    const place = this.#wanted.placeOf?.(header);
    if (place === undefined) return undefined;
    // Until that place is reached, all that stands before it has been had.
    this.#skip = place.offset > 0 ? Infinity : place.records;
    if (place.offset > 0) this.#goOnAt = place;
    return undefined;
  }

  #isWanted({ firstTime, lastTime }: MemberHeader): boolean {
    const { from, to } = this.#wanted;
    if (this.#header === undefined) return true; // the first member, with the header record
    if (firstTime === 0n) return true; // the time of some record is unknown there
    return (from === undefined || lastTime >= from) && (to === undefined || firstTime < to);
  }

  /** Counts the records of a member by its header, where that tells that all are wanted. */
  #isCounted({ firstTime, lastTime, count }: MemberHeader): boolean {
    const { from, to, countOnly = false } = this.#wanted;
    if (!countOnly || this.#header === undefined || this.#filter !== undefined) return false;
    const isWithin = (from === undefined || firstTime >= from) &&
      (to === undefined || lastTime < to);
    const isTimed = firstTime !== 0n || (from === undefined && to === undefined);
    if (!isWithin || !isTimed) return false;
    this.#counted += count;
    return true;
  }

  /** Where the record is that has begun. */
  #recordPlace(): string {
    return this.#isPlain
      ? `at byte ${this.#recordAt()}`
      : `in the member at byte ${this.#memberAt}`;
  }

  #recordAt(): number {
    const unsplit = this.#pieces.reduce((bytes, piece) => bytes + piece.length, 0);
    return this.#position - unsplit - this.#splitter.held;
  }

  #problem(code: ReadProblem["code"], message: string): void {
    const offset = this.#isPlain ? this.#recordAt() : this.#memberAt;
    this.#problems.push({ code, offset, message });
  }

  #take(isDry: boolean): Reading {
    const [records, counted, problems] = [this.#records, this.#counted, this.#problems];
    const reading = { records, counted, problems, isDry };
    this.#records = [];
    this.#counted = 0;
    this.#problems = [];
    return reading;
  }
}
