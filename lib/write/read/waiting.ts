/** What promises bring, to be used by whoever waits for several of them. */
export class Waiting {
  readonly #brought: (() => void)[] = [];
  #wake = () => {};

  /** Has `use` called by {@linkcode use} when the promise has been kept. */
  add<T>(promise: Promise<T>, use: (value: T) => void): void {
    const bring = (what: () => void) => {
      this.#brought.push(what);
      this.#wake();
    };
    promise.then(
      (value) => bring(() => use(value)),
      (error) =>
        bring(() => {
          throw error;
        }),
    );
  }

  /** Uses what has been brought. */
  use(): void {
    for (const use of this.#brought.splice(0)) use();
  }

  /** Returns when something has been brought. */
  async wait(): Promise<void> {
    if (this.#brought.length > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}
