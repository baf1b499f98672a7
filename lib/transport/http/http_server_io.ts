import { ConfigError, messageOf } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { type Address, formatAddress } from "../address.ts";
import { cannotListen } from "../cannot_listen_io.ts";
import {
  type Answer,
  encodeAnswer,
  encodeStreamHead,
  plainAnswer,
  type StreamedAnswer,
} from "./answer.ts";
import { bodyLength, parseRequestHead, type RequestHead } from "./request_head.ts";

/** A request, whole. */
export interface Request extends RequestHead {
  /** Where it comes from, fit for a line of the log. */
  readonly from: string;
  readonly body: Uint8Array;
}

/** A certificate, those behind it, and its private key, as PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** How an {@linkcode HttpServer} serves. */
export interface HttpServerOptions {
  /** What it serves, as in `serve metrics on`. */
  readonly what: string;
  readonly address: Address;
  /** What is spoken is HTTPS then. */
  readonly tls?: TlsIdentity;
  /** The answer; undefined where there is nothing. */
  readonly answer: (request: Request) => Promise<Answer | StreamedAnswer | undefined>;
  /** The methods that there are; default GET. */
  readonly methods?: readonly string[];
  /** The most bytes behind a head; default none. */
  readonly maxBodyBytes?: number;
  /** Connections at a time, but for those that streams go to; default 8. */
  readonly maxConnections?: number;
  /** How long a request may take to come, its answer to be read, and a piece of a stream; default 10 s. */
  readonly limitMs?: number;
}

const MAX_CONNECTIONS = 8;
const MAX_HEAD_BYTES = 8192;
const LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/**
 * Answers over HTTP/1.1, one request a connection. There are a few connections at a time, each for a few
 * seconds: the oldest goes for one more. (`Deno.serve` bounds neither, see docs/adr/0018-metrics.md.)
 * What an answer takes in the making, and streams, are for `answer` to bound: these go when nobody reads.
 */
export class HttpServer implements AsyncDisposable {
  readonly address: Address;
  readonly #options: HttpServerOptions;
  #listener: Listener;
  #tls: TlsIdentity | undefined;
  /** The oldest first. */
  readonly #open = new Map<Deno.Conn, Promise<void>>();
  /** Those that do not count: streams, and those that were let go of while their answers are made. */
  readonly #uncounted = new Map<Deno.Conn, Promise<void>>();
  readonly #ending = new AbortController();
  #accepting: Promise<void>;

  private constructor(listener: Listener, options: HttpServerOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#tls = options.tls;
    this.address = listener.addr;
    this.#accepting = this.#accept();
  }

  /**
   * Listens.
   *
   * @throws ConfigError `not-permitted` when Deno does not permit it, with the flag that does;
   *   `address-in-use`, or `address` when it is not one of this machine; `usage` for a certificate or key
   *   that is none.
   */
  static async open(options: HttpServerOptions): Promise<HttpServer> {
    const { address, what } = options;
    const host = formatAddress(address);
    const { state } = await Deno.permissions.request({ name: "net", host });
    if (state !== "granted") {
      throw new ConfigError(
        "not-permitted",
        `Cannot serve ${what} on ${host}: Deno does not permit it; wanted: --allow-net=${host}`,
      );
    }
    return new HttpServer(listen(options), options);
  }

