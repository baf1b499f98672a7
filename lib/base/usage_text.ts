import { type Flag, type FlagOptions, type FlagTable, valueName } from "./flags.ts";

const WIDTH = 100;
const HELP_COLUMN = 28;

/** The usage text of a program: how it is called, what it does, and its flags with their defaults. */
export function usageText(
  program: string,
  summary: string,
  table: FlagTable,
  options: FlagOptions = {},
): string {
  const positionals = options.positionals === undefined ? "" : ` [${options.positionals}]`;
  const lines = Object.entries(table).flatMap(([name, flag]) => {
    const left = `  -${name} ${valueName(flag)}`.trimEnd();
    const [first = "", ...more] = wrap(flag.help + defaultNote(flag), WIDTH - HELP_COLUMN);
    const rest = more.map((line) => " ".repeat(HELP_COLUMN) + line);
    return left.length < HELP_COLUMN
      ? [left.padEnd(HELP_COLUMN) + first, ...rest]
      : [left, " ".repeat(HELP_COLUMN) + first, ...rest];
  });
  return [
    `Usage: ${program} [flags]${positionals}`,
    "",
    ...wrap(summary, WIDTH),
    "",
    "Flags:",
    ...lines,
    "",
  ].join("\n");
}

function defaultNote(flag: Flag): string {
  if (flag.kind === "strings") return " (may be repeated)";
  const { default: value } = flag;
  return value === undefined || value === false || value === "" ? "" : ` (default ${value})`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
