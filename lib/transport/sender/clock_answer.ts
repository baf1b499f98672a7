import { Encoding } from "../../pack/packed_batch.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import { encodeOffer, encodeTime } from "../session/session_message.ts";

/** What a sensor of this build can, and what it answers when the collector asks for its time. */
export class ClockAnswer {
  /** What follows the hello. */
  readonly offer: ChannelMessage;
  readonly #time: (() => bigint) | undefined;
  #isAsked = false;

  /** @param time The sensor's clock, ns since 1970; where there is none it tells no time. */
  constructor(time: (() => bigint) | undefined) {
    this.#time = time;
    this.offer = encodeOffer({
      encodings: [Encoding.Delimited, Encoding.Compact],
      takesNextKey: true,
      ...(time && { tellsTime: true }),
    });
  }

  /** The collector has asked, or has gone before it was answered. */
  ask(isAsked: boolean): void {
    this.#isAsked = isAsked;
  }

  /** The answer, once. */
  next(): ChannelMessage | undefined {
    if (!this.#isAsked || !this.#time) return undefined;
    this.#isAsked = false;
    return encodeTime(this.#time());
  }
}
