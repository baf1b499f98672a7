import { defaultsOf, type Flag, type FlagOptions, type FlagTable, valueName } from "./flags.ts";

const WIDTH = 100;
const HELP_COLUMN = 28;

/** The flags of a table under the headings of their groups, in the order in which these come up. */
export function groupsOf(table: FlagTable): Map<string, [name: string, flag: Flag][]> {
  return Map.groupBy(Object.entries(table), ([, { group = "Flags" }]) => group);
}

/**
 * The usage text of a program: how it is called, what it does, and its flags in groups, with their
 * bounds and defaults.
 */
export function usageText(
  program: string,
  summary: string,
  table: FlagTable,
  options: FlagOptions = {},
): string {
  const positionals = options.positionals === undefined ? "" : ` [${options.positionals}]`;
  const groups = [...groupsOf(table)].flatMap(([heading, flags]) => [
    "",
    `${heading}:`,
    ...flags.flatMap(([name, flag]) => linesOf(name, flag)),
  ]);
  return [
    `Usage: ${program} [flags]${positionals}`,
    "",
    ...wrap(summary, WIDTH),
    ...groups,
    "",
  ].join("\n");
}

function linesOf(name: string, flag: Flag): string[] {
  const left = `  -${name} ${valueName(flag)}`.trimEnd();
  const [first = "", ...more] = wrap(flag.help + noteOf(flag), WIDTH - HELP_COLUMN);
  const rest = more.map((line) => " ".repeat(HELP_COLUMN) + line);
  return left.length < HELP_COLUMN
    ? [left.padEnd(HELP_COLUMN) + first, ...rest]
    : [left, " ".repeat(HELP_COLUMN) + first, ...rest];
}

/** What holds without the flag, its bounds, and whether it may change: for behind its help. */
export function noteOf(flag: Flag): string {
  const reload = flag.reloadable ? "SIGHUP takes a new one" : "";
  if (flag.kind === "strings") return inParentheses("may be repeated", reload);
  const { default: value = flag.otherwise, min, max } = defaultsOf(flag);
  const byDefault = value === undefined || value === "" || value === "false"
    ? ""
    : `default ${value}`;
  const bounds = min === undefined ? "" : `min ${min}, max ${max}`;
  return inParentheses(byDefault, bounds, reload);
}

function inParentheses(...parts: string[]): string {
  const text = parts.filter((part) => part !== "").join("; ");
  return text === "" ? "" : ` (${text})`;
}

/** A text in lines of at most `width` characters, where its words allow that. */
export function wrap(text: string, width: number): string[] {
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
