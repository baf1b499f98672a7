import { concat } from "../../../lib/base/bytes/bytes.ts";

/** Listens on loopback and keeps what each connection brings. */
export class TcpCollector implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #chunks: Uint8Array[][] = [];
  readonly #serving: Promise<void>;
  readonly #maxBytes: number;

  /** @param maxBytes How much of the first connection is read before it is broken off. */
  constructor(port = 0, maxBytes = Infinity) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#maxBytes = maxBytes;
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** How many connections there are. */
  get open(): number {
    return this.#connections.size;
  }

  /** What has come, connection by connection. */
  get streams(): Uint8Array[] {
    return this.#chunks.map((chunks) => concat(chunks));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const reading: Promise<void>[] = [];
    try {
      for await (const connection of this.#listener) {
        const chunks: Uint8Array[] = [];
        const maxBytes = this.#chunks.push(chunks) === 1 ? this.#maxBytes : Infinity;
        reading.push(this.#read(connection, chunks, maxBytes));
      }
    } finally {
      await Promise.all(reading);
    }
  }

  async #read(connection: Deno.TcpConn, chunks: Uint8Array[], maxBytes: number): Promise<void> {
    this.#connections.add(connection);
    const buffer = new Uint8Array(1 << 16);
    let read = 0;
    try {
      for (let count; read < maxBytes && (count = await connection.read(buffer)) !== null;) {
        chunks.push(buffer.slice(0, count));
        read += count;
      }
    } catch {
      return; // closed, here or there
    } finally {
      if (this.#connections.delete(connection)) {
        try {
          connection.close();
        } catch {
          // it is
        }
      }
    }
  }
}
