/** A request for something, or the status that refuses it. */
export type RequestHead =
  | { readonly path: string }
  | { readonly status: 400 | 405 };

/**
 * Reads the first line of an HTTP/1 request (RFC 9112, 3). Nothing is done but to answer GET: other methods
 * are refused, and what stands behind a `?` says nothing here.
 */
export function parseRequestHead(head: string): RequestHead {
  const [line = ""] = head.split("\r\n", 1);
  const match = /^([A-Z]+) (?:http:\/\/[^/?# ]*)?(\/[^?# ]*)(?:\?[^# ]*)? HTTP\/1\.[01]$/.exec(
    line,
  );
  if (!match) return { status: 400 };
  return match[1] === "GET" ? { path: match[2]! } : { status: 405 };
}
