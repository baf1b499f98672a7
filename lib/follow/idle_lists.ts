import { TCP, UDP } from "../decode/taken_headers.ts";
import { type ConnectionTable, NO_ROW, Num, Word } from "./connection_table.ts";
import { ANY_RST, BOTH_FIN, BOTH_SEEN } from "./facts.ts";
import type { FlowKey } from "./flow_key.ts";
import type { IdleSeconds } from "./follow_options.ts";
import { isIcmp } from "./packet_size.ts";

/** How long what comes behind FIN and RST is still counted to the connection. */
const ENDED_SECONDS = 5;
/** A row moves in its list so often at most, and so exactly is the order kept. */
const TICKS_PER_SECOND = 4;
/** Of all rows, those without an answer that are not enough yet to have to go first. */
const UNANSWERED_PART = 1 / 4;
/** The list of connections that have ended; the others are by protocol, and whether there was an answer. */
const ENDED = 8;

/**
 * In which order connections have been idle: a list for each protocol with and without an answer, and
 * one for those that have ended and wait for stragglers.
 */
export class IdleLists {
  static readonly COUNT = ENDED + 1;
  /** Before that flow time nothing is idle for long enough. */
  nextCheck = 0;
  readonly #table: ConnectionTable;
  /** By list, seconds. */
  readonly #idleSeconds: Float64Array;
  #now = 0;
  #tick = 0;

  constructor(table: ConnectionTable, { tcp, udp, icmp }: IdleSeconds) {
    this.#table = table;
    this.#idleSeconds = Float64Array.of(tcp, tcp, udp, udp, icmp, icmp, udp, udp, ENDED_SECONDS);
  }

  /** Adds a row to the table; there must be room. */
  add(key: FlowKey, protocol: number, now: number): number {
    const row = this.#table.add(key, listOf(protocol, 0), tickOf(now));
    this.#table.numbers[this.#table.numbersAt(row) + Num.LastFlow] = now;
    return row;
  }

  /** Whether it is a connection's row. */
  has(row: number): boolean {
    return this.#table.words[this.#table.wordsAt(row) + Word.List] !== NO_ROW;
  }

  /** A packet of the connection has come. @param isOther Whether what is known of it has changed. */
  touch(row: number, now: number, isOther: boolean): void {
    const { words, numbers } = this.#table;
    const w = this.#table.wordsAt(row);
    if (now !== this.#now) {
      this.#now = now;
      this.#tick = tickOf(now);
    }
    numbers[this.#table.numbersAt(row) + Num.LastFlow] = now;
    if (!isOther && words[w + Word.Listed] === this.#tick) return;
    this.#table.move(row, listOf(words[w + Word.Key]! & 0xff, words[w + Word.Facts]!), this.#tick);
  }

  /** Whether a connection has been idle for too long. */
  isIdle(row: number, now: number): boolean {
    const list = this.#table.words[this.#table.wordsAt(row) + Word.List]!;
    return now - this.#lastOf(row) >= this.#idleSeconds[list]!;
  }

  /** A connection that has been idle for too long; `NO_ROW` when none is, until {@linkcode IdleLists.nextCheck}. */
  idle(now: number): number {
    for (let list = 0; list < IdleLists.COUNT; list++) {
      const row = this.#table.first[list]!;
      if (row !== NO_ROW && this.isIdle(row, now)) return row;
    }
    this.nextCheck = now + 1 / TICKS_PER_SECOND;
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

function tickOf(now: number): number {
  return Math.floor(now * TICKS_PER_SECOND) | 0;
}

function listOf(protocol: number, facts: number): number {
  if ((facts & ANY_RST) !== 0 || (facts & BOTH_FIN) === BOTH_FIN) return ENDED;
  const kind = protocol === TCP ? 0 : protocol === UDP ? 2 : isIcmp(protocol) ? 4 : 6;
  return (facts & BOTH_SEEN) === BOTH_SEEN ? kind + 1 : kind;
}
