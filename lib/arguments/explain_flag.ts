import { settingsOf, variableOf } from "./environment.ts";
import { defaultsOf, examplesOf, type FlagTable, unknownFlag, valueName } from "./flags.ts";
import { wrap } from "./usage_text.ts";

const WIDTH = 100;
const COLUMN = 12;

/** The flag of which `-help NAME` wants to know; undefined for any other command line. */
export function flagToExplain(args: readonly string[]): string | undefined {
  const [help = "", name, ...more] = args;
  if (!/^--?(h|help)$/.test(help) || name === undefined || more.length > 0) return undefined;
  return name.replace(/^-+/, "");
}

/** All that is to be said of one flag of a table, or one line that says that there is none. */
export function explainFlag(
  table: FlagTable,
  name: string,
): { readonly answer: string } | { readonly problem: string } {
  const flag = Object.hasOwn(table, name) ? table[name]! : undefined;
  if (flag === undefined) return { problem: unknownFlag(table, name) };
  const { default: value, min, max } = defaultsOf(flag);
  const isSetting = settingsOf(table).includes(name);
  const inFile = name === "config" ? "" : `"${name} …" in the file of -config; `;
  const facts: [string, string | undefined][] = [
    ["default", value || flag.otherwise],
    ["from", min === undefined ? undefined : `${min} to ${max}`],
    ["written", examplesOf(flag)],
    ["repeated", flag.kind === "strings" ? "each one counts" : undefined],
    ["also", isSetting && "config" in table ? `${inFile}variable ${variableOf(name)}` : undefined],
    ["SIGHUP", flag.reloadable ? "takes a new value" : undefined],
  ];
  return {
    answer: [
      `-${name} ${valueName(flag)}`.trimEnd(),
      ...wrap(flag.help, WIDTH - 2).map((line) => `  ${line}`),
      "",
      ...facts.flatMap(([what, fact]) =>
        fact === undefined ? [] : [`  ${what.padEnd(COLUMN)}${fact}`]
      ),
    ].join("\n"),
  };
}
