/** Why something is missing, or may be, or what is wrong with the books. */
export type CauseKind =
  | "dropped by the kernel"
  | "dropped by the interface"
  | "interrupted"
  | "evicted"
  | "too large"
  | "refused"
  | "no room"
  | "lost"
  | "unknown"
  | "not running"
  | "alarm"
  | "act"
  | "no books"
  | "doubled"
  | "false books"
  | "damaged books";

/** One reason for one span of time. */
export interface Cause {
  /** The reason. */
  readonly kind: CauseKind;
  /** Ns since 1970. */
  readonly from: bigint;
  /** Ns since 1970. */
  readonly to: bigint;
  /** What it is of: packets, records, batches; 0 where that is not known. */
  readonly count: number;
  /** In words, without the count. */
  readonly what: string;
  /** Whether something is missing, or not known to be there. */
  readonly isMissing: boolean;
}

/** More are joined with the last of their kind. */
const MAX_CAUSES = 1000;

/** The oldest first. */
export function sortedCauses(causes: readonly Cause[]): Cause[] {
  return causes.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** The causes of one client; those of neighbouring spans are one. */
export class Causes {
  readonly #all: Cause[] = [];
  /** By what they say, the place of the last. */
  readonly #last = new Map<string, number>();

  /** All, the oldest first. */
  get all(): Cause[] {
    return sortedCauses(this.#all);
  }

  /** Adds a cause of something that is missing, unless its count is 0. */
  add(kind: CauseKind, from: bigint, to: bigint, count: number, what: string): void {
    if (count === 0) return;
    this.note({ kind, from, to, count, what, isMissing: true });
  }

  /** Adds a cause, be its count known or not. */
  note(cause: Cause): void {
    const key = `${cause.kind} ${cause.what}`;
    const at = this.#last.get(key);
    const before = at === undefined ? undefined : this.#all[at]!;
    if (before && (cause.from <= before.to || this.#all.length >= MAX_CAUSES)) {
      this.#all[at!] = {
        ...before,
        from: before.from < cause.from ? before.from : cause.from,
        to: before.to > cause.to ? before.to : cause.to,
        count: before.count + cause.count,
      };
    } else {
      this.#last.set(key, this.#all.length);
      this.#all.push(cause);
    }
  }
}
