/** The fields of a mail's header that records have. RFC 5322, section 3.6; RFC 2045, 2183, 3282. */

/** Others are not kept. */
const KEPT = new Set([
  ...["return-path", "from", "to", "cc", "subject", "date", "message-id", "references"],
  ...["in-reply-to", "content-language", "content-type", "content-disposition"],
  ...["x-originating-ip", "envelope-to", "delivery-date"],
]);
/** Of a field, unfolded; what is behind is left out. */
const MAX_LENGTH = 4096;
const CHARACTER_BYTES = 2;
/** Of a line, besides its characters. */
const LINE_BYTES = 64;
const FIELD = /^([!-9;-~]+)[ \t]*:(.*)$/s;

/** The lines of a field, without its name. */
interface Field {
  readonly lines: string[];
  length: number;
}

/** One header. */
export class MailHeader {
  readonly #fields = new Map<string, Field>();
  #last: Field | undefined;
  #keptBytes = 0;
  #isCut = false;

  /** Takes a line, which begins a field, or goes on with the one before. */
  add(line: string): void {
    if (/^[ \t]/.test(line)) return this.#append(line);
    const [, name = "", value = ""] = FIELD.exec(line) ?? [];
    const key = name.toLowerCase();
    this.#last = undefined;
    if (!KEPT.has(key)) return;
    this.#keptBytes -= bytesOf(this.#fields.get(key));
    this.#fields.set(key, this.#last = { lines: [], length: 0 });
    this.#append(value);
  }

  /** What a field says, of several the last, without spaces around it; empty where there is none. */
  of(name: string): string {
    return this.#fields.get(name)?.lines.join("").trim() ?? "";
  }

  /** Whether it has none of the fields. */
  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  /** Whether something of a field was left out. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** What it keeps, roughly. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  #append(text: string): void {
    const field = this.#last;
    if (field === undefined) return;
    const kept = text.slice(0, MAX_LENGTH - field.length);
    if (kept.length < text.length) {
      this.#isCut = true;
      this.#last = undefined;
    }
    if (kept === "") return;
    field.lines.push(kept);
    field.length += kept.length;
    this.#keptBytes += LINE_BYTES + CHARACTER_BYTES * kept.length;
  }
}

function bytesOf(field: Field | undefined): number {
  return field === undefined ? 0 : LINE_BYTES * field.lines.length + CHARACTER_BYTES * field.length;
}
