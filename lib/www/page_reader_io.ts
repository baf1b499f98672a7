import { mayStartWorker } from "../base/program/worker_io.ts";
import type { EngineOptions } from "../write/nats/engine_access.ts";
import type { Question } from "./questions.ts";
import type { FromReader, ToReader } from "./reader_messages.ts";

/** An answer, as JSON, or why there is none. */
export type Read = { readonly text: string } | { readonly problem: string };

const WORKER_URL = new URL("./reader_worker_io.ts", import.meta.url);
/** How long an answer may take. */
const MAX_MS = 30_000;
/** For how long the same question has the same answer. */
const FRESH_MS = 5_000;
/** Questions that wait for their turn. */
const MAX_WAITING = 8;
/** Without questions for so long the worker goes. */
const IDLE_MS = 60_000;

/**
 * Asks a worker what stored records say, one question after another: nothing of it takes time from the
 * thread that stores. One that takes too long ends with the worker.
 */
export class PageReader implements Disposable {
  readonly #out: string;
  readonly #maxMs: number;
  readonly #engine: EngineOptions | undefined;
  /** By the question, as text, what has been asked lately; the oldest first. */
  readonly #answers = new Map<string, { readonly answer: Promise<Read>; untilMs: number }>();
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  #onEnd: () => void = () => {};

  /**
   * @param out The folder of the records.
   * @param engine Where they are in place of that.
   */
  constructor(out: string, engine?: EngineOptions, maxMs = MAX_MS) {
    this.#out = out;
    this.#engine = engine;
    this.#maxMs = maxMs;
  }

  /** The answer to a question. */
  ask(question: Question): Promise<Read> {
    const key = JSON.stringify(
      question,
      (_, value) => typeof value === "bigint" ? `${value}` : value,
    );
    for (const [asked, { untilMs }] of this.#answers) {
      if (untilMs < performance.now()) this.#answers.delete(asked);
    }
    const known = this.#answers.get(key);
    if (known) return known.answer;
    if (this.#waiting >= MAX_WAITING) {
      return Promise.resolve({ problem: "too much is asked at once; wanted: a pause" });
    }
    this.#waiting++;
    const answer = this.#turn.then(() => this.#ask(question)).finally(() => {
      this.#waiting--;
      asked.untilMs = performance.now() + FRESH_MS;
    });
    const asked = { answer, untilMs: Infinity };
    this.#turn = answer;
    this.#answers.set(key, asked);
    return answer;
  }

  /** Ends the worker; who waits is told so. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#end();
    this.#onEnd();
  }

  async #ask(question: Question): Promise<Read> {
    clearTimeout(this.#idle);
    const mayStart = await mayStartWorker(WORKER_URL);
    if (this.#isOver) return { problem: "the collector ends" };
    if (!mayStart) {
      return {
        problem: "this cannot be read here; wanted: read permission for the program's files",
      };
    }
    const worker = this.#worker ??= new Worker(WORKER_URL, { type: "module", name: "farcap-page" });
    const { promise, resolve } = Promise.withResolvers<Read>();
    const timer = setTimeout(() => {
      this.#end();
      const seconds = this.#maxMs / 1000;
      resolve({ problem: `it takes longer than ${seconds} s; wanted: a shorter span` });
    }, this.#maxMs);
    this.#onEnd = () => resolve({ problem: "the collector ends" });
    worker.onmessage = ({ data }: MessageEvent<FromReader>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end();
      resolve({ problem: event.message });
    };
    worker.postMessage({ out: this.#out, engine: this.#engine, question } satisfies ToReader);
    const answer = await promise;
    clearTimeout(timer);
    if (!this.#isOver) this.#idle = setTimeout(() => this.#end(), IDLE_MS);
    return answer;
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
