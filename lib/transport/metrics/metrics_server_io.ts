import { concat } from "../../base/bytes.ts";
import { ConfigError } from "../../base/errors.ts";
import { rest } from "../../base/rest_io.ts";
import { type Address, formatAddress } from "../address.ts";
import { cannotListen } from "../cannot_listen_io.ts";
import { parseRequestHead } from "./request_head.ts";

/** What is answered to who asks for a path. */
export interface Answer {
  readonly status: 200 | 400 | 404 | 405 | 500 | 503;
  readonly type: string;
  readonly text: string;
}

/** How a {@linkcode MetricsServer} serves. */
export interface MetricsServerOptions {
  readonly address: Address;
  /** The answer for a path; undefined where there is nothing. */
  readonly answer: (path: string) => Promise<Answer | undefined>;
  /** How long a connection may take, from its beginning to its end. */
  readonly limitMs?: number;
}

const MAX_CONNECTIONS = 8;
const MAX_HEAD_BYTES = 8192;
const LIMIT_MS = 10_000;
const PAUSE_MS = 100;
const PLAIN = "text/plain; charset=utf-8";
const WORDS: Readonly<Record<Answer["status"], string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/**
 * Answers GET over HTTP/1.1, one request a connection. There are a few connections at a time, each for a
 * few seconds: the oldest goes for one more. (`Deno.serve` bounds neither, see
 * docs/adr/0017-metrics.md.)
 */
export class MetricsServer implements AsyncDisposable {
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  readonly #options: MetricsServerOptions;
  /** The oldest first. */
  readonly #open = new Map<Deno.TcpConn, Promise<void>>();
  readonly #accepting: Promise<void>;

  private constructor(listener: Deno.TcpListener, options: MetricsServerOptions) {
    this.#listener = listener;
    this.#options = options;
    this.address = listener.addr;
    this.#accepting = this.#accept();
  }

  /**
   * Listens.
   *
   * @throws ConfigError `not-permitted` when Deno does not permit it, with the flag that does;
   *   `address-in-use`, or `address` when it is not one of this machine.
   */
  static async open(options: MetricsServerOptions): Promise<MetricsServer> {
    const { address } = options;
    const host = formatAddress(address);
    const { state } = await Deno.permissions.request({ name: "net", host });
    if (state !== "granted") {
      throw new ConfigError(
        "not-permitted",
        `Cannot serve metrics on ${host}: Deno does not permit it; wanted: --allow-net=${host}`,
      );
    }
    try {
      return new MetricsServer(Deno.listen({ ...address, transport: "tcp" }), options);
    } catch (cause) {
      throw cannotListen("serve metrics on", address, cause);
    }
  }

  /** Ends it, and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#open.keys()) close(connection);
    await Promise.all(this.#open.values());
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        const connection = await this.#listener.accept();
        const [oldest] = this.#open.keys();
        if (this.#open.size >= MAX_CONNECTIONS && oldest) close(oldest);
        const served = this.#serve(connection).finally(() => this.#open.delete(connection));
        this.#open.set(connection, served);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return; // it has been closed
        await rest(PAUSE_MS); // whoever came has gone, or no file can be opened just now
      }
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    const timer = setTimeout(() => close(connection), this.#options.limitMs ?? LIMIT_MS);
    try {
      const head = await readHead(connection);
      if (head === undefined) return;
      await writeAll(connection, encodeAnswer(await this.#answer(head)));
      await connection.closeWrite();
      // Closed with something unread, it would take the answer back.
      const rest = new Uint8Array(1024);
      while (await connection.read(rest) !== null);
    } catch {
      // whoever asked has gone, or took too long
    } finally {
      clearTimeout(timer);
      close(connection);
    }
  }

  async #answer(head: string): Promise<Answer> {
    const request = parseRequestHead(head);
    if ("status" in request) return plain(request.status);
    try {
      return await this.#options.answer(request.path) ?? plain(404);
    } catch {
      return plain(500);
    }
  }
}

function plain(status: Answer["status"]): Answer {
  return { status, type: PLAIN, text: `${WORDS[status]}\n` };
}

function encodeAnswer({ status, type, text }: Answer): Uint8Array {
  const encoder = new TextEncoder();
  const body = encoder.encode(text);
  const head = encoder.encode(
    [
      `HTTP/1.1 ${status} ${WORDS[status]}`,
      `Content-Type: ${type}`,
      `Content-Length: ${body.length}`,
      "Cache-Control: no-store",
      "X-Content-Type-Options: nosniff",
      ...(status === 405 ? ["Allow: GET"] : []),
      "Connection: close",
      "",
      "",
    ].join("\r\n"),
  );
  return concat([head, body]);
}

/** Everything up to the empty line; undefined when it ends before, or is too long. */
async function readHead(connection: Deno.TcpConn): Promise<string | undefined> {
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  const decoder = new TextDecoder();
  for (let length = 0; length < bytes.length;) {
    const read = await connection.read(bytes.subarray(length));
    if (read === null) return undefined;
    length += read;
    const text = decoder.decode(bytes.subarray(0, length));
    if (text.includes("\r\n\r\n")) return text;
  }
  return ""; // which is a bad request
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // it is closed
  }
}
