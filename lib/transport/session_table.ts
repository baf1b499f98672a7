/**
 * Which connection serves a session: the newest. Sessions are told apart by the name that was granted
 * and the sensor's number together, so that no sensor can touch another's.
 */
export class SessionTable<Connection> {
  readonly #current = new Map<string, Connection>();

  /** Makes `connection` the one of this session; returns the one that it takes the place of. */
  claim(name: string, session: bigint, connection: Connection): Connection | undefined {
    const key = keyOf(name, session);
    const before = this.#current.get(key);
    this.#current.set(key, connection);
    return before;
  }

  /** Whether it is still the one of this session. */
  holds(name: string, session: bigint, connection: Connection): boolean {
    return this.#current.get(keyOf(name, session)) === connection;
  }

  /** The connection is over. */
  leave(name: string, session: bigint, connection: Connection): void {
    if (this.holds(name, session, connection)) this.#current.delete(keyOf(name, session));
  }

  /** The other sessions of a name that are being served. */
  others(name: string, session: bigint): number {
    let count = 0;
    for (const key of this.#current.keys()) {
      if (key !== keyOf(name, session) && key.slice(key.indexOf(" ") + 1) === name) count++;
    }
    return count;
  }
}

function keyOf(name: string, session: bigint): string {
  return `${session} ${name}`;
}
