/**
 * Text that others chose, made fit to be shown: control characters, invisible format characters such
 * as direction marks, and line and paragraph separators (Unicode's Cc, Cf, Zl, Zp) command a terminal,
 * or make it show another order than there is. They are written as escapes instead.
 */

/** What is escaped, and what of it a terminal is sent all the same: ends of lines, and tabs. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const EVERY_UNFIT = new RegExp(UNFIT, "gu");
const EVERY_UNFIT_OR_BACKSLASH = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const EVERY_UNFIT_IN_LINES = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Most text is, and is known at once to need nothing. */
const PLAIN_ASCII = /^[ -~]*$/;
const PLAIN_ASCII_WITHOUT_BACKSLASH = /^[ -[\]-~]*$/;

const SHORT: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * Text on one line in which no character is unfit: `\n`, `\r`, `\t`, `\x1b`, `\u202e`, `\u{e0001}`. A
 * backslash is written twice, so that what was escaped can be told from what was there.
 *
 * ```ts
 * import { escapeText } from "./escape_text.ts";
 *
 * const text = escapeText("a\\b \x1b[2J \u202e");
 * if (text !== "a\\\\b \\x1b[2J \\u202e") throw new Error(text);
 * ```
 */
export function escapeText(text: string): string {
  return PLAIN_ASCII_WITHOUT_BACKSLASH.test(text)
    ? text
    : text.replaceAll(EVERY_UNFIT_OR_BACKSLASH, (character) => {
      const code = character.codePointAt(0)!;
      const hex = code.toString(16);
      if (code < 0x80) return SHORT[character] ?? "\\x" + hex.padStart(2, "0");
      return code > 0xffff ? `\\u{${hex}}` : "\\u" + hex.padStart(4, "0");
    });
}

/** The text on one line, unfit characters as JSON has them (`\n`, `\u001b`); nothing is doubled. */
export function lineText(text: string): string {
  return PLAIN_ASCII.test(text)
    ? text
    : text.replaceAll(EVERY_UNFIT, (character) => SHORT[character] ?? jsonEscape(character));
}

/** The text as a JSON string, in which every unfit character is an escape of JSON's. */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  return PLAIN_ASCII.test(json) ? json : json.replaceAll(EVERY_UNFIT, jsonEscape);
}

/**
 * What a terminal is sent of lines that may hold anything: unfit characters as JSON has them
 * (`\u001b`), but for line feeds and tabs, with which lines are laid out.
 */
export function terminalText(lines: string): string {
  return UNFIT.test(lines) ? lines.replaceAll(EVERY_UNFIT_IN_LINES, jsonEscape) : lines;
}

/** Above U+FFFF the two halves that JSON has for it. */
function jsonEscape(character: string): string {
  let text = "";
  for (let at = 0; at < character.length; at++) {
    text += "\\u" + character.charCodeAt(at).toString(16).padStart(4, "0");
  }
  return text;
}
