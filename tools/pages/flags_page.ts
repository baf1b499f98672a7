/** What `docs/flags.md` says: the flags of the programs, from their tables. */
import { defaultsOf, type Flag, valueName } from "../../lib/arguments/flags.ts";
import { groupsOf } from "../../lib/arguments/usage_text.ts";
import { table } from "./markdown_table.ts";
import { PROGRAM_PAGES } from "./programs.ts";

const INTRODUCTION =
  `Made by \`deno task docs\` of the tables in \`lib/arguments/\`; \`-help\` prints the same. What stands
behind them is in [operations.md](operations.md).

Flags are written \`-name value\` or \`-name=value\`, with one dash or two. One that is on or off needs
no value: \`-payload\`, \`-context=false\`. Of a repeated flag the last value counts, where several do
not. \`-h\` is \`-help\`.`;

/** How values with a unit are written. */
const VALUES: readonly (readonly [string, string])[] = [
  ["SIZE", "bytes, `65536`; with `K`, `M`, `G`, `T`, `KiB`, `MiB` … of 1024, `kB`, `MB` … of 1000"],
  ["RATE", "a SIZE per second, with `/s` behind it or not"],
  ["DURATION", "`100ms`, `90s`, `1m30s`, `12h`, `1d12h`; `0` needs no unit"],
  ["DAYS", "whole days, `30` or `30d`"],
];

/** The page as it is to be. */
export function flagsPage(): string {
  const sections = PROGRAM_PAGES.flatMap((program) => [
    `## ${program.heading}`,
    ...[...groupsOf(program.table)].flatMap(([heading, group]) => [
      `### ${program.heading}: ${heading}`,
      table(["flag", "default", "min", "max", "does", "at SIGHUP"], group.map(rowOf)),
    ]),
  ]);
  return ["# Flags", INTRODUCTION, table(["value", "is written"], VALUES), ...sections].join(
    "\n\n",
  ) + "\n";
}

function rowOf([name, flag]: [string, Flag]): string[] {
  const { min = "", max = "" } = defaultsOf(flag);
  const repeats = flag.kind === "strings" ? " (may be repeated)" : "";
  return [
    `\`${`-${name} ${valueName(flag)}`.trimEnd()}\``,
    defaultCell(flag),
    min,
    max,
    flag.help.replaceAll("<", "\\<") + repeats,
    flag.reloadable ? "changes" : "",
  ];
}

function defaultCell(flag: Flag): string {
  if (flag.kind === "boolean") return flag.default ? "on" : "off";
  const { default: value = "" } = defaultsOf(flag);
  return value === "" ? flag.otherwise ?? "" : `\`${value}\``;
}
