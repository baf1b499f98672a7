/** What an answer tells of a sensor's clock. */
export interface ClockSample {
  /** How far it is ahead of the collector's, as if the answer had been given halfway; ms. */
  readonly offsetMs: number;
  /** From the question to its answer, ms. */
  readonly roundTripMs: number;
}

/** So many questions come one after the other: then the clock is known. */
const FIRST_QUESTIONS = 10;
const FIRST_MS = 1_000;
const LATER_MS = 25_000;
const NS_PER_MS = 1e6;

/** When a sensor is asked for its time, and what its answers say; one question at a time. */
export class ClockQuestions {
  #asked = 0;
  #askedAtMs = -Infinity;
  #isAnswered = true;

  /** Whether it is time for the next question. */
  isDue(nowMs: number): boolean {
    const pauseMs = this.#asked < FIRST_QUESTIONS ? FIRST_MS : LATER_MS;
    return this.#isAnswered && nowMs - this.#askedAtMs >= pauseMs;
  }

  /** Notes that it is asked. */
  ask(nowMs: number): void {
    this.#asked++;
    this.#askedAtMs = nowMs;
    this.#isAnswered = false;
  }

  /**
   * Takes an answer.
   *
   * @param time The sensor's, ns since 1970.
   * @param wallMs The collector's clock, ms since 1970.
   * @param nowMs The same time by the clock of the questions.
   * @returns undefined when nothing was asked.
   */
  answer(time: bigint, wallMs: number, nowMs: number): ClockSample | undefined {
    if (this.#isAnswered) return undefined;
    this.#isAnswered = true;
    const roundTripMs = nowMs - this.#askedAtMs;
    return { offsetMs: Number(time) / NS_PER_MS - (wallMs - roundTripMs / 2), roundTripMs };
  }
}
