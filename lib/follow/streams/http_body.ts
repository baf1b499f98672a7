/** Passes the body of an HTTP/1.x message, which has a length, is chunked or lasts. RFC 9112, sections 6 and 7. */
import { BodyHash } from "./crypto.ts";
import { MAX_SNIFFED_BYTES, sniffType } from "./sniff_type.ts";

/** So much of a body is hashed. */
export const MAX_HASHED_BYTES = 1 << 20;
/** A longer line between chunks, or in a trailer, is none. */
const MAX_LINE_BYTES = 4096;
const LF = 0x0a;

/** How a body ends: behind so many bytes, as its chunks say, or with the connection. */
export type BodyLength = number | "chunked" | "until-end";

export class HttpBody {
  /** Whether all of it has passed. */
  isEnded: boolean;
  /** Whether it is not chunked as it says. */
  isBroken = false;
  /** Bytes of content so far, without what frames chunks. */
  length = 0;
  /** Bytes of content that were hashed. */
  hashed = 0;
  /** Bytes of content, or of a line break, until the next line of the framing; -1 within lines. */
  #left: number;
  #isTrailer = false;
  #isAfterChunk = false;
  readonly #hash: BodyHash | undefined;
  #head = new Uint8Array(0);
  #type = "";

  /** @param isHashed Whether anybody wants the hash. */
  constructor(private readonly framing: BodyLength, isHashed: boolean) {
    this.#left = framing === "chunked" ? -1 : framing === "until-end" ? Infinity : framing;
    this.isEnded = framing === 0;
    if (isHashed && !this.isEnded) this.#hash = new BodyHash();
  }

  /** Takes bytes; returns where those begin that are behind the body, or that need more behind them. */
  read(bytes: Uint8Array, at: number, end: number): number {
    while (at < end && !this.isEnded && !this.isBroken) {
      if (this.#left > 0) {
        const to = Math.min(end, at + this.#left);
        this.#take(bytes.subarray(at, to));
        this.#left -= to - at;
        at = to;
        if (this.#left > 0) return at;
        this.isEnded = this.framing !== "chunked";
        this.#left = -1;
        this.#isAfterChunk = true;
        continue;
      }
      const lineEnd = bytes.subarray(at, Math.min(end, at + MAX_LINE_BYTES)).indexOf(LF);
      if (lineEnd < 0) {
        this.isBroken = end - at >= MAX_LINE_BYTES;
        return at;
      }
      this.#takeLine(new TextDecoder().decode(bytes.subarray(at, at + lineEnd)).trimEnd());
      at += lineEnd + 1;
    }
    return at;
  }

  /** Says that the connection has ended. */
  end(): void {
    if (this.framing === "until-end") this.isEnded = true;
  }

  /** MD5 of what was hashed; empty when nobody wants it. Once. */
  digest(): string {
    return this.#hash?.digest() ?? "";
  }

  /** Its media type by its first bytes; empty without any. */
  detectedType(): string {
    if (this.#head.length === 0) return "";
    this.#type ||= sniffType(this.#head);
    return this.#type;
  }

  #take(part: Uint8Array): void {
    this.length += part.length;
    if (this.#head.length < MAX_SNIFFED_BYTES) {
      const more = part.subarray(0, MAX_SNIFFED_BYTES - this.#head.length);
      const head = new Uint8Array(this.#head.length + more.length);
      head.set(this.#head);
      head.set(more, this.#head.length);
      this.#head = head;
    }
    const hashed = part.subarray(0, MAX_HASHED_BYTES - this.hashed);
    if (this.#hash === undefined || hashed.length === 0) return;
    this.#hash.update(hashed);
    this.hashed += hashed.length;
  }

  /** A chunk's size, the line break behind a chunk, or a trailer. */
  #takeLine(line: string): void {
    if (this.#isTrailer) {
      this.isEnded = line === "";
    } else if (this.#isAfterChunk) {
      this.#isAfterChunk = false;
      this.isBroken = line !== "";
    } else {
      const size = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) this.isBroken = true;
      else if (parseInt(size, 16) === 0) this.#isTrailer = true;
      else this.#left = parseInt(size, 16);
    }
  }
}
