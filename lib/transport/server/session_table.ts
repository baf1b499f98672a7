import { Fifo } from "../../base/wait/fifo.ts";

/** Of one name: restarted sensors leave some, and none can take all credit. */
const MAX_SESSIONS_OF_NAME = 16;
/**
 * How long an ended session counts: something is kept of each, so that nobody may begin and leave
 * sessions as fast as connections can be made.
 */
const COUNTS_MS = 10_000;

/** The connection that serves a session, or when the last one ended. */
type Entry<Connection> = { readonly connection: Connection } | { readonly endedAtMs: number };

/**
 * Which connection serves a session: the newest. Sessions are told apart by the name that was granted
 * and the sensor's number together, so that no sensor can touch another's.
 */
export class SessionTable<Connection> {
  readonly #names = new Map<string, Map<bigint, Entry<Connection>>>();
  /** In the order in which they ended. */
  readonly #ended = new Fifo<
    { readonly name: string; readonly session: bigint; readonly entry: { endedAtMs: number } }
  >();

  /** Whether a session may be served: one that is known, or one more of its name. */
  admits(name: string, session: bigint, nowMs: number): boolean {
    this.#forgetUntil(nowMs - COUNTS_MS);
    const sessions = this.#names.get(name);
    return !sessions || sessions.has(session) || sessions.size < MAX_SESSIONS_OF_NAME;
  }

  /** Makes `connection` the one of this session; returns the one that it takes the place of. */
  claim(name: string, session: bigint, connection: Connection): Connection | undefined {
    const before = this.#connectionOf(name, session);
    let sessions = this.#names.get(name);
    if (!sessions) this.#names.set(name, sessions = new Map());
    sessions.set(session, { connection });
    return before;
  }

  /** Whether it is still the one of this session. */
  holds(name: string, session: bigint, connection: Connection): boolean {
    return this.#connectionOf(name, session) === connection;
  }

  /** The connection has ended. */
  leave(name: string, session: bigint, connection: Connection, nowMs: number): void {
    if (!this.holds(name, session, connection)) return;
    const entry = { endedAtMs: nowMs };
    this.#names.get(name)!.set(session, entry);
    this.#ended.push({ name, session, entry });
    this.#forgetUntil(nowMs - COUNTS_MS);
  }

  #connectionOf(name: string, session: bigint): Connection | undefined {
    const entry = this.#names.get(name)?.get(session);
    return entry && "connection" in entry ? entry.connection : undefined;
  }

  #forgetUntil(timeMs: number): void {
    for (let oldest = this.#ended.at(0); oldest; oldest = this.#ended.at(0)) {
      const { name, session, entry } = oldest;
      if (entry.endedAtMs > timeMs) return;
      this.#ended.shift();
      const sessions = this.#names.get(name);
      if (sessions?.get(session) !== entry) continue; // it has been gone on with
      sessions.delete(session);
      if (sessions.size === 0) this.#names.delete(name);
    }
  }
}
