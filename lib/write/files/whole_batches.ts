import type { MemberHeader } from "../../pack/member.ts";

/** Tells, of members in any order, when the last part of a batch has been seen. */
export class WholeBatches {
  /** Of batches that are not whole yet: session and sequence, and their parts as bits. */
  readonly #seen = new Map<string, number>();

  /** Whether this member completes its batch; each is to be shown once. */
  see({ session, sequence, part, parts }: MemberHeader): boolean {
    if (parts === 1) return true;
    const key = `${session} ${sequence}`;
    const seen = (this.#seen.get(key) ?? 0) | 1 << (part - 1);
    if (seen !== (1 << parts) - 1) {
      this.#seen.set(key, seen);
      return false;
    }
    this.#seen.delete(key);
    return true;
  }
}
