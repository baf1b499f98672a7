import type { StoredMember } from "../write/files/store_options.ts";

/** What is kept in all, and of one; a larger one is not. */
const MAX_BYTES = 2 << 20;
const MAX_MEMBER_BYTES = 1 << 16;

/** Copies of what was stored last, of each type of each sensor, as far as there is room; the oldest go first. */
export class RecentMembers {
  readonly #members = new Map<string, StoredMember>();
  #bytes = 0;

  add(stored: StoredMember): void {
    const { client, type, member } = stored;
    if (member.length > MAX_MEMBER_BYTES) return;
    const key = `${type} ${client}`;
    this.#remove(key);
    this.#members.set(key, { ...stored, member: member.slice() });
    this.#bytes += member.length;
    while (this.#bytes > MAX_BYTES) this.#remove(this.#members.keys().next().value!);
  }

  /** The newest first. */
  get all(): StoredMember[] {
    return [...this.#members.values()].reverse();
  }

  #remove(key: string): void {
    this.#bytes -= this.#members.get(key)?.member.length ?? 0;
    this.#members.delete(key);
  }
}
