/** Transactions of HTTP/1.0 and 1.1, as many as a connection has. RFC 9112. */
import { basicLogin, writeCredentials } from "./credentials.ts";
import { type BodyLength, HttpBody } from "./http_body.ts";
import { type HttpHead, type HttpHeaders, parseHttpHead } from "./http_head.ts";
import {
  type HttpRequest,
  type HttpResponse,
  wantsFiles,
  writeFile,
  writeTransaction,
} from "./http_record.ts";
import type { Inventory } from "./inventory.ts";
import type { Reader, ReaderState } from "./reader.ts";
import { programOfHeader, programOfUserAgent } from "./software_words.ts";
import type { Ends, StreamRecords } from "./stream_records.ts";

/** Requests that may wait for their answers. */
const MAX_WAITING = 32;
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S.*) (HTTP\/1\.[01])$/;
const STATUS_LINE = /^(HTTP\/1\.[01]) (\d{3})(?: |$)/;

export class HttpReader implements Reader {
  readonly application = "HTTP";
  state: ReaderState = "more";
  /** Those without an answer, in order; the last one's body may still be passing. */
  readonly #waiting: HttpRequest[] = [];
  #requestBody: { readonly request: HttpRequest; readonly body: HttpBody } | undefined;
  #response:
    | { readonly request: HttpRequest | undefined; readonly response: HttpResponse }
    | undefined;
  #hasRequests = false;
  #isServerNamed = false;

  constructor(
    private readonly records: StreamRecords,
    private readonly inventory: Inventory,
    private readonly ends: Ends,
  ) {}

  read(fromClient: boolean, bytes: Uint8Array, at: number, end: number): number {
    let before = -1;
    while (at < end && at !== before && this.state === "more") {
      before = at;
      at = fromClient ? this.#readRequest(bytes, at, end) : this.#readResponse(bytes, at, end);
    }
    return at;
  }

  ended(fromClient: boolean, _rest: Uint8Array, isWhole: boolean): void {
    if (!fromClient && isWhole) this.#response?.response.body.end();
    this.state = "done";
  }

  close(): void {
    if (this.#response !== undefined) this.#finishResponse();
    for (const request of this.#waiting) {
      writeTransaction(this.records, this.ends, request, undefined);
    }
    this.#waiting.length = 0;
  }

  #readRequest(bytes: Uint8Array, at: number, end: number): number {
    if (this.#requestBody !== undefined) {
      const { request, body } = this.#requestBody;
      at = body.read(bytes, at, end);
      if (body.isBroken) this.state = "broken";
      if (body.isEnded) {
        writeFile(this.records, this.ends, request, request, false);
        this.#requestBody = undefined;
      }
      return at;
    }
    const head = this.#head(bytes, at, end);
    if (head === undefined) return at;
    const match = REQUEST_LINE.exec(head.firstLine);
    if (match === null || this.#waiting.length === MAX_WAITING) {
      this.state = "broken";
      return at;
    }
    const [, method = "", target = "", protocol = ""] = match;
    const body = new HttpBody(requestLength(head.headers), wantsFiles(this.records));
    const request = {
      at: this.records.now(),
      method,
      target,
      protocol,
      headers: head.headers,
      body,
    };
    this.#waiting.push(request);
    this.#hasRequests = true;
    if (!body.isEnded) this.#requestBody = { request, body };
    this.#takeNotice(request);
    return head.end;
  }

  #readResponse(bytes: Uint8Array, at: number, end: number): number {
    if (this.#response !== undefined) {
      const { body } = this.#response.response;
      at = body.read(bytes, at, end);
      if (body.isBroken) this.state = "broken";
      else if (body.isEnded) this.#finishResponse();
      return at;
    }
    // Where the capture has turned them round, the answer waits for the request.
    if (this.#hasRequests && this.#waiting.length === 0) return at;
    const head = this.#head(bytes, at, end);
    if (head === undefined) return at;
    const match = STATUS_LINE.exec(head.firstLine);
    if (match === null) {
      this.state = "broken";
      return at;
    }
    const status = Number(match[2]);
    if (status < 200 && status !== 101) return head.end; // interim: RFC 9110, section 15.2
    const request = this.#waiting.shift();
    const isSwitch = status === 101 || (request?.method === "CONNECT" && status < 300);
    const length = isSwitch || request?.method === "HEAD"
      ? 0
      : responseLength(status, head.headers);
    const body = new HttpBody(length, wantsFiles(this.records));
    const response = {
      at: this.records.now(),
      protocol: match[1]!,
      status,
      headers: head.headers,
      body,
    };
    this.#response = { request, response };
    if (!this.#isServerNamed) this.#nameServer(bytes.subarray(at, head.end), head.headers);
    if (body.isEnded) this.#finishResponse();
    if (isSwitch) this.state = "other";
    return head.end;
  }

  #head(bytes: Uint8Array, at: number, end: number): HttpHead | undefined {
    const head = parseHttpHead(bytes, at, end);
    if (head === "broken") this.state = "broken";
    return typeof head === "string" ? undefined : head;
  }

  #finishResponse(): void {
    const { request, response } = this.#response!;
    this.#response = undefined;
    writeTransaction(this.records, this.ends, request, response);
    writeFile(this.records, this.ends, request, response, true);
  }

  /** Who asks, and by which name. */
  #takeNotice({ headers }: HttpRequest): void {
    const agent = headers.of("user-agent");
    if (agent !== "") {
      this.inventory.program(this.ends, true, {
        source: "UserAgent",
        text: agent,
        parse: programOfUserAgent,
        service: this.application,
      });
    }
    const [scheme = "", credentials = ""] = headers.of("authorization").split(/ +(.*)/s);
    const login = /^basic$/i.test(scheme)
      ? { service: "HTTP Basic Auth", ...basicLogin(credentials) }
      : /^digest$/i.test(scheme)
      ? {
        service: "HTTP Digest Auth",
        user: /\busername="([^"]*)"/.exec(credentials)?.[1],
        hasSecret: /\bresponse=/.test(credentials),
      }
      : undefined;
    const { service, user, hasSecret = false } = login ?? {};
    if (service === undefined || user === undefined) return;
    writeCredentials(this.records, this.ends, { service, user, hasSecret });
  }

  #nameServer(banner: Uint8Array, headers: HttpHeaders): void {
    this.#isServerNamed = true;
    const program = programOfHeader(headers.of("server"));
    this.inventory.service(this.ends, "TCP", this.application, banner, program);
    for (
      const [key, source] of [["server", "ServerName"], ["x-powered-by", "X-Powered-By"]] as const
    ) {
      const text = headers.of(key);
      const { application: service } = this;
      this.inventory.program(this.ends, false, { source, text, parse: programOfHeader, service });
    }
  }
}

/** RFC 9112, section 6.3: a request without either header has no body. */
function requestLength(headers: HttpHeaders): BodyLength {
  if (isChunked(headers)) return "chunked";
  return saidLength(headers) ?? 0;
}

function responseLength(status: number, headers: HttpHeaders): BodyLength {
  if (status === 204 || status === 304) return 0;
  if (isChunked(headers)) return "chunked";
  return saidLength(headers) ?? "until-end";
}

function isChunked(headers: HttpHeaders): boolean {
  return /(?:^|,)\s*chunked\s*$/i.test(headers.of("transfer-encoding"));
}

function saidLength(headers: HttpHeaders): number | undefined {
  const [first = "", ...others] = headers.of("content-length").split(/\s*,\s*/);
  return /^\d{1,15}$/.test(first) && others.every((other) => other === first)
    ? Number(first)
    : undefined;
}
