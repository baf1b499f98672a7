import { Condition } from "../../base/wait/condition_io.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { FairTurns } from "./fair_turns.ts";

/** How long work may go on before the thread looks at what has come meanwhile. */
const MAX_WORK_MS = 10;

/** Shares this thread's time out by name: {@linkcode FairTurns}, driven by the clock. */
export class Turns {
  readonly #fair = new FairTurns();
  readonly #changed = new Condition();
  #isRunning = false;
  /** Since the thread has last looked: when work began, and how long it took together. */
  #beganMs = 0;
  #workedMs = 0;

  /** Does work when it is the turn of that name, and returns what that gives. @throws What it throws. */
  run<Result>(name: string, work: () => Result): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const attempt = () => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    };
    const nowMs = performance.now();
    if (!this.#isTired(nowMs) && this.#fair.isFree(name, nowMs)) this.#do(name, attempt, nowMs);
    else {
      this.#fair.add({ name, work: attempt });
      this.#changed.notify();
      if (!this.#isRunning) this.#run();
    }
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#fair.waiting > 0) {
      const nowMs = performance.now();
      if (this.#isTired(nowMs)) {
        await rest(0);
        this.#workedMs = 0;
        continue;
      }
      const next = this.#fair.next(nowMs);
      if (typeof next === "number") await this.#changed.wait(next);
      else {
        this.#do(next.name, next.work, nowMs);
        await undefined; // whose work it was may have more, and others as well
      }
    }
    this.#isRunning = false;
  }

  #do(name: string, work: () => void, beganMs: number): void {
    if (this.#workedMs === 0) this.#beganMs = beganMs;
    work();
    const endedMs = performance.now();
    this.#workedMs += endedMs - beganMs;
    this.#fair.worked(name, beganMs, endedMs);
  }

  /** Half of the time since it last looked it must have had for that. */
  #isTired(nowMs: number): boolean {
    if (nowMs - this.#beganMs > 2 * this.#workedMs) this.#workedMs = 0;
    return this.#workedMs >= MAX_WORK_MS;
  }
}
