import type { RecordSink } from "../base/record/record_sink.ts";
import type { Profile } from "./profile.ts";

/** Profiles by key; the one that was changed last is the last one. */
export class ProfileTable<P extends Profile & { write(sink: RecordSink): void }> {
  /** Forgotten since there was no room. */
  evicted = 0;
  readonly #profiles = new Map<string, P>();
  #heldBytes = 0;

  constructor(private readonly maxBytes: number, private readonly sink: RecordSink) {}

  get size(): number {
    return this.#profiles.size;
  }

  /** Changes a profile, which is made if there is none. Others may be forgotten for it, once they are written. */
  change(key: string, make: () => P, change: (profile: P) => void): void {
    const known = this.#profiles.get(key);
    if (known !== undefined) {
      this.#profiles.delete(key);
      this.#heldBytes -= known.heldBytes;
    }
    const profile = known ?? make();
    change(profile);
    this.#profiles.set(key, profile);
    this.#heldBytes += profile.heldBytes;
    while (this.#heldBytes > this.maxBytes && this.#profiles.size > 1) this.#evict();
  }

  /** Writes those that have changed since they were written and not in this round yet, a profile each step. */
  *write(round: number): Iterable<void> {
    for (const profile of this.#profiles.values()) {
      if (profile.isDue && profile.round !== round) {
        profile.write(this.sink);
        profile.isChanged = false;
        profile.round = round;
      }
      yield;
    }
  }

  #evict(): void {
    const [key, profile] = this.#profiles.entries().next().value!;
    if (profile.isDue) profile.write(this.sink);
    this.#profiles.delete(key);
    this.#heldBytes -= profile.heldBytes;
    this.evicted++;
  }
}
