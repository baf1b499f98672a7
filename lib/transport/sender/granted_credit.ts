import type { ChannelMessage } from "../../seal/channel_message.ts";
import { BASE_CREDIT_BYTES, encodeRelease, encodeWant } from "../session/session_message.ts";

/** How long a sensor has had nothing to send when it gives its credit back. */
const RELEASE_AFTER_MS = 1000;

/** What a sensor may send on its connection, in bytes of batch messages (docs/protocol.md). */
export class GrantedCredit {
  /** All that was granted so far. */
  granted = 0n;
  #used = 0n;
  #hasAsked = false;
  #idleSinceMs: number | undefined;

  /** What of that is left. */
  get left(): number {
    return Number(this.granted - this.#used);
  }

  /** There is another connection, or none. */
  reset(): void {
    this.granted = 0n;
    this.#used = 0n;
    this.#hasAsked = false;
  }

  /** The collector has granted so much by now. */
  grant(granted: bigint): void {
    if (granted > this.granted) this.#hasAsked = false;
    this.granted = granted;
  }

  /** Whether so much may be sent. */
  covers(bytes: number): boolean {
    this.#idleSinceMs = undefined;
    return this.#used + BigInt(bytes) <= this.granted;
  }

  spend(bytes: number): void {
    this.#used += BigInt(bytes);
  }

  /** The wish for more, once. */
  ask(next: number, all: number): ChannelMessage | undefined {
    if (this.#hasAsked) return undefined;
    this.#hasAsked = true;
    return encodeWant({ next, all });
  }

  /** Others can use what an idle sensor holds. */
  release(nowMs: number): ChannelMessage | undefined {
    this.#idleSinceMs ??= nowMs;
    const excess = this.left - BASE_CREDIT_BYTES;
    if (excess <= 0 || nowMs - this.#idleSinceMs < RELEASE_AFTER_MS) return undefined;
    this.#used += BigInt(excess);
    return encodeRelease(excess);
  }
}
