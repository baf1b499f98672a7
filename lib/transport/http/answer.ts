import { concat } from "../../base/bytes/bytes.ts";

/** What is answered to a request. */
export interface Answer {
  readonly status: Status;
  /** The media type. */
  readonly type: string;
  readonly text: string;
  /** More headers than every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that goes on for as long as whoever asked reads. */
export interface StreamedAnswer extends Omit<Answer, "status" | "text"> {
  /**
   * Sends, and returns when there is no more to send. It is called once for each answer that is given, even
   * if whoever asked has gone.
   *
   * @param send Resolves when so much of it has been taken that more may come; rejects when nobody reads.
   * @param signal Aborts when nobody reads any more, or nothing is to be served any more.
   */
  readonly stream: (send: (text: string) => Promise<void>, signal: AbortSignal) => Promise<void>;
}

/** Those that are given. */
export type Status = keyof typeof WORDS;

const WORDS = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  421: "Misdirected Request",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** An answer that says its status, in words. */
export function plainAnswer(status: Status, text: string = WORDS[status]): Answer {
  return { status, type: "text/plain; charset=utf-8", text: `${text}\n` };
}

/** The bytes of an answer (RFC 9112, 4). */
export function encodeAnswer(answer: Answer): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(answer.text);
  return concat([encodeHead(answer.status, answer, [`Content-Length: ${body.length}`]), body]);
}

/** The bytes of the head of an answer whose end is that of the connection. */
export function encodeStreamHead(answer: StreamedAnswer): Uint8Array<ArrayBuffer> {
  return encodeHead(200, answer, []);
}

function encodeHead(
  status: Status,
  { type, headers = {} }: Pick<Answer, "type" | "headers">,
  more: readonly string[],
): Uint8Array<ArrayBuffer> {
  const lines = [
    `HTTP/1.1 ${status} ${WORDS[status]}`,
    `Content-Type: ${type}`,
    ...more,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "Connection: close",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}
