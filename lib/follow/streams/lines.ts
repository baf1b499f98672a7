/** Lines of protocols of text, and texts of many lines that a dot ends. RFC 5321, sections 2.3.8 and 4.5. */

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
/** A longer line is none of a command or an answer; RFC 5321 has 512 and extensions more. */
export const MAX_LINE_BYTES = 4096;

/** A line without its end, and where the next one begins. */
export interface Line {
  readonly text: string;
  readonly next: number;
}

/** The line that begins at `at`; `more` while its end is not there, `broken` when it is too long. */
export function lineAt(bytes: Uint8Array, at: number, end: number): Line | "more" | "broken" {
  const length = bytes.subarray(at, Math.min(end, at + MAX_LINE_BYTES)).indexOf(LF);
  if (length < 0) return end - at < MAX_LINE_BYTES ? "more" : "broken";
  const text = new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\r$/, "");
  return { text, next: at + length + 1 };
}

/** A text of many lines behind a command or an answer. */
export interface TextBehind {
  readonly isEnded: boolean;
  /** Returns where the bytes behind the text begin. */
  read(bytes: Uint8Array, at: number, end: number): number;
}

/** Passes a text up to the line that is one dot. One object for each text. */
export class DottedText implements TextBehind {
  isEnded = false;
  /** What of the line has been seen: nothing, a dot, a dot and CR, or something else. */
  #seen: "" | "." | ".\r" | "else" = "";

  read(bytes: Uint8Array, at: number, end: number): number {
    while (at < end && !this.isEnded) {
      const byte = bytes[at++]!;
      if (byte === LF) {
        this.isEnded = this.#seen === "." || this.#seen === ".\r";
        this.#seen = "";
      } else if (this.#seen === "" && byte === DOT) {
        this.#seen = ".";
      } else if (this.#seen === "." && byte === CR) {
        this.#seen = ".\r";
      } else {
        this.#seen = "else";
        const lineEnd = bytes.indexOf(LF, at);
        at = lineEnd < 0 || lineEnd > end ? end : lineEnd;
      }
    }
    return at;
  }
}
