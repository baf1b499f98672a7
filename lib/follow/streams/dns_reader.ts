/** DNS messages over TCP, each with its length in front. RFC 1035, section 4.2.2; RFC 7766, section 8. */
import { u16 } from "../../base/bytes/bytes.ts";
import type { DnsMessages } from "./dns_messages.ts";
import { MAX_HELD_BYTES } from "./held_bytes.ts";
import type { Inventory } from "./inventory.ts";
import type { Reader, ReaderState } from "./reader.ts";
import type { Ends } from "./stream_records.ts";

const LENGTH_BYTES = 2;

export class DnsReader implements Reader {
  readonly application = "DNS";
  state: ReaderState = "more";
  readonly keptBytes = 0;
  /** Bytes of a message longer than what is held, by side, that are still to pass. */
  readonly #left = { client: 0, server: 0 };

  /** Sides of which nothing more comes. */
  readonly #ended = new Set<boolean>();

  constructor(
    private readonly messages: DnsMessages,
    private readonly inventory: Inventory,
    private readonly ends: Ends,
  ) {}

  read(fromClient: boolean, bytes: Uint8Array, at: number, end: number): number {
    const side = fromClient ? "client" : "server";
    while (at < end) {
      if (this.#left[side] > 0) {
        const passed = Math.min(this.#left[side], end - at);
        this.#left[side] -= passed;
        at += passed;
        continue;
      }
      if (end - at < LENGTH_BYTES) return at;
      const messageAt = at + LENGTH_BYTES;
      const messageEnd = messageAt + u16(bytes, at);
      const readableEnd = Math.min(messageEnd, at + MAX_HELD_BYTES);
      if (readableEnd > end) return at;
      const isCut = readableEnd < messageEnd;
      if (!this.messages.write(this.ends, fromClient, bytes, messageAt, readableEnd, isCut)) {
        this.state = "broken";
        return at;
      }
      if (!fromClient) this.inventory.service(this.ends, "TCP", this.application);
      this.#left[side] = messageEnd - readableEnd;
      at = readableEnd;
    }
    return at;
  }

  ended(fromClient: boolean, rest: Uint8Array, isWhole: boolean): void {
    if (!isWhole && rest.length > LENGTH_BYTES) {
      this.messages.write(this.ends, fromClient, rest, LENGTH_BYTES, rest.length, true);
    }
    this.#ended.add(fromClient);
    if (this.#ended.size === 2) this.state = "done";
  }

  close(): void {}
}
