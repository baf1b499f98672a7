/** What a request asks for. */
export interface RequestHead {
  /** In capital letters. */
  readonly method: string;
  readonly path: string;
  /** What stands behind the `?`; empty without one. */
  readonly query: string;
  /** By name, in small letters. */
  readonly headers: ReadonlyMap<string, string>;
}

const REQUEST_LINE = /^([A-Z]+) (?:https?:\/\/[^/?# ]*)?(\/[^?# ]*)(?:\?([^# ]*))? HTTP\/1\.[01]$/;
/** A name, and a value that has no control characters; lines that go on in the next are none. */
// deno-lint-ignore no-control-regex
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*$/;
/** Headers of which there may be several lines, which are one list. */
const LISTS = ["accept", "accept-encoding", "accept-language", "cookie", "x-forwarded-for"];

/**
 * Reads the head of an HTTP/1 request up to its empty line (RFC 9112, 3 and 5); undefined for what is
 * none. What several readers may read in several ways is refused: a header that is there twice, and a body
 * in pieces (`Transfer-Encoding`).
 */
export function parseRequestHead(head: string): RequestHead | undefined {
  const [first = "", ...lines] = head.split("\r\n\r\n", 1)[0]!.split("\r\n");
  const match = REQUEST_LINE.exec(first);
  if (!match) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    const before = headers.get(key);
    if (key === "transfer-encoding" || (before !== undefined && !LISTS.includes(key))) {
      return undefined;
    }
    const separator = key === "cookie" ? "; " : ", ";
    headers.set(key, before === undefined ? value : before + separator + value);
  }
  return { method: match[1]!, path: match[2]!, query: match[3] ?? "", headers };
}

/** How many bytes follow the head; undefined when that is no number. */
export function bodyLength({ headers }: RequestHead): number | undefined {
  const text = headers.get("content-length") ?? "0";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
