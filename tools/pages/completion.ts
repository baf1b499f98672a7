/** Completion of the programs' flags for shells, of their tables. */
import { type Flag, type FlagTable, valueName } from "../../lib/arguments/flags.ts";
import { pagesOf, type ProgramPage } from "./programs.ts";

/** Names of values that are files or folders. */
const FILES = /^(FILE|PATH)(\||$)/;
const FOLDERS = /^FOLDER$/;
/** Flags whose values are interfaces; Linux lists these. */
const INTERFACES = ["iface"];

/** How a flag's value is completed. */
type Completed = "none" | "files" | "folders" | "interfaces" | readonly string[];

function completedOf(name: string, flag: Flag): Completed {
  if (flag.kind === "boolean") return "none";
  if (flag.kind === "choice") return flag.choices;
  if (INTERFACES.includes(name)) return "interfaces";
  const value = valueName(flag);
  return FILES.test(value) ? "files" : FOLDERS.test(value) ? "folders" : [];
}

/** What makes an executable another program: `dump`. */
function wayOf({ command }: ProgramPage): string {
  return command.split(" -")[1]!;
}

/** A script for bash that completes the flags of an executable. */
export function bashCompletion(executable: string): string {
  const [page, ...others] = pagesOf(executable);
  const name = `_${executable.replaceAll("-", "_")}`;
  const ways = others.map((other) => [wayOf(other), `${name}_${wayOf(other)}`] as const);
  return [
    `# Completion of ${executable} for bash; made by deno task docs of the tables of flags.`,
    ...others.flatMap((other, at) => bashFunction(ways[at]![1], other)),
    ...bashFunction(name, page, ways),
    `complete -F ${name} ${executable}`,
    "",
  ].join("\n");
}

/** @param ways Flags that make it another program, and the functions that complete those. */
function bashFunction(
  name: string,
  { table, positionals }: ProgramPage,
  ways: readonly (readonly [flag: string, name: string])[] = [],
): string[] {
  const flags = Object.entries(table);
  const names = flags.map(([flag]) => `-${flag}`);
  const byWay = (way: Completed) =>
    flags.filter(([flag, entry]) => completedOf(flag, entry) === way).map(([flag]) => `-${flag}`);
  const rule = (flagNames: readonly string[], does: string) =>
    flagNames.length === 0 ? [] : [`    ${flagNames.join("|")}) ${does}; return ;;`];
  const complete = (how: string) => `mapfile -t COMPREPLY < <(compgen ${how} -- "$cur")`;
  return [
    `${name}() {`,
    "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}",
    ...(ways.length > 0
      ? [
        "  local word",
        '  for word in "${COMP_WORDS[@]}"; do',
        ...ways.map(([flag, other]) =>
          `    if [[ $word == -${flag} || $word == --${flag} ]]; then ${other}; return; fi`
        ),
        "  done",
      ]
      : []),
    "  COMPREPLY=()",
    "  case ${prev/#--/-} in",
    ...rule(byWay("files"), `compopt -o filenames; ${complete("-f")}`),
    ...rule(byWay("folders"), `compopt -o filenames; ${complete("-d")}`),
    ...rule(
      byWay("interfaces"),
      complete('-W "any $(ls /sys/class/net 2>/dev/null)"'),
    ),
    ...flags.flatMap(([flag, entry]) =>
      entry.kind === "choice" ? rule([`-${flag}`], complete(`-W "${entry.choices.join(" ")}"`)) : []
    ),
    ...rule(["-help", "-h"], complete(`-W "${Object.keys(table).join(" ")}"`)),
    ...rule(
      flags.filter(([flag, entry]) => completedOf(flag, entry).length === 0)
        .map(([flag]) => `-${flag}`),
      ":",
    ),
    "  esac",
    ...(positionals
      ? [
        "  if [[ $cur != -* ]]; then",
        `    compopt -o filenames; ${complete("-f")}; return`,
        "  fi",
      ]
      : []),
    `  ${complete(`-W "${names.join(" ")}"`)}`,
    "}",
  ];
}

/** A function for zsh that completes the flags of an executable, with what they do. */
export function zshCompletion(executable: string): string {
  const [page, ...others] = pagesOf(executable);
  const name = `_${executable.replaceAll("-", "_")}`;
  const ways = others.flatMap((other) => [
    `  if (( $words[(I)(-|--)${wayOf(other)}] )); then`,
    "    _arguments -S \\",
    ...zshSpecs(other.table).map((spec) => `      ${spec} \\`),
    "      '*:path:_files'",
    "    return",
    "  fi",
  ]);
  const specs = zshSpecs(page.table);
  return [
    `#compdef ${executable}`,
    "# Made by deno task docs of the tables of flags.",
    `${name}() {`,
    ...ways,
    "  _arguments -S \\",
    ...specs.map((spec, at) => `    ${spec}${at < specs.length - 1 ? " \\" : ""}`),
    "}",
    `${name} "$@"`,
    "",
  ].join("\n");
}

function zshSpecs(table: FlagTable): string[] {
  return Object.entries(table).map(([name, flag]) => {
    const repeats = flag.kind === "strings" ? "*" : "";
    const help = flag.help.replaceAll(/[\\[\]:]/g, "\\$&");
    const value = valueName(flag).replaceAll(/[\\[\]:]/g, "\\$&");
    const completed = completedOf(name, flag);
    const action = typeof completed !== "string"
      ? completed.length === 0 ? " " : `(${completed.join(" ")})`
      : ZSH_ACTIONS[completed];
    const rest = flag.kind === "boolean" ? "" : `:${value}:${action}`;
    return `'${`${repeats}-${name}[${help}]${rest}`.replaceAll("'", "'\\''")}'`;
  });
}

const ZSH_ACTIONS: Readonly<Record<string, string>> = {
  files: "_files",
  folders: "_files -/",
  interfaces: "_net_interfaces",
};
