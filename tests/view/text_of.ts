import type { Line } from "../../lib/view/screen.ts";

/** What stands in lines, however it looks, without spaces at their ends. */
export function textOf(lines: readonly Line[]): string[] {
  return lines.map((line) => line.map(({ text }) => text).join("").trimEnd());
}

/** What of lines is bad. */
export function badIn(lines: readonly Line[]): string[] {
  return lines.flat().filter(({ look }) => look === "bad").map(({ text }) => text.trim());
}
