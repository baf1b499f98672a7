/** A mail on its way: what its header says; its text is passed over. RFC 5322, section 2; RFC 2045, 2046, 2183. */
import { DottedText, type TextBehind } from "./lines.ts";
import { MailHeader } from "./mail_header.ts";

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
/** Of a line; what is behind is passed over. RFC 5322, section 2.1.1, has 998. */
const MAX_LINE_BYTES = 4096;
/** Of all lines of a header. */
const MAX_HEADER_BYTES = 1 << 16;
/** Boundaries that are looked for, one in another. */
const MAX_BOUNDARIES = 8;
const DECODER = new TextDecoder();
const MULTIPART = /^multipart\//i;
/** RFC 2046, section 5.1.1: in quotes, or without what would need them. */
const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s";]{1,70}))/i;

/**
 * Reads a mail: its header, and the headers of its parts as far as to see whether one is an attachment. One
 * object for each mail.
 */
export class MailText implements TextBehind {
  readonly header = new MailHeader();
  hasAttachments = false;
  isEnded = false;
  #hasHeader = false;
  #isCut = false;
  /** What of the header is read, or of which part; of a text that has none nothing is. */
  #reads: "header" | "part" | "parts" | "text" = "header";
  readonly #isDotted: boolean;
  readonly #boundaries: string[] = [];
  readonly #line = new Uint8Array(MAX_LINE_BYTES);
  #lineBytes = 0;
  #headerBytes = 0;
  #part = new MailHeader();
  #rest: DottedText | undefined;

  /** @param isDotted Whether a line that is one dot ends it, and others have a dot more in front (RFC 5321, section 4.5.2). */
  constructor(isDotted: boolean) {
    this.#isDotted = isDotted;
  }

  /** Reads all of `bytes[at, end)`, or to where the mail ends; returns where the bytes behind begin. */
  read(bytes: Uint8Array, at: number, end: number): number {
    while (at < end && !this.isEnded) {
      if (this.#reads === "text") return this.#pass(bytes, at, end);
      const found = bytes.subarray(at, end).indexOf(LF);
      const lineEnd = found < 0 ? end : at + found;
      const room = MAX_LINE_BYTES - this.#lineBytes;
      const part = bytes.subarray(at, Math.min(lineEnd, at + room));
      this.#line.set(part, this.#lineBytes);
      this.#lineBytes += part.length;
      this.#isCut ||= this.#reads === "header" && part.length < lineEnd - at;
      if (found < 0) return end;
      at = lineEnd + 1;
      this.#takeLine();
    }
    return at;
  }

  /** Whether the header has passed to its end, and nothing of its fields was left out. */
  get isWhole(): boolean {
    return this.#hasHeader && !this.#isCut && !this.header.isCut;
  }

  /** What it keeps, roughly. */
  get keptBytes(): number {
    return MAX_LINE_BYTES + this.header.keptBytes + this.#part.keptBytes;
  }

  #pass(bytes: Uint8Array, at: number, end: number): number {
    if (!this.#isDotted) return end;
    this.#rest ??= new DottedText();
    const next = this.#rest.read(bytes, at, end);
    this.isEnded = this.#rest.isEnded;
    return next;
  }

  #takeLine(): void {
    const line = this.#line;
    let [from, to] = [0, this.#lineBytes];
    this.#lineBytes = 0;
    if (to > 0 && line[to - 1] === CR) to--;
    if (this.#isDotted && to > 0 && line[0] === DOT) {
      if (to === 1) {
        this.isEnded = true;
        return;
      }
      from = 1;
    }
    const text = () => DECODER.decode(line.subarray(from, to));
    switch (this.#reads) {
      case "header":
        this.#headerBytes += to;
        if (to === from) {
          this.#hasHeader = true;
          this.#endHeader(this.header);
        } else if (this.#headerBytes > MAX_HEADER_BYTES) this.#reads = "text";
        else this.header.add(text());
        break;
      case "part":
        if (to === from) this.#endHeader(this.#part);
        else this.#part.add(text());
        break;
      case "parts":
        if (to - from > 2 && line[from] === 0x2d && line[from + 1] === 0x2d) this.#delimit(text());
    }
  }

  /** A header is read: is there more to be seen behind it? */
  #endHeader(header: MailHeader): void {
    this.hasAttachments ||= /^\s*attachment\b/i.test(header.of("content-disposition"));
    const type = header.of("content-type");
    const boundary = MULTIPART.test(type.trim()) ? BOUNDARY.exec(type) : null;
    if (boundary !== null && this.#boundaries.length < MAX_BOUNDARIES) {
      this.#boundaries.push(boundary[1] ?? boundary[2]!);
    }
    this.#reads = this.#boundaries.length > 0 && !this.hasAttachments ? "parts" : "text";
  }

  /** A line with two hyphens in front, perhaps that before a part. */
  #delimit(line: string): void {
    const delimiter = line.slice(2).trimEnd();
    if (!this.#boundaries.includes(delimiter)) return;
    this.#part = new MailHeader();
    this.#reads = "part";
  }
}
