/** The beginning of an HTTP/1.x message: first line and headers. RFC 9112, sections 2 to 5. */

/** Headers of one message; more are taken for an attack. */
const MAX_HEADERS = 256;
/** Names that were made before, as far as there is room for them. */
const NAMES = new Map<string, string>();
const MAX_NAMES = 256;
const MAX_KNOWN_NAME_LENGTH = 64;
/** What a header costs besides its characters, roughly. */
const HEADER_BYTES = 200;
const CHARACTER_BYTES = 2;
const LF = 0x0a;
const CR = 0x0d;

/** A message's first line and its headers. */
export interface HttpHead {
  readonly firstLine: string;
  readonly headers: HttpHeaders;
  /** Where the body begins. */
  readonly end: number;
  /** What it costs to keep it, roughly. */
  readonly keptBytes: number;
}

/** Headers, looked up by name whatever the case of its letters. */
export class HttpHeaders {
  /** By name in lower case: the name as `Content-Type`, and the values with `, ` between. */
  readonly #values = new Map<string, { readonly name: string; value: string }>();
  /** Values of a name that may come several times and has commas in it. */
  readonly cookies: string[] = [];
  #last: { value: string } | undefined;
  #count = 0;

  /** Takes one line; false when it is no header, or one too many. */
  add(line: string): boolean {
    const name = /^([^\s:()<>@,;\\"/[\]?={}]+)[ \t]*:/.exec(line);
    if (name === null || ++this.#count > MAX_HEADERS) return false;
    const key = name[1]!.toLowerCase();
    const value = line.slice(name[0].length).trim();
    if (key === "set-cookie") this.cookies.push(value);
    const known = this.#values.get(key);
    const header = known ?? { name: canonical(key), value };
    if (known === undefined) this.#values.set(key, header);
    else header.value += `, ${value}`;
    this.#last = header;
    return true;
  }

  /** Adds a line that goes on with the header before. RFC 9112, section 5.2. */
  goOn(text: string): boolean {
    if (this.#last === undefined) return false;
    this.#last.value += ` ${text.trim()}`;
    return true;
  }

  /** What all of them cost besides their characters, roughly. */
  get keptBytes(): number {
    return HEADER_BYTES * this.#count;
  }

  /** Value by name in lower case; empty when it is not there. */
  of(key: string): string {
    return this.#values.get(key)?.value ?? "";
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** All, in the order in which they came. */
  *entries(): Iterable<{ readonly key: string; readonly name: string; readonly value: string }> {
    for (const [key, { name, value }] of this.#values) yield { key, name, value };
  }
}

const DECODER = new TextDecoder();

/** Where a message begins: empty lines may be in front of it. RFC 9112, section 2.2. */
export function passEmptyLines(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
  return at;
}

/** The head `bytes[at, headEnd)`; undefined when it is none. */
export function parseHttpHead(
  bytes: Uint8Array,
  at: number,
  headEnd: number,
): HttpHead | undefined {
  const [firstLine = "", ...lines] = DECODER.decode(bytes.subarray(at, headEnd)).split(/\r?\n/);
  const headers = new HttpHeaders();
  for (const line of lines) {
    if (line === "") continue;
    const isTaken = /^[ \t]/.test(line) ? headers.goOn(line) : headers.add(line);
    if (!isTaken) return undefined;
  }
  const keptBytes = CHARACTER_BYTES * (headEnd - at) + headers.keptBytes;
  return { firstLine, headers, end: headEnd, keptBytes };
}

/** Finds where heads end that come in parts, and looks at no line twice. One object for each side. */
export class HeadEnds {
  /** Where the line is whose end has not come, from the head's beginning. */
  #lineAt = 0;

  /** Where the body of the head at `at` begins; -1 when that is not there: then it comes again, with more. */
  find(bytes: Uint8Array, at: number, end: number): number {
    for (let lineAt = at + this.#lineAt; lineAt < end;) {
      const length = bytes.subarray(lineAt, end).indexOf(LF);
      if (length < 0) break;
      const isEmpty = length === 0 || (length === 1 && bytes[lineAt] === CR);
      const isFirst = lineAt === at;
      lineAt += length + 1;
      this.#lineAt = isEmpty && !isFirst ? 0 : lineAt - at;
      if (isEmpty && !isFirst) return lineAt;
    }
    return -1;
  }
}

/** `content-type` as `Content-Type`. */
function canonical(key: string): string {
  const known = NAMES.get(key);
  if (known !== undefined) return known;
  const name = key.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  if (NAMES.size < MAX_NAMES && key.length <= MAX_KNOWN_NAME_LENGTH) NAMES.set(key, name);
  return name;
}
