import { cutToWidth, displayWidth } from "../base/text/display_width.ts";

/** How a part of a line looks. */
export type Look = "plain" | "bold" | "dim" | "good" | "bad";

/** A part of a line; its text has no control characters. */
export interface Span {
  readonly text: string;
  readonly look: Look;
}

/** A line of a screen. */
export type Line = readonly Span[];

/** A terminal, as it is just now. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** ECMA-48, SGR. */
const LOOKS: Readonly<Record<Look, string>> = {
  plain: "",
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  good: "\x1b[32m",
  bad: "\x1b[31m",
};
const PLAIN = "\x1b[0m";
/** To the first line; behind a line, what was there before; behind the last one, all below. */
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

export function span(text: string, look: Look = "plain"): Span {
  return { text, look };
}

/** What to write so that a terminal shows these lines and nothing else: as many as there is room for. */
export function drawn(
  lines: readonly Line[],
  { columns, rows }: ScreenSize,
  hasColours: boolean,
): string {
  const shown = lines.slice(0, rows).map((line) => drawLine(line, columns, hasColours));
  return HOME + shown.map((line) => line + CLEAR_LINE).join("\r\n") + CLEAR_BELOW;
}

function drawLine(line: Line, columns: number, hasColours: boolean): string {
  let left = columns;
  let text = "";
  for (const { text: whole, look } of line) {
    if (left <= 0) break;
    const part = cutToWidth(whole, left);
    left -= displayWidth(part);
    text += hasColours && LOOKS[look] !== "" ? LOOKS[look] + part + PLAIN : part;
  }
  return text;
}
