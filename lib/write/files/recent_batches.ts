import type { MemberHeader } from "../../pack/member.ts";

/** What is there of one session's newest batches. */
interface Recent {
  /** The lowest sequence that came since then. */
  first: bigint;
  /** How many are there from that one on. */
  count: bigint;
}

/**
 * Finds out whether files have been taken away that nobody takes away in order: those that were
 * appended to. Rotated ones may have been deleted or put somewhere else; so batches count only that
 * came when no file was rotated any more, as their session's sequences tell.
 */
export class RecentBatches {
  readonly #sinceNs: bigint;
  readonly #sessions = new Map<bigint, Recent>();

  /** @param sinceNs When the newest of the files that are there was begun or rotated. */
  constructor(sinceNs: bigint) {
    this.#sinceNs = sinceNs;
  }

  /** Takes note of a member; all files have to be shown, each from its start. */
  see({ session, sequence, part, arrival }: MemberHeader): void {
    const isFirstOfBatch = session !== 0n && sequence !== 0n && part === 1;
    if (!isFirstOfBatch || arrival < this.#sinceNs) return;
    const recent = this.#sessions.get(session);
    if (!recent) this.#sessions.set(session, { first: sequence, count: 1n });
    else {
      recent.count++;
      if (sequence < recent.first) recent.first = sequence;
    }
  }

  /**
   * How many batches of a session are nowhere, of those that are `settled`.
   *
   * @param above How many are there above that.
   */
  missing(session: bigint, settled: bigint, above: number): bigint {
    const recent = this.#sessions.get(session);
    if (!recent || recent.first > settled) return 0n;
    const missing = settled - recent.first + 1n - (recent.count - BigInt(above));
    return missing > 0n ? missing : 0n;
  }
}
