/** How long a message that has begun may stand still: it takes memory until its end has come. */
export const STILL_MS = 10_000;
/** Fewer bytes in that time are as good as nothing. */
const LEAST_BYTES = 4096;

/** Whether what a connection is in the middle of goes on. */
export class MessageClock {
  #sinceMs = 0;
  #bytes = 0;
  #messages = 0;

  /**
   * Whether a message has begun and does not go on. To be asked every second.
   *
   * @param bytes How many have come on the connection.
   * @param messages How many of them have come whole.
   */
  isLate(isAmidMessage: boolean, bytes: number, messages: number, nowMs: number): boolean {
    const isMoving = bytes - this.#bytes >= LEAST_BYTES || messages !== this.#messages;
    if (!isAmidMessage || isMoving) {
      this.#sinceMs = nowMs;
      this.#bytes = bytes;
      this.#messages = messages;
      return false;
    }
    return nowMs - this.#sinceMs > STILL_MS;
  }
}
