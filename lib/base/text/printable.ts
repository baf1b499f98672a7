const MAX_CHARACTERS = 255;
/** Control characters, line and paragraph separators, and what is not seen: direction marks, for one. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu;

/**
 * A name that others chose, fit for a line of a log: it cannot end the line, fill or command a terminal,
 * nor turn what stands around it into something else.
 */
export function printable(name: string): string {
  return name.slice(0, MAX_CHARACTERS).toWellFormed().replaceAll(UNPRINTABLE, "\ufffd");
}
