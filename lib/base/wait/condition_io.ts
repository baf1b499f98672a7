/** What several may wait for: that something has changed, so that they look again. */
export class Condition {
  readonly #wakers = new Set<() => void>();

  /** Returns at the next {@linkcode notify}, or in `maxMs` if that is given. */
  wait(maxMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = maxMs === undefined ? undefined : setTimeout(wake, Math.max(0, maxMs));
      this.#wakers.add(wake);
    });
  }

  /** Lets all go on that wait now. */
  notify(): void {
    if (this.#wakers.size === 0) return;
    for (const wake of [...this.#wakers]) wake();
  }
}
