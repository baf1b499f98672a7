/** Transactions of HTTP/1.0 and 1.1, as many as a connection has. RFC 9112. */
import { basicLogin, writeCredentials } from "./credentials.ts";
import { type BodyLength, HttpBody } from "./http_body.ts";
import {
  HeadEnds,
  type HttpHead,
  type HttpHeaders,
  parseHttpHead,
  passEmptyLines,
} from "./http_head.ts";
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

const BANNER = new TextEncoder();
/** What is kept of a body: its first bytes, and the state of its hash, roughly. */
const BODY_BYTES = 1536;
/** A longer name and secret are none. */
const MAX_LOGIN_LENGTH = 2048;
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
  readonly #headEnds = { client: new HeadEnds(), server: new HeadEnds() };
  #hasRequests = false;
  #hasResponses = false;

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

  get keptBytes(): number {
    return this.#waiting.reduce(
      (bytes, { keptBytes }) => bytes + keptBytes,
      this.#response === undefined ? 0 : this.#response.response.keptBytes,
    );
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
    at = passEmptyLines(bytes, at, end);
    const head = this.#head(true, bytes, at, end);
    if (head === undefined) return at;
    const match = REQUEST_LINE.exec(head.firstLine);
    if (match === null || !this.#mayWait()) {
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
      keptBytes: head.keptBytes + BODY_BYTES,
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
    at = passEmptyLines(bytes, at, end);
    const head = this.#head(false, bytes, at, end);
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
      keptBytes: head.keptBytes + BODY_BYTES + (request?.keptBytes ?? 0),
    };
    this.#response = { request, response };
    if (!this.#hasResponses) this.#nameServer(head);
    this.#hasResponses = true;
    if (body.isEnded) this.#finishResponse();
    if (isSwitch) this.state = "other";
    return head.end;
  }

  #head(fromClient: boolean, bytes: Uint8Array, at: number, end: number): HttpHead | undefined {
    const headEnd = this.#headEnds[fromClient ? "client" : "server"].find(bytes, at, end);
    if (headEnd < 0) return undefined;
    const head = parseHttpHead(bytes, at, headEnd);
    if (head === undefined) this.state = "broken";
    return head;
  }

  /** Whether one more request may wait; where no answers are seen the oldest one has waited enough. */
  #mayWait(): boolean {
    if (this.#waiting.length < MAX_WAITING) return true;
    if (this.#hasResponses) return false;
    writeTransaction(this.records, this.ends, this.#waiting.shift()!, undefined);
    return true;
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
    if (!this.records.hasCredentials) return;
    const [scheme = "", credentials = ""] = headers.of("authorization").slice(0, MAX_LOGIN_LENGTH)
      .split(/ +(.*)/s);
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

  #nameServer({ firstLine, headers }: HttpHead): void {
    const server = headers.of("server");
    const banner = BANNER.encode(server === "" ? firstLine : `${firstLine}\r\nServer: ${server}`);
    const program = programOfHeader(server);
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
  return headers.has("transfer-encoding") ? "chunked" : saidLength(headers) ?? 0;
}

function responseLength(status: number, headers: HttpHeaders): BodyLength {
  if (status === 204 || status === 304) return 0;
  if (!headers.has("transfer-encoding")) return saidLength(headers) ?? "until-end";
  const encodings = headers.of("transfer-encoding").split(",");
  return /^chunked$/i.test(encodings.at(-1)!.trim()) ? "chunked" : "until-end";
}

function saidLength(headers: HttpHeaders): number | undefined {
  const [first = "", ...others] = headers.of("content-length").split(",").map((each) =>
    each.trim()
  );
  return /^\d{1,15}$/.test(first) && others.every((other) => other === first)
    ? Number(first)
    : undefined;
}
