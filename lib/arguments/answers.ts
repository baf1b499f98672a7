import { VERSION } from "../base/version.ts";
import { configText } from "./config_file.ts";
import { printable } from "../base/printable.ts";
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

/** What a command line gives, and the settings of it alone; or one line that says what is wrong. */
export function readCommandLine<const Table extends FlagTable>(
  { name: program, table }: ProgramWords<Table>,
  args: readonly string[],
): { readonly given: readonly Given[]; readonly asked: FlagValues<Table> } | string {
  const outcome = givenFlags(program, table, args);
  if (!outcome.ok) return outcome.message;
  const given = [...outcome.given].map(([name, texts]) => ({ name, texts, from: COMMAND_LINE }));
  const { values, mistakes: [mistake] } = settle(table, given);
  return mistake ?? { given, asked: values };
}

/** What is printed for `-help`, `-version` or `-gen-config`; undefined where none is asked for. */
export function answerOf<Table extends FlagTable>(
  { name, summary, table }: ProgramWords<Table>,
  asked: FlagValues<Table>,
): string | undefined {
  if (asked.help) return usageText(name, summary, table);
  if (asked.version) return VERSION;
  if (asked["gen-config"]) return configText(name, table).trimEnd();
  return undefined;
}

/** What is wrong with settings, a line each. */
export function mistakesIn<Table extends FlagTable>(
  settings: Settings<Table>,
  mistakeOf: (values: FlagValues<Table>) => Mistake | undefined,
): readonly string[] {
  if (settings.mistakes.length > 0) return settings.mistakes;
  const mistake = mistakeOf(settings.values);
  if (mistake === undefined) return [];
  return [mistakeAt(settings.given.get(mistake.flag), mistake.message)];
}

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
