import { type ConnectionTable, NO_ROW, Num, Word } from "./connection_table.ts";
import type { FlowKey } from "./flow_key.ts";
import type { IdleSeconds } from "./follow_options.ts";
import { type SensorKernel, State } from "./sensor_kernel.ts";

/** How long what comes behind FIN and RST is still counted to the connection. */
const ENDED_SECONDS = 5;
/** So often it is looked at most for idle connections. */
const CHECKS_PER_SECOND = 4;
/** Of all rows, those without an answer that are not enough yet to have to go first. */
const UNANSWERED_PART = 1 / 4;
/** The list of connections that have ended; the others are by protocol, and whether there was an answer. */
const ENDED = 8;

/**
 * In which order connections have been idle: a list for each protocol with and without an answer, and
 * one for those that have ended and wait for stragglers. A kernel keeps them (`kernel/idle_lists.ts`).
 */
export class IdleLists {
  /** Before that flow time nothing is idle for long enough. */
  nextCheck = 0;
  readonly #table: ConnectionTable;
  /** By list, seconds. */
  readonly #idleSeconds: Float64Array;

  constructor(table: ConnectionTable, { tcp, udp, icmp }: IdleSeconds, kernel: SensorKernel) {
    this.#table = table;
    this.#idleSeconds = kernel.state.subarray(State.IdleSeconds);
    this.#idleSeconds.set([tcp, tcp, udp, udp, icmp, icmp, udp, udp, ENDED_SECONDS]);
  }

  /** Adds a row to the table; there must be room. */
  add(key: FlowKey, now: number): number {
    const row = this.#table.add(key, now);
    this.#table.numbers[this.#table.numbersAt(row) + Num.LastFlow] = now;
    return row;
  }

  /** Whether it is a connection's row. */
  has(row: number): boolean {
    return this.#table.words[this.#table.wordsAt(row) + Word.List] !== NO_ROW;
  }

  /** Whether a connection has been idle for too long. */
  isIdle(row: number, now: number): boolean {
    const list = this.#table.words[this.#table.wordsAt(row) + Word.List]!;
    return now - this.#lastOf(row) >= this.#idleSeconds[list]!;
  }

  /** A connection that has been idle for too long; `NO_ROW` when none is, until {@linkcode IdleLists.nextCheck}. */
  idle(now: number): number {
    for (let list = 0; list <= ENDED; list++) {
      const row = this.#table.first[list]!;
      if (row !== NO_ROW && this.isIdle(row, now)) return row;
    }
    this.nextCheck = now + 1 / CHECKS_PER_SECOND;
    return NO_ROW;
  }

  /**
   * The connection to forget when there is no room: one that has ended; else the longest idle one, among
   * those without an answer if these are many, so that a flood of them leaves the others alone.
   */
  longestIdle(): number {
    const { first, count, lengths } = this.#table;
    if (first[ENDED] !== NO_ROW) return first[ENDED]!;
    let unanswered = 0;
    for (let list = 0; list < ENDED; list += 2) unanswered += lengths[list]!;
    const step = unanswered > count * UNANSWERED_PART ? 2 : 1;
    let oldest = NO_ROW;
    for (let list = 0; list < ENDED; list += step) {
      const row = first[list]!;
      if (row === NO_ROW) continue;
      if (oldest === NO_ROW || this.#lastOf(row) < this.#lastOf(oldest)) oldest = row;
    }
    return oldest;
  }

  #lastOf(row: number): number {
    return this.#table.numbers[this.#table.numbersAt(row) + Num.LastFlow]!;
  }
}
