import { Histogram } from "../../base/count/histogram.ts";
import type { LinkState } from "../link_state.ts";
import type { CollectorValues } from "../session/session_values.ts";
import type { BatchSpool } from "./batch_spool.ts";
import type { SessionSender } from "./session_sender.ts";
import { takesBooks } from "./takes_books.ts";

/** Keeps in mind how connecting to a collector has gone. */
export class SessionLink {
  readonly #handshakes = new Histogram();
  #connections = 0;
  #failures = 0;
  #beganMs = 0;
  #lastMs: number;
  #why: string | undefined;
  #clockAheadMs: number | undefined;
  /** Whether there is no connection, and the last try to make one has failed. */
  isAway = false;
  /** Whether the collector took rows of the sensor's books when it was last there. */
  takesBooks = false;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** Whether there has been a connection. */
  get hasConnected(): boolean {
    return this.#connections > 0;
  }

  /** When there was last a connection, or when the first was looked for. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** A connection is begun. */
  begins(nowMs: number): void {
    this.#beganMs = nowMs;
  }

  /** The collector has accepted it. @param wallMs The time by the clock on the wall, ms since 1970. */
  welcome(values: CollectorValues | undefined, nowMs: number, wallMs: number): void {
    this.#connections++;
    this.#handshakes.observe((nowMs - this.#beganMs) / 1000);
    this.takesBooks = takesBooks(values);
    this.#clockAheadMs = values && wallMs - Number(values.time / 1_000_000n);
    this.isAway = false;
  }

  /** It has ended, or was none. @param wasWelcome Whether the collector had accepted it. */
  ended(why: string | undefined, wasWelcome: boolean, nowMs: number): void {
    if (wasWelcome) this.#lastMs = nowMs;
    else this.#failures++;
    this.#why = why;
    this.isAway = true;
  }

  /** All of it, with what the session has. */
  stateOf(
    sender: SessionSender,
    { maxQueueBytes, spool }: { readonly maxQueueBytes: number; readonly spool?: BatchSpool },
    nowMs: number,
  ): LinkState {
    const { isWelcome: isConnected, queuedBytes: queueBytes, credit } = sender;
    return {
      isConnected,
      connections: this.#connections,
      failures: this.#failures,
      handshakes: this.#handshakes,
      awayMs: isConnected ? 0 : nowMs - this.#lastMs,
      why: this.#why,
      clockAheadMs: this.#clockAheadMs,
      queueBytes,
      maxQueueBytes,
      creditBytes: credit.left,
      spool: spool && { bytes: spool.bytes, maxBytes: spool.maxBytes },
    };
  }
}
