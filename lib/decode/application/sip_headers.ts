/**
 * The headers of a SIP message. RFC 3261, sections 7.3.1 and 25.1: name, colon, value, each on a
 * line; a line that begins with white space goes on with the value of the one before.
 */
import type { Tag } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";

/** Comparing names takes the square of the number of headers. */
const MAX_HEADERS = 256;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Where the headers of one message are. One object serves all messages, so that none costs memory. */
export class SipHeaders {
  /** Whether the empty line is there that ends the headers. */
  isEnded = false;
  #count = 0;
  readonly #nameAt = new Uint32Array(MAX_HEADERS);
  readonly #nameEnd = new Uint32Array(MAX_HEADERS);
  /** The same for names that differ in the case of letters only, so that few have to be compared. */
  readonly #nameHash = new Int32Array(MAX_HEADERS);
  readonly #valueAt = new Uint32Array(MAX_HEADERS);
  readonly #valueEnd = new Uint32Array(MAX_HEADERS);

  /** How many headers were found, those of one name each for itself. */
  get count(): number {
    return this.#count;
  }

  /**
   * Finds the headers behind the first line, which ends at `at`, up to the empty line or to the end. A
   * last line that does not end is a header if it has the form of one and the end was not cut.
   *
   * @returns Whether every line that ends is a header, and there are not more than we look at.
   */
  parse(bytes: Uint8Array, at: number, end: number, isCut: boolean): boolean {
    this.#count = 0;
    this.isEnded = false;
    at = afterLine(bytes, at, end);
    while (at < end) {
      const lineEnd = endOfLine(bytes, at, end);
      const next = afterLine(bytes, lineEnd, end);
      const isWhole = bytes[next - 1] === LF;
      if (lineEnd === at) {
        this.isEnded = isWhole;
        return true;
      }
      if (!isWhole) {
        if (!isCut) this.#take(bytes, at, bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd);
        return true;
      }
      if (!this.#take(bytes, at, lineEnd)) return false;
      at = next;
    }
    return true;
  }

  /** The first header of that name, in lower case; -1 when there is none. */
  indexOf(bytes: Uint8Array, name: Uint8Array): number {
    for (let index = 0; index < this.#count; index++) {
      if (isName(bytes, this.#nameAt[index]!, this.#nameEnd[index]!, name, 0, name.length)) {
        return index;
      }
    }
    return -1;
  }

  /** Where the value of a header begins, behind white space. */
  valueAt(index: number): number {
    return this.#valueAt[index]!;
  }

  /** Where it ends. */
  valueEnd(index: number): number {
    return this.#valueEnd[index]!;
  }

  /** Writes an element for each name: in lower case, a colon, and its values with commas between. */
  write(out: WireWriter, tag: Tag<Uint8Array>, bytes: Uint8Array): void {
    for (let index = 0; index < this.#count; index++) {
      if (this.#hasName(bytes, index, 0, index)) continue;
      const header = out.open(tag);
      for (let at = this.#nameAt[index]!; at < this.#nameEnd[index]!; at++) {
        out.byte(lowerCase(bytes[at]!));
      }
      out.byte(COLON);
      this.#writeValue(out, bytes, index);
      for (let other = index + 1; other < this.#count; other++) {
        if (!this.#hasName(bytes, index, other, other + 1)) continue;
        out.byte(COMMA);
        this.#writeValue(out, bytes, other);
      }
      out.close(header);
    }
  }

  /** Takes in one line; false when it is no header. */
  #take(bytes: Uint8Array, at: number, end: number): boolean {
    if (isBlank(bytes[at]!)) {
      const last = this.#count - 1;
      if (last < 0) return false;
      if (this.#valueEnd[last] === this.#valueAt[last]) {
        this.#valueAt[last] = skipBlank(bytes, at, end);
      }
      this.#valueEnd[last] = trimmedEnd(bytes, this.#valueAt[last]!, end);
      return true;
    }
    let colonAt = at;
    while (colonAt < end && bytes[colonAt] !== COLON) colonAt++;
    const nameEnd = trimmedEnd(bytes, at, colonAt);
    if (colonAt === end || nameEnd === at || this.#count === MAX_HEADERS) return false;
    const index = this.#count++;
    this.#nameAt[index] = at;
    this.#nameEnd[index] = nameEnd;
    this.#nameHash[index] = hashOf(bytes, at, nameEnd);
    const valueAt = skipBlank(bytes, colonAt + 1, end);
    this.#valueAt[index] = valueAt;
    this.#valueEnd[index] = trimmedEnd(bytes, valueAt, end);
    return true;
  }

  /** Whether one of the headers `[from, to)` has the same name as that at `index`. */
  #hasName(bytes: Uint8Array, index: number, from: number, to: number): boolean {
    const at = this.#nameAt[index]!;
    const end = this.#nameEnd[index]!;
    const hash = this.#nameHash[index]!;
    for (let other = from; other < to; other++) {
      if (this.#nameHash[other] !== hash) continue;
      if (isName(bytes, at, end, bytes, this.#nameAt[other]!, this.#nameEnd[other]!)) return true;
    }
    return false;
  }

  /** Writes a value, with one space where it goes on in another line. */
  #writeValue(out: WireWriter, bytes: Uint8Array, index: number): void {
    const end = this.#valueEnd[index]!;
    let at = this.#valueAt[index]!;
    while (at < end) {
      const lineEnd = endOfLine(bytes, at, end);
      out.raw(bytes, at, trimmedEnd(bytes, at, lineEnd));
      at = skipBlank(bytes, afterLine(bytes, lineEnd, end), end);
      if (at < end) out.byte(SPACE);
    }
  }
}

/** Where the line at `at` ends, without its line break; `end` when there is none. */
export function endOfLine(bytes: Uint8Array, at: number, end: number): number {
  let lineEnd = at;
  while (lineEnd < end && bytes[lineEnd] !== LF) lineEnd++;
  return lineEnd < end && lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
}

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** Where the next line begins, behind the line break at `at`. */
function afterLine(bytes: Uint8Array, at: number, end: number): number {
  if (at < end && bytes[at] === CR) at++;
  return at < end && bytes[at] === LF ? at + 1 : at;
}

function skipBlank(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}

/** Where `bytes[at, end)` ends without the white space at its end. */
function trimmedEnd(bytes: Uint8Array, at: number, end: number): number {
  while (end > at && isBlank(bytes[end - 1]!)) end--;
  return end;
}

function hashOf(bytes: Uint8Array, at: number, end: number): number {
  let hash = 0;
  while (at < end) hash = Math.imul(hash, 31) + lowerCase(bytes[at++]!) | 0;
  return hash;
}

/** Whether two names are the same but for the case of their letters. */
function isName(
  a: Uint8Array,
  aAt: number,
  aEnd: number,
  b: Uint8Array,
  bAt: number,
  bEnd: number,
): boolean {
  if (aEnd - aAt !== bEnd - bAt) return false;
  while (aAt < aEnd) if (lowerCase(a[aAt++]!) !== lowerCase(b[bAt++]!)) return false;
  return true;
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