  /**
   * Whoever comes from now on is shown this; connections go on. For a moment nobody listens.
   *
   * @throws ConfigError `usage` for a certificate or key that is none: then what was shown before is, still;
   *   `address-in-use` when somebody else has taken the port: then nobody listens any more.
   */
  async renew(tls: TlsIdentity): Promise<void> {
    close(this.#listener);
    await this.#accepting;
    if (this.#ending.signal.aborted) return;
    const options = { ...this.#options, address: this.address };
    try {
      this.#listener = listen({ ...options, tls });
      this.#tls = tls;
    } catch (error) {
      this.#listener = listen({ ...options, ...(this.#tls && { tls: this.#tls }) });
      throw error;
    } finally {
      this.#accepting = this.#accept();
    }
  }

  /** Ends it, and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    close(this.#listener);
    await this.#accepting;
    const all = [...this.#open, ...this.#uncounted];
    for (const [connection] of all) close(connection);
    await Promise.all(all.map(([, served]) => served));
  }

  async #accept(): Promise<void> {
    const { maxConnections = MAX_CONNECTIONS } = this.#options;
    for (;;) {
      try {
        const connection = await this.#listener.accept();
        const [oldest] = this.#open.keys();
        if (this.#open.size >= maxConnections && oldest) {
          this.#uncount(oldest);
          close(oldest);
        }
        const served = this.#serve(connection).finally(() => {
          this.#open.delete(connection);
          this.#uncounted.delete(connection);
        });
        this.#open.set(connection, served);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return; // it has been closed
        await rest(PAUSE_MS); // whoever came has gone, or no file can be opened just now
      }
    }
  }

  async #serve(connection: Deno.TcpConn | Deno.TlsConn): Promise<void> {
    try {
      const request = await this.#inTime(connection, this.#read(connection));
      if (request === undefined) return;
      const answer = "status" in request ? request : await this.#answer(request);
      if ("stream" in answer) {
        this.#uncount(connection);
        return await this.#stream(connection, answer);
      }
      await this.#inTime(connection, writeAnswer(connection, answer));
    } catch {
      // whoever asked has gone, or took too long
    } finally {
      close(connection);
    }
  }

  #uncount(connection: Deno.Conn): void {
    const served = this.#open.get(connection);
    if (!served) return;
    this.#open.delete(connection);
    this.#uncounted.set(connection, served);
  }

  /** Closes a connection over which something takes too long. */
  async #inTime<T>(connection: Deno.Conn, done: Promise<T>): Promise<T> {
    const timer = setTimeout(() => close(connection), this.#options.limitMs ?? LIMIT_MS);
    try {
      return await done;
    } finally {
      clearTimeout(timer);
    }
  }

  async #stream(
    connection: Deno.TcpConn | Deno.TlsConn,
    answer: StreamedAnswer,
  ): Promise<void> {
    const gone = new AbortController();
    const end = () => {
      gone.abort();
      close(connection);
    };
    this.#ending.signal.addEventListener("abort", end);
    if (this.#ending.signal.aborted) end();
    readToEnd(connection).then(end, end); // which says nothing any more until it goes
    const write = (bytes: Uint8Array) => this.#inTime(connection, writeAll(connection, bytes));
    const encoder = new TextEncoder();
    const head = write(encodeStreamHead(answer));
    const send = async (text: string) => {
      await head;
      await write(encoder.encode(text));
    };
    try {
      await Promise.all([head, answer.stream(send, gone.signal)]);
    } finally {
      gone.abort();
      this.#ending.signal.removeEventListener("abort", end);
    }
  }

  async #answer(request: Request): Promise<Answer | StreamedAnswer> {
    try {
      return await this.#options.answer(request) ?? plainAnswer(404);
    } catch {
      return plainAnswer(500);
    }
  }

  /** What is asked for, or the refusal of it; undefined when it ends before. */
  async #read(connection: Deno.TcpConn | Deno.TlsConn): Promise<Request | Answer | undefined> {
    const { methods = ["GET"], maxBodyBytes = 0 } = this.#options;
    const bytes = new Uint8Array(MAX_HEAD_BYTES);
    let length = 0;
    let bodyAt = 0;
    while (bodyAt === 0) {
      if (length === bytes.length) return plainAnswer(400);
      const read = await connection.read(bytes.subarray(length));
      if (read === null) return undefined;
      bodyAt = endOfHead(bytes, Math.max(0, length - 3), length += read);
    }
    const head = parseRequestHead(LATIN1.decode(bytes.subarray(0, bodyAt)));
    if (head === undefined) return plainAnswer(400);
    if (!methods.includes(head.method)) {
      return { ...plainAnswer(405), headers: { Allow: methods.join(", ") } };
    }
    const wanted = bodyLength(head);
    if (wanted === undefined) return plainAnswer(400);
    if (wanted > maxBodyBytes) return plainAnswer(413);
    const body = new Uint8Array(wanted);
    body.set(bytes.subarray(bodyAt, Math.min(length, bodyAt + wanted)));
    for (let at = length - bodyAt; at < wanted;) {
      const read = await connection.read(body.subarray(at));
      if (read === null) return undefined;
      at += read;
    }
    return { ...head, from: formatAddress(connection.remoteAddr), body };
  }
}

type Listener = Deno.Listener<Deno.TcpConn | Deno.TlsConn, Deno.NetAddr>;

/** @throws ConfigError As {@linkcode HttpServer.open} does. */
function listen({ what, address, tls }: HttpServerOptions): Listener {
  try {
    return tls
      ? Deno.listenTls({ ...address, ...tls, transport: "tcp", alpnProtocols: ["http/1.1"] })
      : Deno.listen({ ...address, transport: "tcp" });
  } catch (cause) {
    // Deno has no class of its own for a key of another certificate.
    const isMismatch = cause instanceof Error && cause.message.includes("KeyMismatch");
    if (!isMismatch && !(cause instanceof Deno.errors.InvalidData)) {
      throw cannotListen(`serve ${what} on`, address, cause);
    }
    const why = isMismatch ? "the key is not that of the certificate" : messageOf(cause);
    throw new ConfigError(
      "usage",
      `Cannot serve ${what}: ${why}; wanted: a certificate and its key, as PEM`,
      { cause },
    );
  }
}

const LATIN1 = new TextDecoder("latin1");

/** Behind the empty line that ends a head, which does not end before `at`; 0 when it is not there yet. */
function endOfHead(bytes: Uint8Array, at: number, length: number): number {
  for (; at + 4 <= length; at++) {
    if (bytes[at] !== 13 || bytes[at + 1] !== 10) continue;
    if (bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
  }
  return 0;
}

async function writeAnswer(
  connection: Deno.TcpConn | Deno.TlsConn,
  answer: Answer,
): Promise<void> {
  await writeAll(connection, encodeAnswer(answer));
  await connection.closeWrite();
  // Closed with something unread, it would take the answer back.
  await readToEnd(connection);
}

async function readToEnd(connection: Deno.Conn): Promise<void> {
  const rest = new Uint8Array(1024);
  while (await connection.read(rest) !== null);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

function close(resource: Deno.Conn | Listener): void {
  try {
    resource.close();
  } catch {
    // it is closed
  }
}
