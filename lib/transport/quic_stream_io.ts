import { within } from "./within_io.ts";

/** The one stream of a QUIC connection, both directions; it ends with the connection. */
export class QuicStream implements Disposable {
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>;
  /** Bytes that have been read so far. */
  bytesRead = 0;
  readonly #connection: Deno.QuicConn;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBufferLike>>;

  constructor(connection: Deno.QuicConn, stream: Deno.QuicBidirectionalStream) {
    this.#connection = connection;
    this.#reader = stream.readable.getReader();
    this.#writer = stream.writable.getWriter();
    this.closed = connection.closed.then(() => {}, () => {});
    // Whoever writes or reads is told; these promises would be unhandled rejections.
    for (const ended of [this.#reader.closed, this.#writer.closed, this.#writer.ready]) {
      ended.catch(() => {});
    }
  }

  /** The next bytes; undefined at the stream's end. @throws Error when the connection is gone. */
  async read(): Promise<Uint8Array | undefined> {
    const { value } = await this.#reader.read();
    this.bytesRead += value?.length ?? 0;
    return value;
  }

  /** Returns when the carrier has taken the bytes. @throws Error when the connection is gone. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.#writer.write(bytes);
  }

  /** Ends the stream in order; returns when the other side has closed the connection, or in `maxMs`. */
  async end(maxMs: number): Promise<void> {
    await this.#writer.close();
    await within(maxMs, this.closed);
  }

  /** Ends the connection at once. */
  [Symbol.dispose](): void {
    closeConnection(this.#connection);
  }
}

/** Ends a connection at once, if it has not ended. */
export function closeConnection(connection: Deno.QuicConn): void {
  try {
    connection.close({ closeCode: 0, reason: "" });
  } catch {
    // it has been closed
  }
}
