/** What keys of a terminal send: characters, and control sequences (xterm's, ECMA-48). */
const SEQUENCES: ReadonlyMap<string, string> = new Map([
  ["\x1b[A", "up"],
  ["\x1b[B", "down"],
  ["\x1bOA", "up"],
  ["\x1bOB", "down"],
  ["\x1b[5~", "page up"],
  ["\x1b[6~", "page down"],
]);

/** The keys that were pressed, by name or as their character. */
export function keysOf(text: string): string[] {
  // deno-lint-ignore no-control-regex
  const parts = text.match(/\x1b(?:\[[0-9;]*[@-~]|O.)|[^]/gu) ?? [];
  return parts.map((part) => SEQUENCES.get(part) ?? part);
}
