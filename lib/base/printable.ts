const MAX_CHARACTERS = 255;

/** A name that others chose, fit for a line of a log: it cannot end the line, nor fill or command a terminal. */
export function printable(name: string): string {
  return name.slice(0, MAX_CHARACTERS).replaceAll(/\p{Cc}/gu, "\ufffd");
}
