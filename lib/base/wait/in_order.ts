import { Semaphore } from "./semaphore.ts";

/** Work that goes on at the same time, and what it comes to, which is taken in the order in which it began. */
export class InOrder {
  readonly #permits: Semaphore;
  readonly #onError: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #pending = 0;

  /**
   * @param limit How much work may have begun and not been taken.
   * @param onError Told what work or who takes it throws; what began later is taken all the same.
   */
  constructor(limit: number, onError: (error: unknown) => void) {
    this.#permits = new Semaphore(limit);
    this.#onError = onError;
  }

  /** Whether all that has begun is taken. */
  get isEmpty(): boolean {
    return this.#pending === 0;
  }

  /** Begins work when there may be more, and returns then. */
  async begin<Result>(
    work: () => Promise<Result>,
    take: (result: Result) => Promise<void>,
  ): Promise<void> {
    await this.#permits.acquire();
    this.#pending++;
    const before = this.#last;
    const result = work();
    const taken = Promise.allSettled([result, before]).then(async () => await take(await result));
    this.#last = taken.catch(this.#onError).finally(() => {
      this.#pending--;
      this.#permits.release();
    });
  }

  /** Resolves when all that has begun by now is taken. */
  drained(): Promise<void> {
    return this.#last;
  }
}
