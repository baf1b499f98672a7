import { checkServerIdentity, type PeerCertificate } from "node:tls";
import {
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
} from "@nats-io/jetstream";
import {
  connect,
  credsAuthenticator,
  headers,
  type NatsConnection,
  PermissionViolationError,
  RequestError,
  TimeoutError,
} from "@nats-io/transport-node";
import { ConfigError, messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { EngineError } from "./engine_error.ts";
import type { Engine, NewMessage, Published, StoredMessage } from "./engine.ts";
import { type EngineOptions, parseEngineUrl } from "./engine_access.ts";

/** How long an answer may take; a full disk gives none. */
const ANSWER_MS = 5_000;
const RECONNECT_MS = 1_000;
const AWAY = "there is no connection";
/** What is said of a server that may come. */
const IS_AWAY = /refused|timeout|reset|no route|unreachable/i;
const WANTED_URL = "wanted: nats://HOST:PORT or tls://HOST:PORT";

/** A connection to servers of NATS with JetStream. */
export class NatsEngine implements Engine, AsyncDisposable {
  readonly name: string;
  readonly streams: JetStreamManager;
  readonly client: JetStreamClient;
  readonly #connection: NatsConnection;
  #maxPayloadBytes: number;
  /** What its streams take at most. */
  #limitBytes = Infinity;
  #isConnected = true;
  /** Aborts when the connection breaks off: what was asked before is not answered any more. */
  #broken = new AbortController();

  private constructor(
    name: string,
    connection: NatsConnection,
    streams: JetStreamManager,
    log: Log,
  ) {
    this.name = name;
    this.#connection = connection;
    this.#maxPayloadBytes = connection.info?.max_payload ?? 0;
    this.streams = streams;
    this.client = jetstream(connection, { timeout: ANSWER_MS });
    this.#watch(log);
  }

  /**
   * Connects; later it connects again by itself, for ever.
   *
   * @throws EngineError When no server answers, or it lets nobody in who says this of himself. ConfigError
   *   `usage` for a URL that is none.
   */
  static async connect(options: EngineOptions, log: Log): Promise<NatsEngine> {
    const { url: name, tls = {}, credentials, user, password, token } = options;
    const parsed = parseEngineUrl(name);
    catchLateErrors();
    if (!parsed) throw new ConfigError("usage", `Cannot connect to ${name}: ${WANTED_URL}`);
    try {
      const connection = await connect({
        servers: [...parsed.servers],
        name: "farcap-collector",
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
        ignoreAuthErrorAbort: true,
        timeout: ANSWER_MS,
        ...((parsed.isTls || Object.keys(tls).length > 0) && {
          tls: { ...tls, ...identityOf(parsed.servers) },
        }),
        ...(credentials && { authenticator: credsAuthenticator(credentials) }),
        ...(user !== undefined && { user, pass: password ?? "" }),
        ...(token !== undefined && { token }),
      });
      const manager = await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MS });
      return new NatsEngine(name, connection, manager, log);
    } catch (cause) {
      const why = messageOf(cause).split("\n")[0];
      const line =
        `Cannot connect to ${name}: ${why}; wanted: a nats-server that lets this user in`;
      throw new EngineError(line, IS_AWAY.test(String(why)), { cause });
    }
  }

  /** `2.9.10`, of the server that it is connected to. */
  get version(): string {
    return this.#connection.info?.version ?? "0.0.0";
  }

  get maxPayloadBytes(): number {
    // It is not known while there is no connection.
    this.#maxPayloadBytes = this.#connection.info?.max_payload ?? this.#maxPayloadBytes;
    return Math.min(this.#maxPayloadBytes, this.#limitBytes);
  }

  /** Takes note that a stream takes no longer messages, headers included. */
  limit(messageBytes: number): void {
    this.#limitBytes = Math.min(this.#limitBytes, messageBytes);
  }

  async publish({ subject, headers: pairs, payload, after, id }: NewMessage): Promise<Published> {
    // What is sent without a connection waits in memory, and is sent when nobody waits for it any more.
    if (!this.#isConnected) return { kind: "failed", why: AWAY, mayPass: true };
    const sent = headers();
    for (const [name, value] of pairs) sent.set(name, value);
    try {
      const publishing = this.client.publish(subject, payload, {
        headers: sent,
        ...(after !== undefined && { expect: { lastSubjectSequence: after } }),
        ...(id !== undefined && { msgID: id }),
      });
      const { seq, duplicate } = await unlessAborted(publishing, this.#broken.signal);
      return { kind: duplicate ? "duplicate" : "stored", seq };
    } catch (error) {
      if (error instanceof JetStreamApiError && WRONG_LAST.includes(error.code)) {
        return { kind: "another is last" };
      }
      return { kind: "failed", why: whyOf(error, subject), mayPass: mayPass(error) };
    }
  }

  async last(stream: string, subject: string): Promise<StoredMessage | undefined> {
    return await this.#get(stream, { last_by_subj: subject });
  }

  async at(stream: string, seq: number): Promise<StoredMessage | undefined> {
    return await this.#get(stream, { seq });
  }

  async next(stream: string, subject: string, after: number): Promise<StoredMessage | undefined> {
    return await this.#get(stream, { seq: after + 1, next_by_subj: subject });
  }

  /** Has `told` called whenever a message of a subject is on its way to its stream, while there is a connection. */
  hear(subject: string, told: () => void, log: Log): void {
    this.#connection.subscribe(subject, {
      callback: (error) => {
        if (!error) return told();
        const why = whyOf(error, subject);
        const line =
          `Cannot hear at ${this.name} what others change: ${why}; it is looked for instead`;
        log.problem("hear", line);
      },
    });
  }

  /** Closes the connection; what was not acknowledged is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  async #get(
    stream: string,
    query: { readonly last_by_subj: string } | {
      readonly seq: number;
      readonly next_by_subj?: string;
    },
  ): Promise<StoredMessage | undefined> {
    if (!this.#isConnected) throw new EngineError(AWAY, true);
    try {
      const getting = this.streams.streams.getMessage(stream, query);
      const found = await unlessAborted(getting, this.#broken.signal);
      if (!found) return undefined;
      return {
        seq: found.seq,
        subject: found.subject,
        header: (name) => found.header?.get(name) ?? "",
        payload: found.data,
      };
    } catch (error) {
      const isMissing = error instanceof JetStreamApiError &&
        error.code === JetStreamApiCodes.StreamNotFound;
      const why = isMissing
        ? `there is no stream ${stream}`
        : whyOf(error, `a message of ${stream}`);
      throw new EngineError(why, mayPass(error), { cause: error });
    }
  }

  async #watch(log: Log): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === "disconnect") {
        this.#isConnected = false;
        this.#broken.abort(new Error("the connection broke off"));
        log.problem("engine", `The connection to ${this.name} broke off; it is made again`);
      } else if (type === "reconnect") {
        this.#broken = new AbortController();
        this.#isConnected = true;
        log.line(`connected to ${this.name} again`);
      }
    }
  }
}

/** The client has a server that is named by its IP address checked as "localhost": it is to have a name of the list. */
function identityOf(servers: readonly string[]): object {
  const hosts = servers.map((server) => server.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""));
  return {
    checkServerIdentity: (_name: string, certificate: PeerCertificate) => {
      const errors = hosts.map((host) => checkServerIdentity(host, certificate));
      return errors.every((error) => error) ? errors[0] : undefined;
    },
  };
}

