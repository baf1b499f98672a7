import { terminalText } from "../../base/text/escape_text.ts";
import { TextBytes } from "../../base/bytes/text_bytes.ts";
import { storeError } from "../files/store_error.ts";

/** Where text goes: standard output, for one. */
export interface Output {
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Whether it is a terminal: one is sent no control characters, which it would obey. */
  isTerminal?(): boolean;
}

/** Text is written in parts of about this size. */
const WRITE_BYTES = 1 << 16;

/** Gathers text and writes it in large parts. */
export class TextOutput {
  readonly #out: Output;
  readonly #isTerminal: boolean;
  readonly #text = new TextBytes();

  constructor(out: Output) {
    this.#out = out;
    this.#isTerminal = out.isTerminal?.() ?? false;
  }

  /** Takes text; when that is true, call {@linkcode flush} before more. */
  add(text: string): boolean {
    this.#text.add(this.#isTerminal ? terminalText(text) : text);
    return this.#text.length >= WRITE_BYTES;
  }

  /**
   * Writes what has been gathered.
   *
   * @throws {Deno.errors.BrokenPipe} when nobody reads any more; {@linkcode StoreError} when it cannot
   * be written.
   */
  async flush(): Promise<void> {
    const bytes = this.#text.take();
    try {
      for (let at = 0; at < bytes.length;) at += await this.#out.write(bytes.subarray(at));
    } catch (cause) {
      if (cause instanceof Deno.errors.BrokenPipe) throw cause;
      throw storeError("write what was read", cause);
    }
  }
}
