import type { StoreError } from "../../base/errors.ts";
import { Semaphore } from "../../base/wait/semaphore.ts";
import type { FileLayer } from "./file_layer.ts";
import { recoverClient, type Recovered } from "./recovery_io.ts";
import type { SessionLog } from "./session_log.ts";

/** What a store knows of a client whose files it has recovered. */
export interface Client {
  readonly sessions: Map<bigint, SessionLog>;
  /** The client's name, once a session of it has been opened. */
  name?: string;
  /** Who needs this to stay: open sessions, files being written. */
  users: number;
}

/** Clients whose files are recovered at a time: each has a file open. */
const MAX_RECOVERIES = 8;
/** Clients and sessions that are remembered though nobody uses them: some MB. */
const MAX_IDLE = 16_384;

/**
 * The clients of a store, by folder. The files of each are recovered at its first use; what that
 * told is kept and goes on. Past a bound the client unused for longest is forgotten, but not the last
 * one that was used: its files are recovered again when it comes back.
 */
export class Clients {
  readonly #layer: FileLayer;
  readonly #onRecovered: (recovered: Recovered) => void;
  readonly #onFatal: (error: StoreError) => void;
  readonly #maxIdle: number;
  /** Least recently used first. */
  readonly #clients = new Map<string, Promise<Client>>();
  /** Those that have been recovered and nobody uses. */
  readonly #idle = new Map<string, Client>();
  #idleSize = 0;
  /** Those whose files have been recovered. */
  readonly #ready = new Map<string, Client>();
  readonly #closing = new AbortController();
  readonly #recoveries = new Semaphore(MAX_RECOVERIES);

  /** @param onFatal Told of what ends the store, before whoever waits for that recovery: nothing may be stored any more. */
  constructor(
    layer: FileLayer,
    onRecovered: (recovered: Recovered) => void,
    onFatal: (error: StoreError) => void,
    maxIdle = MAX_IDLE,
  ) {
    this.#layer = layer;
    this.#onRecovered = onRecovered;
    this.#onFatal = onFatal;
    this.#maxIdle = maxIdle;
  }

  /**
   * The client whose files are in `folder`, which stays until it is released.
   *
   * @throws StoreError When its files cannot be recovered; they are tried again at the next use.
   */
  async use(folder: string): Promise<Client> {
    for (;;) {
      const pending = this.#clients.get(folder) ?? this.#recover(folder);
      const client = await pending;
      if (this.#clients.get(folder) !== pending) continue; // forgotten meanwhile
      if (client.users++ === 0 && this.#idle.delete(folder)) this.#idleSize -= sizeOf(client);
      return client;
    }
  }

  /** Whether the files in a folder have been recovered, so that using the client waits for nothing. */
  isReady(folder: string): boolean {
    return this.#ready.has(folder);
  }

  /** Ends a use. */
  release(folder: string, client: Client): void {
    if (--client.users > 0) return;
    this.#idle.set(folder, client);
    this.#idleSize += sizeOf(client);
    for (const [oldest, forgotten] of this.#idle) {
      if (this.#idleSize <= this.#maxIdle || forgotten === client) break; // it may come back at once
      this.#idle.delete(oldest);
      this.#clients.delete(oldest);
      this.#ready.delete(oldest);
      this.#idleSize -= sizeOf(forgotten);
    }
  }

  /** Those that are remembered, by folder. */
  remembered(): IterableIterator<[folder: string, client: Client]> {
    return this.#ready.entries();
  }

  /** Stops recoveries; none goes on when this returns, and none begins any more. */
  async close(): Promise<void> {
    this.#closing.abort(new TypeError("the store has been closed"));
    await Promise.allSettled(this.#clients.values());
  }

  #recover(folder: string): Promise<Client> {
    const pending = this.#recoverInTurn(folder);
    this.#clients.set(folder, pending);
    pending.catch((error: StoreError) => {
      this.#clients.delete(folder);
      if (isFatal(error)) this.#onFatal(error);
    });
    return pending;
  }

  async #recoverInTurn(folder: string): Promise<Client> {
    await this.#recoveries.acquire();
    try {
      const recovered = await recoverClient(this.#layer, folder, this.#closing.signal);
      this.#onRecovered(recovered);
      const client: Client = { sessions: recovered.sessions, users: 0 };
      this.#ready.set(folder, client);
      return client;
    } finally {
      this.#recoveries.release();
    }
  }
}

/** A sync is never tried again, and where a newer build has stored nothing may be touched. */
function isFatal({ code }: StoreError): boolean {
  return code === "sync-failed" || code === "newer-version";
}

function sizeOf({ sessions }: Client): number {
  return 1 + sessions.size;
}
