/** Which of many things have been seen: as many as fit, the one that came first forgotten first. */
export class RecentKeys {
  readonly #keys = new Map<string, string>();

  constructor(private readonly max: number) {}

  /** Whether a thing is new, or was seen with another state; keeps it. */
  isNews(key: string, state = ""): boolean {
    if (this.#keys.get(key) === state) return false;
    this.#keys.set(key, state);
    if (this.#keys.size > this.max) this.#keys.delete(this.#keys.keys().next().value!);
    return true;
  }
}
