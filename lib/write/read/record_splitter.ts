import { concat } from "../../base/bytes/bytes.ts";
import { readUvarint, uvarintEnd } from "../../base/bytes/uvarint.ts";

/** No record in a file may be longer: a length is a claim of whoever wrote it. */
const MAX_FILE_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * Sees the record `bytes[at, end)`. The bytes stay as they are, so that a part of them may be kept.
 * Returns what is wrong with the record, if anything is.
 */
export type RecordVisit = (bytes: Uint8Array, at: number, end: number) => string | undefined;

/** Finds the records (`uvarint(length) bytes[length]`) in a stream that comes in pieces. */
export class RecordSplitter {
  /** A record that has begun: its pieces, their bytes, and how many it takes to get on. */
  #parts: Uint8Array[] = [];
  #held = 0;
  #needed = 1;

  /** Bytes of a record whose end has not come yet. */
  get held(): number {
    return this.#held;
  }

  /**
   * Takes the next piece and calls `visit` with each record that is whole now, until it returns what
   * is wrong with one. Returns that, or what is wrong with a length; there is no way to go on then.
   *
   * @param piece Kept and passed on, not copied: it must stay as it is.
   */
  push(piece: Uint8Array, visit: RecordVisit): string | undefined {
    this.#parts.push(piece);
    this.#held += piece.length;
    if (this.#held < this.#needed) return undefined;
    const bytes = this.#parts.length === 1 ? piece : concat(this.#parts);
    let at = 0;
    let needed = 1;
    let problem: string | undefined;
    while (at < bytes.length) {
      const bodyAt = uvarintEnd(bytes, at, bytes.length);
      if (bodyAt === -1) {
        needed = bytes.length - at + 1;
        break;
      }
      const length = bodyAt < 0 ? Infinity : readUvarint(bytes, at, bodyAt);
      if (length > MAX_FILE_RECORD_BYTES) {
        problem = bodyAt < 0
          ? "a record's length is not a number"
          : `a record claims ${length} bytes, and at most ${MAX_FILE_RECORD_BYTES} are read`;
        break;
      }
      const end = bodyAt + length;
      if (end > bytes.length) {
        needed = end - at;
        break;
      }
      problem = visit(bytes, bodyAt, end);
      if (problem !== undefined) break;
      at = end;
    }
    this.#parts = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#held = bytes.length - at;
    this.#needed = needed;
    return problem;
  }

  /** Forgets a record that has begun. */
  clear(): void {
    this.#parts = [];
    this.#held = 0;
    this.#needed = 1;
  }
}
