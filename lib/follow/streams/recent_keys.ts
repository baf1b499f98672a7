import type { Room } from "./held_bytes.ts";

/** What a key costs besides its characters, roughly. */
const KEY_BYTES = 64;
const CHARACTER_BYTES = 2;

/** Which of many things have been seen: as many as fit, the one that came first forgotten first. */
export class RecentKeys {
  readonly #keys = new Set<string>();

  constructor(private readonly max: number, private readonly room: Room) {}

  /** Whether a thing has not been seen, or been forgotten; keeps it, if there is room. */
  isNews(key: string): boolean {
    if (this.#keys.has(key)) return false;
    if (this.#keys.size === this.max) {
      const [first] = this.#keys;
      this.#keys.delete(first!);
      this.room.release(bytesOf(first!));
    }
    if (this.room.reserve(bytesOf(key))) this.#keys.add(key);
    return true;
  }
}

function bytesOf(key: string): number {
  return KEY_BYTES + CHARACTER_BYTES * key.length;
}
