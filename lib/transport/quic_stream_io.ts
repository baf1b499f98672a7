import { messageOf } from "../base/errors.ts";
import { QUIC_OPTIONS } from "./quic_options.ts";
import { within } from "./within_io.ts";

/** How much later than a read or write that fails the carrier says what became of the connection. */
const WHY_MS = 200;

/** The one stream of a QUIC connection, both directions; it ends with the connection. */
export class QuicStream implements Disposable {
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>;
  /** Bytes that have been read so far. */
  bytesRead = 0;
  #why: string | undefined;
  readonly #connection: Deno.QuicConn;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBufferLike>>;

  constructor(connection: Deno.QuicConn, stream: Deno.QuicBidirectionalStream) {
    this.#connection = connection;
    this.#reader = stream.readable.getReader();
    this.#writer = stream.writable.getWriter();
    this.closed = connection.closed.then(
      () => void (this.#why ??= "the connection was closed"),
      (error) => void (this.#why ??= wordsOf(error)),
    );
    // Whoever writes or reads is told; these promises would be unhandled rejections.
    for (const ended of [this.#reader.closed, this.#writer.closed, this.#writer.ready]) {
      ended.catch(() => {});
    }
  }

  /** The next bytes; undefined at the stream's end. @throws Error when the connection is gone. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const { value } = await this.#reader.read();
      this.bytesRead += value?.length ?? 0;
      return value;
    } catch (cause) {
      throw await this.#ending(cause);
    }
  }

  /** Returns when the carrier has taken the bytes. @throws Error when the connection is gone. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      if (bytes.length > 0) await this.#writer.write(bytes);
    } catch (cause) {
      throw await this.#ending(cause);
    }
  }

  /** Ends the stream in order; returns when the other side has closed the connection, or in `maxMs`. */
  async end(maxMs: number): Promise<void> {
    await this.#writer.close();
    await within(maxMs, this.closed);
  }

  /** Ends the connection at once; who reads or writes is told why. */
  abandon(why: string): void {
    this.#why ??= why;
    this[Symbol.dispose]();
  }

  /** Ends the connection at once. */
  [Symbol.dispose](): void {
    closeConnection(this.#connection);
  }

  /** The runtime says of a stream only that it is lost. */
  async #ending(cause: unknown): Promise<Error> {
    await within(WHY_MS, this.closed);
    return new Error(this.#why ?? "the connection broke off", { cause });
  }
}

/** What became of a connection that nobody has closed. */
function wordsOf(error: unknown): string {
  const message = messageOf(error);
  return message === "timed out"
    ? `nothing has come for ${QUIC_OPTIONS.maxIdleTimeout / 1000} s`
    : `the connection broke off: ${message}`;
}

/** Ends a connection at once, if it has not ended. */
export function closeConnection(connection: Deno.QuicConn): void {
  try {
    connection.close({ closeCode: 0, reason: "" });
  } catch {
    // it has been closed
  }
}
