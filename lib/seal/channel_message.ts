/**
 * Application messages: `u8 type ‖ u32 length, little-endian ‖ body`. The row of their bytes is cut into
 * Noise messages anywhere: several may share one, and one may be spread over several.
 */
import { u32le } from "../base/bytes/bytes.ts";
import { ByteReader } from "./byte_reader.ts";
import { TAG_BYTES } from "./cipher_state.ts";
import { MAX_NOISE_BYTES } from "./noise_frame.ts";

/** The longest body. */
export const MAX_BODY_BYTES = 1 << 20;

/** What one side says to the other. */
export interface ChannelMessage {
  /** 0 to 255. */
  readonly type: number;
  readonly body: Uint8Array;
}

/** What one Noise message can carry. */
const MAX_PLAINTEXT_BYTES = MAX_NOISE_BYTES - TAG_BYTES;
const HEADER_BYTES = 5;

/** The messages' bytes in a new array, as views of what each Noise message carries. */
export function encodeMessages(messages: readonly ChannelMessage[]): Uint8Array[] {
  const bytes = new Uint8Array(
    messages.reduce((total, { body }) => total + HEADER_BYTES + body.length, 0),
  );
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { type, body } of messages) {
    bytes[at] = type;
    view.setUint32(at + 1, body.length, true);
    bytes.set(body, at + HEADER_BYTES);
    at += HEADER_BYTES + body.length;
  }
  const plaintexts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += MAX_PLAINTEXT_BYTES) {
    plaintexts.push(bytes.subarray(start, start + MAX_PLAINTEXT_BYTES));
  }
  return plaintexts;
}

/** Whether a message that begins may come, by its type and the length of its body. */
export type Admits = (type: number, length: number) => boolean;

/** Reads messages from what Noise messages carried. Holds at most one message. */
export class MessageReader {
  readonly #admits: Admits;
  readonly #bytes = new ByteReader();
  #refusedType: number | undefined;
  #header: { readonly type: number; readonly length: number } | undefined;

  /** @param admits Asked once for each message, before there is memory for it. */
  constructor(admits: Admits) {
    this.#admits = admits;
  }

  /** The type of the message that was not admitted. */
  get refusedType(): number | undefined {
    return this.#refusedType;
  }

  /** Adds what the next Noise message carried, when all that was there has been read. */
  push(plaintext: Uint8Array): void {
    this.#bytes.push(plaintext);
  }

  /** Whether nothing is left, not even the beginning of a message. */
  get isEmpty(): boolean {
    return this.#header === undefined && this.#bytes.isEmpty;
  }

  /**
   * The next message; undefined until all of it is there. Its body has a buffer of its own. After one
   * that may not come nothing can be read.
   */
  next(): ChannelMessage | "message too long" | "not admitted" | undefined {
    if (!this.#header) {
      const header = this.#bytes.take(HEADER_BYTES);
      if (!header) return undefined;
      const type = header[0]!;
      const length = u32le(header, 1);
      if (length > MAX_BODY_BYTES) return "message too long";
      if (!this.#admits(type, length)) {
        this.#refusedType = type;
        return "not admitted";
      }
      this.#header = { type, length };
    }
    const { type, length } = this.#header;
    const body = this.#bytes.copy(length);
    if (!body) return undefined;
    this.#header = undefined;
    return { type, body };
  }
}
