import { mayStartWorker } from "../base/program/worker_io.ts";
import { Fifo } from "../base/wait/fifo.ts";
import { FairTurns } from "../transport/server/fair_turns.ts";
import type { FromChecker, ToChecker } from "./check_messages.ts";
import type { Findings } from "./check_session_batch.ts";

const WORKER_URL = new URL("./check_worker_io.ts", import.meta.url);
/** How many batches may be on their way: one is looked at while the answer for another comes. */
const MAX_ASKED = 2;

/** A question that has been put. */
interface Asked {
  readonly name: string;
  readonly askedMs: number;
  readonly answer: (answer: FromChecker | undefined) => void;
}

/** A thread that looks at batches of sessions, of which many names share it. */
export class CheckThread implements Disposable {
  readonly #worker: Worker;
  readonly #turns = new FairTurns();
  readonly #asked = new Fifo<Asked>();
  #answeredMs = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #hasFailed = false;

  /**
   * Starts one where there is a processor for it and a worker may be started.
   *
   * @param onFailure Told why the thread has ended by itself.
   */
  static async start(
    onFailure: (why: string) => void,
    url = WORKER_URL,
  ): Promise<CheckThread | undefined> {
    const isWorthIt = navigator.hardwareConcurrency > 1 && await mayStartWorker(url);
    return isWorthIt ? new CheckThread(onFailure, url) : undefined;
  }

  private constructor(onFailure: (why: string) => void, url: URL) {
    this.#worker = new Worker(url, { type: "module", name: "farcap-check" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromChecker>) => this.#answer(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#hasFailed = true;
      onFailure(event.message);
      while (this.#asked.length > 0) this.#answer(undefined);
    };
  }

  /**
   * Looks at a batch of that name when it is its turn; undefined when the thread has ended by itself.
   *
   * @param ask What is to be asked then.
   * @throws What went wrong while it looked.
   */
  async check(name: string, ask: () => ToChecker): Promise<Findings | undefined> {
    const answer = await new Promise<FromChecker | undefined>((resolve) => {
      const work = () => {
        if (this.#hasFailed) return resolve(undefined);
        this.#asked.push({ name, askedMs: performance.now(), answer: resolve });
        this.#worker.postMessage(ask());
      };
      this.#turns.add({ name, work });
      this.#askNext();
    });
    if (answer && "error" in answer) throw answer.error;
    return answer?.findings;
  }

  /** Ends the thread; what waits for it is never answered. */
  [Symbol.dispose](): void {
    clearTimeout(this.#pause);
    this.#worker.terminate();
  }

  #answer(answer: FromChecker | undefined): void {
    const { name, askedMs, answer: tell } = this.#asked.shift()!;
    const nowMs = performance.now();
    this.#turns.worked(name, Math.max(askedMs, this.#answeredMs), nowMs);
    this.#answeredMs = nowMs;
    tell(answer);
    this.#askNext();
  }

  #askNext(): void {
    clearTimeout(this.#pause);
    while (this.#turns.waiting > 0 && this.#asked.length < MAX_ASKED) {
      const next = this.#turns.next(performance.now());
      if (typeof next === "number") {
        this.#pause = setTimeout(() => this.#askNext(), next);
        return;
      }
      next.work();
    }
  }
}
