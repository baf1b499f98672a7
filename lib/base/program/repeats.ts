const SAMPLE_MS = 1000;
/** Reasons remembered: names that sensors choose are in them, so that there may be any number. */
const MAX_REASONS = 1000;

/** Lets each reason through once a second, and counts what it keeps back. */
export class Repeats {
  readonly #said = new Map<string, { readonly atMs: number; unsaid: number }>();

  /** How many were kept back before this one; undefined when it is to be kept back. */
  take(reason: string, nowMs: number): number | undefined {
    const before = this.#said.get(reason);
    if (before && nowMs - before.atMs < SAMPLE_MS) {
      before.unsaid++;
      return undefined;
    }
    this.#said.delete(reason); // those said longest ago come first
    this.#said.set(reason, { atMs: nowMs, unsaid: 0 });
    if (this.#said.size > MAX_REASONS) this.#said.delete(this.#said.keys().next().value!);
    return before?.unsaid ?? 0;
  }
}
