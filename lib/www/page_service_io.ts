import { Allowance } from "../base/wait/allowance.ts";
import { FarcapError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/program/log_io.ts";
import { printable } from "../base/text/printable.ts";
import { type Address, formatAddress } from "../transport/address.ts";
import { type Answer, plainAnswer, type StreamedAnswer } from "../transport/http/answer.ts";
import { HttpServer, type Request, type TlsIdentity } from "../transport/http/http_server_io.ts";
import { METRICS_TYPE, metricsText } from "../transport/metrics/exposition.ts";
import { COLLECTOR_METRICS } from "../write/counts/collector_metrics.ts";
import type { CollectorReading } from "../write/counts/collector_reading.ts";
import type { PageCounts } from "../write/counts/page_counts.ts";
import type { StoredMember } from "../write/files/store_options.ts";
import type { PageAbout } from "./page_about.ts";
import { doAction, type PageAction, type PageActions, parseAction } from "./page_actions.ts";
import { PAGE_FILES } from "./page_files.ts";
import { PAGE_HEADERS } from "./page_headers.ts";
import { isFromPage, isOwnHost, type PagePlace } from "./page_requests.ts";
import { PageReader } from "./page_reader_io.ts";
import { NONCE_BYTES, PageSessions } from "./page_sessions.ts";
import { openPageToken } from "./page_token_io.ts";
import { parseQuestion } from "./questions.ts";
import { Viewers } from "./viewers_io.ts";
import type { EngineOptions } from "../write/nats/engine_access.ts";

/** How the page is served. */
export interface PageOptions extends PagePlace {
  readonly address: Address;
  /** Reads the certificate, which may be renewed; without one what is spoken is plain HTTP. */
  readonly readTls?: () => Promise<TlsIdentity>;
  /** Where records are in place of the folder. */
  readonly engine?: EngineOptions | undefined;
  /** The file with the token, which is made where there is none. */
  readonly tokenFile: string;
  /** What the page's scripts are told of this program. */
  readonly about: PageAbout;
  /** Sensors of which there are records, with when they were seen, seconds since 1970; default none. */
  readonly past?: ReadonlyMap<string, number>;
  /** What may be done from the page. */
  readonly actions: PageActions;
  readonly log: Log;
}

const JSON_TYPE = "application/json";
const MAX_CONNECTIONS = 64;
const MAX_BODY_BYTES = 4096;
/** A token cannot be guessed; those who try anyway cost little. */
const TRIES_PER_SECOND = 5;

/** Serves the page: its files, what it shows of a collector that runs, and what may be done from it. */
export class PageService implements AsyncDisposable {
  readonly counts: PageCounts = { viewers: 0, droppedEvents: 0, refusedRequests: 0 };
  readonly #options: PageOptions;
  readonly #viewers: Viewers;
  readonly #tries = new Allowance(TRIES_PER_SECOND);
  readonly #reader: PageReader;
  #tls: TlsIdentity | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #sessions!: PageSessions;
  #server!: HttpServer;
  #read: (() => CollectorReading) | undefined;

  private constructor(options: PageOptions) {
    this.#options = options;
    this.#viewers = new Viewers(this.counts, options.past);
    this.#reader = new PageReader(options.about.out, options.engine);
  }

  /**
   * Listens, and says where and what it asks for.
   *
   * @throws ConfigError As {@linkcode HttpServer.open} and {@linkcode openPageToken} do.
   */
  static async open(options: PageOptions): Promise<PageService> {
    const { address, readTls, tokenFile, isSecure, names, log } = options;
    const token = await openPageToken(tokenFile, (line) => log.problem(line, line));
    const tls = await readTls?.();
    const service = new PageService(options);
    service.#tls = tls;
    try {
      service.#server = await HttpServer.open({
        ...{ what: "the page", address, methods: ["GET", "POST"], maxBodyBytes: MAX_BODY_BYTES },
        ...(tls && { tls }),
        maxConnections: MAX_CONNECTIONS,
        answer: (request) => service.#answer(request),
      });
    } catch (error) {
      service.#viewers[Symbol.dispose]();
      throw error;
    }
    const { port } = service.#server.address;
    service.#sessions = new PageSessions(token, port, isSecure);
    const [name] = names;
    const host = name ?? formatAddress(service.#server.address);
    const url = `${isSecure ? "https" : "http"}://${name && tls ? `${name}:${port}` : host}/`;
    log.line(`page on ${url}; its token is in ${tokenFile}`);
    return service;
  }

  /** Where it listens. */
  get address(): Address {
    return this.#server.address;
  }

  /** Reads the certificate again; whoever comes from now on is shown it, if it is another. */
  renew(): Promise<void> {
    return this.#renewing = this.#renewing.then(() => this.#renew());
  }

  async #renew(): Promise<void> {
    const { readTls, log } = this.#options;
    try {
      const tls = await readTls?.();
      if (!tls || (tls.cert === this.#tls?.cert && tls.key === this.#tls.key)) return;
      await this.#server.renew(tls);
      this.#tls = tls;
      log.line("the page has another certificate");
    } catch (error) {
      log.problem("certificate", `${messageOf(error)}; the page's certificate stays as it was`);
    }
  }

  /** From now on this is shown. */
  tell(read: () => CollectorReading): void {
    this.#read = read;
    this.#viewers.tell(read);
  }

  /** Records have been stored. */
  stored(stored: StoredMember): void {
    this.#viewers.stored(stored);
  }

  /** Answers no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#viewers[Symbol.dispose]();
    this.#reader[Symbol.dispose]();
    await this.#server[Symbol.asyncDispose]();
  }

  async #answer(request: Request): Promise<Answer | StreamedAnswer> {
    let answer: Answer | StreamedAnswer;
    try {
      answer = await this.#answerTo(request) ?? plainAnswer(404);
    } catch (error) {
      const what = printable(`${request.method} ${request.path}: ${messageOf(error)}`);
      this.#options.log.problem("page", `Cannot answer ${what}`);
      answer = plainAnswer(500);
    }
    return { ...answer, headers: { ...PAGE_HEADERS, ...answer.headers } };
  }

  async #answerTo(request: Request): Promise<Answer | StreamedAnswer | undefined> {
    const { method, path, headers } = request;
    if (!isOwnHost(request, this.#options)) {
      const text = "The name in the address is not known here; wanted: one of -www-host";
      return this.#refuse(421, text);
    }
    if (method === "POST" && !isFromPage(request, this.#options)) {
      return this.#refuse(403, "This comes from elsewhere; wanted: the page itself");
    }
    const file = PAGE_FILES.get(path);
    if (file && method === "GET") return { status: 200, ...file };
    const isKnown = this.#sessions.isKnown(headers.get("cookie"), Date.now());
    const route = `${method} ${path}`;
    if (route === "GET /api/about") return json(isKnown ? this.#options.about : {});
    if (route === "POST /api/enter") return this.#enter(request);
    if (route === "GET /metrics") return this.#metrics(request, isKnown);
    if (!path.startsWith("/api/")) return undefined;
    if (!isKnown) return this.#refuse(401, "wanted: the token");
    switch (route) {
      case "POST /api/leave":
        return { ...json({}), headers: { "Set-Cookie": this.#sessions.end } };
      case "GET /api/events":
        return this.#viewers.answer(new URLSearchParams(request.query));
      case "GET /api/ledger":
      case "GET /api/traffic":
      case "GET /api/devices":
        return await this.#ask(path, new URLSearchParams(request.query));
      default: {
        const action = parseAction(route, parseJson(request.body));
        return action && await this.#act(request, action);
      }
    }
  }

  #refuse(status: 401 | 403 | 421 | 429, text: string): Answer {
    this.counts.refusedRequests++;
    return plainAnswer(status, text);
  }

  #enter({ body, from }: Request): Answer {
    const refusal = this.#refusalOf(parseJson(body).token, from);
    if (refusal) return refusal;
    const { log } = this.#options;
    log.line(`the page's token was typed at ${from}`);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const cookie = this.#sessions.begin(nonce, Date.now());
    return { ...json(this.#options.about), headers: { "Set-Cookie": cookie } };
  }

  /** What the page's numbers are made of, for who is known or says the token in a header. */
  #metrics({ headers, from }: Request, isKnown: boolean): Answer {
    if (!isKnown) {
      const [, token] = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
      if (token === undefined) return this.#refuse(401, "wanted: Authorization: Bearer, the token");
      const refusal = this.#refusalOf(token, from);
      if (refusal) return refusal;
    }
    if (!this.#read) return plainAnswer(503, "starting");
    return { status: 200, type: METRICS_TYPE, text: metricsText(COLLECTOR_METRICS, this.#read()) };
  }

  /** Why somebody who says a token may not come in; undefined for the token. */
  #refusalOf(token: unknown, from: string): Answer | undefined {
    if (!this.#tries.take(performance.now())) {
      return this.#refuse(429, "too many tries; wanted: a pause");
    }
    if (typeof token === "string" && this.#sessions.isToken(token)) return undefined;
    this.#options.log.problem("token", `Refused a wrong token of the page from ${from}`);
    return this.#refuse(401, "That is not the token");
  }

  async #ask(path: string, query: URLSearchParams): Promise<Answer> {
    const question = parseQuestion(path, query);
    if (!question) return plainAnswer(400, "wanted: from and to in seconds, a month at most");
    const read = await this.#reader.ask(question);
    if ("problem" in read) return plainAnswer(503, printable(read.problem));
    return { status: 200, type: JSON_TYPE, text: read.text };
  }

  async #act({ from }: Request, action: PageAction): Promise<Answer> {
    const { log, actions } = this.#options;
    if ("problem" in action) return plainAnswer(400, action.problem);
    try {
      const done = await doAction(actions, action);
      log.line(`from the page at ${from}: ${printable(done.said)}`);
      return json(done.answer);
    } catch (error) {
      if (error instanceof FarcapError) return plainAnswer(409, printable(error.message));
      throw error;
    }
  }
}

function json(value: unknown): Answer {
  return { status: 200, type: JSON_TYPE, text: JSON.stringify(value) };
}

function parseJson(body: Uint8Array): Record<string, unknown> {
  try {
    const value = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
