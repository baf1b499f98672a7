/** The beginning of an HTTP/1.x message: first line and headers. RFC 9112, sections 2 to 5. */

/** Headers of one message; more are taken for an attack. */
const MAX_HEADERS = 256;
/** Names that were made before, as far as there is room for them. */
const NAMES = new Map<string, string>();
const MAX_NAMES = 256;
const LF = 0x0a;
const CR = 0x0d;

/** A message's first line and its headers. */
export interface HttpHead {
  readonly firstLine: string;
  readonly headers: HttpHeaders;
  /** Where the body begins. */
  readonly end: number;
}

/** Headers, looked up by name whatever the case of its letters. */
export class HttpHeaders {
  /** By name in lower case: the name as `Content-Type`, and the values with `, ` between. */
  readonly #values = new Map<string, { readonly name: string; value: string }>();
  /** Values of a name that may come several times and has commas in it. */
  readonly cookies: string[] = [];
  #count = 0;

  /** Takes one line; false when it is no header, or one too many. */
  add(line: string): boolean {
    const match = /^([^\s:()<>@,;\\"/[\]?={}]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line);
    if (match === null || ++this.#count > MAX_HEADERS) return false;
    const [, name = "", value = ""] = match;
    const key = name.toLowerCase();
    if (key === "set-cookie") this.cookies.push(value);
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, { name: canonical(key), value });
    else known.value += `, ${value}`;
    return true;
  }

  /** Adds a line that goes on with the header before. RFC 9112, section 5.2. */
  goOn(text: string): boolean {
    const last = [...this.#values.values()].at(-1);
    if (last === undefined) return false;
    last.value += ` ${text.trim()}`;
    return true;
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

/**
 * The head that begins at `at`; `more` when its end is not there, `broken` when it is none.
 */
export function parseHttpHead(
  bytes: Uint8Array,
  at: number,
  end: number,
): HttpHead | "more" | "broken" {
  while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++; // RFC 9112, section 2.2
  const headEnd = endOfHead(bytes, at, end);
  if (headEnd < 0) return "more";
  const [firstLine = "", ...lines] = DECODER.decode(bytes.subarray(at, headEnd)).split(/\r?\n/);
  const headers = new HttpHeaders();
  for (const line of lines) {
    if (line === "") continue;
    const isTaken = /^[ \t]/.test(line) ? headers.goOn(line) : headers.add(line);
    if (!isTaken) return "broken";
  }
  return { firstLine, headers, end: headEnd };
}

/** Behind the empty line; -1 when it is not there. */
function endOfHead(bytes: Uint8Array, at: number, end: number): number {
  for (let lineAt = at; lineAt < end;) {
    const lineEnd = bytes.indexOf(LF, lineAt);
    if (lineEnd < 0 || lineEnd >= end) return -1;
    const length = lineEnd - lineAt;
    if (lineAt > at && (length === 0 || (length === 1 && bytes[lineAt] === CR))) return lineEnd + 1;
    lineAt = lineEnd + 1;
  }
  return -1;
}

/** `content-type` as `Content-Type`. */
function canonical(key: string): string {
  const known = NAMES.get(key);
  if (known !== undefined) return known;
  const name = key.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  if (NAMES.size < MAX_NAMES) NAMES.set(key, name);
  return name;
}
