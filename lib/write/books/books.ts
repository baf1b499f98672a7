import type { CollectorSpan } from "../../../proto/gen/netcap_pb.ts";
import { SessionBooks } from "./session_books.ts";

/** Rows of one client. */
export interface ClientRows {
  readonly folder: string;
  readonly client: string;
  readonly rows: readonly CollectorSpan[];
}

/** Of datagrams all are counted, but while a row is made. */
const ANY_ARRIVAL = 1n << 63n;

/** What a collector does with what its clients send, until it is written down in rows. */
export class Books {
  readonly #spanNs: bigint;
  readonly #clients = new Map<
    string,
    { readonly client: string; readonly sessions: Map<bigint, SessionBooks> }
  >();

  /** @param spanMs What a row spans at least. */
  constructor(spanMs: number) {
    this.#spanNs = BigInt(spanMs) * 1_000_000n;
  }

  /**
   * The books of a session; those that are open already, if there are.
   *
   * @param folder Of the client, which the name alone does not tell.
   * @param after All batches up to this one are in earlier rows, or in none.
   * @param now Ns since 1970.
   */
  ofSession(
    folder: string,
    client: string,
    session: bigint,
    after: bigint,
    now: bigint,
  ): SessionBooks {
    return this.#of(folder, client, session, () => new SessionBooks(session, after, now));
  }

  /** The books of a client's datagrams. */
  ofDatagrams(folder: string, client: string, now: bigint): SessionBooks {
    return this.#of(folder, client, 0n, () => {
      const books = new SessionBooks(0n, 0n, now);
      books.countTo(ANY_ARRIVAL);
      return books;
    });
  }

  /** The next rows count datagrams that arrived up to then, ns since 1970. */
  cut(now: bigint): void {
    for (const { sessions } of this.#clients.values()) sessions.get(0n)?.countTo(now);
  }

  /**
   * The rows that are due; what is idle after them is forgotten.
   *
   * @param isLast All that there is to tell is told.
   */
  close(now: bigint, isLast = false): ClientRows[] {
    const closed: ClientRows[] = [];
    for (const [folder, { client, sessions }] of this.#clients) {
      const rows: CollectorSpan[] = [];
      for (const [session, books] of sessions) {
        const row = books.row(now, this.#spanNs, isLast);
        if (row) rows.push(row);
        if (session === 0n) books.countTo(ANY_ARRIVAL);
        if (books.isIdle) sessions.delete(session);
      }
      if (rows.length > 0) closed.push({ folder, client, rows });
      if (sessions.size === 0) this.#clients.delete(folder);
    }
    return closed;
  }

  #of(folder: string, client: string, session: bigint, make: () => SessionBooks): SessionBooks {
    let of = this.#clients.get(folder);
    if (!of) this.#clients.set(folder, of = { client, sessions: new Map() });
    let books = of.sessions.get(session);
    if (!books) of.sessions.set(session, books = make());
    return books;
  }
}
