/** How long a session counts after it has broken off: what is known of it stays. */
const COUNTS_MS = 10_000;

/**
 * Which connection serves a session: the newest. Sessions are told apart by the name that was granted
 * and the sensor's number together, so that no sensor can touch another's.
 */
export class SessionTable<Connection> {
  readonly #current = new Map<string, Connection>();
  /** When sessions broke off that nobody has gone on with, those first that did so first. */
  readonly #brokenAtMs = new Map<string, number>();

  /** Makes `connection` the one of this session; returns the one that it takes the place of. */
  claim(name: string, session: bigint, connection: Connection): Connection | undefined {
    const key = keyOf(name, session);
    const before = this.#current.get(key);
    this.#current.set(key, connection);
    this.#brokenAtMs.delete(key);
    return before;
  }

  /** Whether it is still the one of this session. */
  holds(name: string, session: bigint, connection: Connection): boolean {
    return this.#current.get(keyOf(name, session)) === connection;
  }

  /**
   * The connection is over.
   *
   * @param brokenAtMs When it broke off; nothing when its session is over, too.
   */
  leave(name: string, session: bigint, connection: Connection, brokenAtMs?: number): void {
    if (!this.holds(name, session, connection)) return;
    const key = keyOf(name, session);
    this.#current.delete(key);
    if (brokenAtMs !== undefined) this.#brokenAtMs.set(key, brokenAtMs);
  }

  /** The other sessions of a name that are being served. */
  others(name: string, session: bigint): number {
    return othersAmong(this.#current.keys(), name, session);
  }

  /** These and those that broke off not long ago: nobody can begin and leave sessions without end. */
  othersOfLate(name: string, session: bigint, nowMs: number): number {
    for (const [key, brokenAtMs] of this.#brokenAtMs) {
      if (nowMs - brokenAtMs < COUNTS_MS) break;
      this.#brokenAtMs.delete(key);
    }
    return this.others(name, session) + othersAmong(this.#brokenAtMs.keys(), name, session);
  }
}

function othersAmong(keys: Iterable<string>, name: string, session: bigint): number {
  let count = 0;
  for (const key of keys) {
    if (key !== keyOf(name, session) && key.slice(key.indexOf(" ") + 1) === name) count++;
  }
  return count;
}

function keyOf(name: string, session: bigint): string {
  return `${session} ${name}`;
}
