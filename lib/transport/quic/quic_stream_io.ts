import { messageOf } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { QUIC_OPTIONS } from "./quic_options.ts";
import type { Uplink } from "./uplink.ts";
import { within } from "../within_io.ts";

/** How much later than a read or write that fails the carrier says what became of the connection. */
const WHY_MS = 200;

/** The one stream of a QUIC connection, both directions; it ends with the connection. */
export class QuicStream implements Disposable {
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>;
  /** Bytes that have been read so far. */
  bytesRead = 0;
  #why: string | undefined;
  #wasClosed = false;
  readonly #connection: Deno.QuicConn;
  readonly #uplink: Uplink | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBufferLike>>;

  /** @param uplink What it may send; no limit by default. */
  constructor(connection: Deno.QuicConn, stream: Deno.QuicBidirectionalStream, uplink?: Uplink) {
    this.#connection = connection;
    this.#uplink = uplink;
    this.#reader = stream.readable.getReader();
    this.#writer = stream.writable.getWriter();
    this.closed = connection.closed.then(
      () => {
        this.#wasClosed = this.#why === undefined;
        this.#why ??= "the connection was closed";
      },
      (error) => void (this.#why ??= wordsOf(error)),
    );
    // Whoever writes or reads is told; these promises would be unhandled rejections.
    for (const ended of [this.#reader.closed, this.#writer.closed, this.#writer.ready]) {
      ended.catch(() => {});
    }
  }

  /** Whether the connection is over in another way than by the other side's will. */
  get hasBrokenOff(): boolean {
    return this.#why !== undefined && !this.#wasClosed;
  }

  /** The next bytes; undefined at the stream's end. @throws Error when the connection is gone. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const { value } = await this.#reader.read();
      this.bytesRead += value?.length ?? 0;
      this.#uplink?.heard(performance.now());
      return value;
    } catch (cause) {
      throw await this.#ending(cause);
    }
  }

  /** Reads on, and keeps nothing of it: what nobody reads takes memory. */
  async discard(): Promise<void> {
    try {
      while (!(await this.#reader.read()).done);
    } catch {
      // the connection is gone
    }
  }

  /** Returns when the carrier has taken the bytes. @throws Error when the connection is gone. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      const step = this.#uplink?.sliceBytes ?? bytes.length;
      for (let at = 0; at < bytes.length; at += step) {
        const slice = bytes.subarray(at, at + step);
        if (this.#uplink) await this.#afterTurn(this.#uplink, slice.length);
        await this.#writer.write(slice);
      }
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

  async #afterTurn(uplink: Uplink, bytes: number): Promise<void> {
    const waitMs = uplink.waitMs(performance.now());
    if (waitMs > 0) await rest(waitMs); // also when it is over meanwhile: then writing fails
    uplink.write(bytes, performance.now());
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

/**
 * The first stream that the other side opens; undefined when the connection ends before. There is only
 * one at a time (quic_options.ts).
 */
export async function firstStreamOf(
  connection: Deno.QuicConn,
): Promise<Deno.QuicBidirectionalStream | undefined> {
  const reader = connection.incomingBidirectionalStreams.getReader();
  try {
    return (await reader.read()).value;
  } finally {
    reader.releaseLock();
  }
}

/**
 * Tells when a datagram comes on a connection. Both sides may send some, which no option of the runtime
 * forbids; it keeps 1.25 MB of those that nobody reads, and for each connection.
 */
export function watchForDatagram(connection: Deno.QuicConn, onDatagram: () => void): void {
  connection.readDatagram().then(onDatagram, () => {}); // it fails when the connection ends
}

/** Ends a connection at once, if it has not ended. */
export function closeConnection(connection: Deno.QuicConn): void {
  try {
    connection.close({ closeCode: 0, reason: "" });
  } catch {
    // it has been closed
  }
}