let isCatching = false;

/**
 * The client takes its listeners off a socket before it closes it; what Deno is reading there fails
 * afterwards where the server resets the connection, and would end the program. Nobody waits for it.
 */
function catchLateErrors(): void {
  if (isCatching) return;
  isCatching = true;
  addEventListener("error", (event) => {
    const { code, syscall } = (event.error ?? {}) as { code?: string; syscall?: string };
    if (syscall === "read" && code === "ECONNRESET") event.preventDefault();
  });
}

const WRONG_LAST: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
];

/** Why the engine did not do what it was asked for, in words that say what to do about it. */
export function whyOf(error: unknown, what: string): string {
  const cause = error instanceof RequestError ? error.cause ?? error : error;
  if (messageOf(error) === "jetstream is not enabled") {
    return `no stream there takes ${what}, or JetStream is off`; // it does not tell which
  }
  if (cause instanceof PermissionViolationError) {
    const what = cause.operation === "subscription" ? "subscribe to" : cause.operation;
    return `this user may not ${what} ${cause.subject}`;
  }
  if (cause instanceof TimeoutError) return "it does not answer, as when its disk is full";
  return messageOf(cause).split("\n")[0]!;
}

/** Whether what was asked for in vain may be done later: the engine is away, begins, or has no room. */
export function mayPass(error: unknown): boolean {
  if (error instanceof EngineError) return error.mayPass;
  const cause = error instanceof RequestError ? error.cause ?? error : error;
  if (cause instanceof PermissionViolationError) return false;
  return !(error instanceof JetStreamApiError) || error.status >= 500;
}
