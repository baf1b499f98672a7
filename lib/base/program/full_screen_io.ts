import { atAnyEnd } from "./at_any_end_io.ts";
import { lineText } from "../text/escape_text.ts";
import type { LineWriter } from "./line_writer_io.ts";

/** To the alternate screen, without cursor and without a new line at a line's end (xterm's control sequences). */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
/** Lines that are kept to be written when the screen is left; of more, the last ones. */
const MAX_HELD = 1000;

/** Whether there is a terminal to write to. */
export function hasTerminal(): boolean {
  return Deno.stdout.isTerminal() || Deno.stderr.isTerminal();
}

export const NO_TERMINAL = "-top needs a terminal: wanted as standard output, or standard error";

/** A line that was said while a screen was shown. */
export interface HeldLine {
  /** The time of day, UTC, and the words. */
  readonly text: string;
  readonly isWrong: boolean;
}

/** A terminal that shows a screen of a program's, and what it showed before when that is left. */
export class FullScreen {
  /** The last lines that were said. */
  readonly said: HeldLine[] = [];
  /** What would stand below all lines. */
  status = "";
  readonly hasColours: boolean;
  readonly #lines: LineWriter;
  readonly #onLeft: () => void;
  readonly #held: string[] = [];
  #left = 0;
  #isShown = false;
  readonly #forget: () => void;

  constructor(
    target: typeof Deno.stdout,
    lines: LineWriter,
    hasColours: boolean,
    onLeft: () => void,
  ) {
    this.#lines = lines;
    this.hasColours = hasColours;
    this.#onLeft = onLeft;
    lines.put(ENTER);
    this.#forget = atAnyEnd(() => {
      const lines = this.#held.map((line) => `${line}\n`);
      target.writeSync(new TextEncoder().encode(LEAVE + lines.join("")));
    });
  }

  /** Shows a frame; where the one before is not written yet, it is left out, but for the first one. */
  show(frame: string): void {
    if (this.#isShown) this.#lines.show(frame);
    else this.#lines.put(frame);
    this.#isShown = true;
  }

  /** Keeps a line. @param message What it says. */
  hold(line: string, message: string, isWrong: boolean): void {
    this.#held.push(line);
    const time = new Date().toISOString().slice(11, 19);
    this.said.push({ text: `${time} ${lineText(message)}`, isWrong });
    if (this.#held.length <= MAX_HELD) return;
    this.#held.shift();
    this.said.shift();
    this.#left++;
  }

  /** Gives the terminal back as it was, with the lines that were kept. */
  leave(): void {
    this.#forget();
    this.#onLeft();
    this.#lines.put(LEAVE);
    if (this.#left > 0) this.#lines.write(`${this.#left} lines before these were left out`);
    for (const line of this.#held) this.#lines.write(line);
  }
}
