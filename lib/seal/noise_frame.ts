/** Noise messages in a stream: `u16 length, little-endian ‖ message`, one after the other. */
import { u16le } from "../base/bytes/bytes.ts";
import { ByteReader } from "./byte_reader.ts";

/** The longest Noise message (revision 34, section 3). */
export const MAX_NOISE_BYTES = 65_535;

const LENGTH_BYTES = 2;

/** The messages with their lengths, behind `prefix`, in a new array. */
export function encodeFrames(
  messages: readonly Uint8Array[],
  prefix: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const total = messages.reduce((sum, { length }) => sum + LENGTH_BYTES + length, prefix.length);
  const bytes = new Uint8Array(total);
  bytes.set(prefix);
  let at = prefix.length;
  for (const message of messages) {
    bytes[at] = message.length;
    bytes[at + 1] = message.length >>> 8;
    bytes.set(message, at + LENGTH_BYTES);
    at += LENGTH_BYTES + message.length;
  }
  return bytes;
}

/** Reads Noise messages, and what stands before them, from a stream. */
export class FrameReader {
  readonly #bytes = new ByteReader();
  #length: number | undefined;

  /** Adds the next piece of the stream, when all that was there has been read. */
  push(piece: Uint8Array): void {
    this.#bytes.push(piece);
  }

  /** Whether nothing is left, not even the beginning of a message. */
  get isEmpty(): boolean {
    return this.#length === undefined && this.#bytes.isEmpty;
  }

  /** `length` bytes that are no message; undefined until they are there. */
  prefix(length: number): Uint8Array | undefined {
    return this.#bytes.take(length);
  }

  /** The next message's length; undefined until that is there. */
  nextLength(): number | undefined {
    if (this.#length === undefined) {
      const length = this.#bytes.take(LENGTH_BYTES);
      if (length) this.#length = u16le(length, 0);
    }
    return this.#length;
  }

  /** The next message, as {@linkcode ByteReader.take} gives it; undefined until it is there. */
  next(): Uint8Array | undefined {
    const length = this.nextLength();
    const message = length === undefined ? undefined : this.#bytes.take(length);
    if (message) this.#length = undefined;
    return message;
  }
}
