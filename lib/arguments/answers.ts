import { VERSION } from "../base/version.ts";
import { configText } from "./config_file.ts";
import { explainFlag, flagToExplain } from "./explain_flag.ts";
import { printable } from "../base/text/printable.ts";
import { type Flag, type FlagTable, type FlagValues, givenFlags, valueText } from "./flags.ts";
import { settingsOf } from "./environment.ts";
import { COMMAND_LINE, type Given, mistakeAt, type Settings, settle } from "./settings.ts";
import { usageText } from "./usage_text.ts";

/** A program, as its help calls and describes it. */
export interface ProgramWords<Table extends FlagTable> {
  readonly name: string;
  readonly summary: string;
  readonly table: Table;
}

/** What a command line comes to. */
export type CommandLine<Table extends FlagTable> =
  | {
    readonly given: readonly Given[];
    /** The settings of the command line alone. */
    readonly asked: FlagValues<Table>;
  }
  /** What is to be printed, and nothing else done: `-help`, `-version`, `-gen-config`. */
  | { readonly answer: string }
  /** One line that says what is wrong. */
  | { readonly problem: string };

/** Reads a command line, and answers what can be answered without anything else. */
export function readCommandLine<const Table extends FlagTable>(
  { name: program, summary, table }: ProgramWords<Table>,
  args: readonly string[],
): CommandLine<Table> {
  const explaining = flagToExplain(args);
  if (explaining !== undefined) return explainFlag(table, explaining);
  const outcome = givenFlags(program, table, args);
  if (!outcome.ok) return { problem: outcome.message };
  const given = [...outcome.given].map(([name, texts]) => ({ name, texts, from: COMMAND_LINE }));
  const { values: asked, mistakes: [problem] } = settle(table, given);
  if (problem !== undefined) return { problem };
  if (asked.help) return { answer: usageText(program, summary, table) };
  if (asked.version) return { answer: VERSION };
  if (asked["gen-config"]) return { answer: configText(program, table).trimEnd() };
  return { given, asked };
}

/** What is wrong with settings, a line each. */
export async function mistakesIn<Table extends FlagTable>(
  settings: Settings<Table>,
  mistakeOf: MistakeOf<Table>,
): Promise<readonly string[]> {
  if (settings.mistakes.length > 0) return settings.mistakes;
  const mistake = await mistakeOf(settings.values);
  if (mistake === undefined) return [];
  return [mistakeAt(settings.given.get(mistake.flag), mistake.message)];
}

/** Says what is wrong with settings that are right each by itself. */
export type MistakeOf<Table extends FlagTable> = (
  values: FlagValues<Table>,
) => Mistake | undefined | Promise<Mistake | undefined>;

/** One line that says what is wrong, and the flag whose value has to be another. */
export interface Mistake {
  readonly flag: string;
  readonly message: string;
}

/** All settings that hold, a line each: name, value, and where it is from. Secrets are not shown. */
export function settingsText<Table extends FlagTable>(
  table: Table,
  { values, given }: Settings<Table>,
): string {
  const rows = settingsOf(table).flatMap((name) => {
    const from = given.get(name)?.from ?? "default";
    return shownValues(table[name]!, values[name]).map((text) => [name, text, from]);
  });
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  "))
    .join("\n");
}

/** A value as it is shown to people, one text or, of a list, one each. */
export function shownValues(flag: Flag, value: unknown): readonly string[] {
  if (flag.secret && value !== undefined) return ["(not shown)"];
  if (value === undefined) return [flag.otherwise ? `(${flag.otherwise})` : "-"];
  if (!Array.isArray(value)) return [printable(valueText(flag, value))];
  return value.length === 0 ? ["-"] : value.map(printable);
}
