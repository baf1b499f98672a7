/**
 * Command lines: one typed table per program, from which parsing, checks, defaults and the usage
 * text (usage_text.ts) derive. Flags are written as Go's are: `-name value`, `-name=value`, and both with two
 * dashes; a boolean takes its value only behind `=`; of a repeated flag the last value counts; `-h` is
 * `-help`.
 *
 * `parseArgs` sees only one form, `--name=value` with the positional arguments behind `--`: left to
 * itself it would read `-addr` as four letters and refuse values that start with a dash.
 */
import { parseArgs } from "@std/cli";
import { nearestName } from "../base/text/nearest_name.ts";
import { printable } from "../base/text/printable.ts";
import {
  DAYS_QUANTITY,
  DURATION_QUANTITY,
  type Quantity,
  RATE_QUANTITY,
  SIZE_QUANTITY,
} from "./quantity.ts";

/** One flag: its kind, its default and bounds, the name of its value in the usage text, and what it does. */
export type Flag = FlagKind & {
  /** What it does, in a few words. */
  readonly help: string;
  /** What holds where it is not given and has no default. */
  readonly otherwise?: string;
  /** The heading that it stands under in the usage text. */
  readonly group?: string;
  /** False where it asks something of one call: it is no setting of environment or configuration file. */
  readonly environment?: false;
  /** Whether a program that runs takes a new value when it is told to, by SIGHUP. */
  readonly reloadable?: true;
  /** Whether its value may be a secret, which is never shown. */
  readonly secret?: true;
};

type FlagKind =
  | { kind: "boolean"; default: boolean }
  | { kind: "string"; default?: string; value: string }
  /** May be given several times. */
  | { kind: "strings"; value: string }
  | { kind: "choice"; choices: readonly [string, ...string[]]; default: string }
  | { kind: "integer" | "number"; default?: number; min: number; max: number; value: string }
  /** Bytes, bytes per second, milliseconds, days: read and shown with their unit, see {@linkcode Quantity}. */
  | { kind: QuantityKind; default?: number; min: number; max: number };

type QuantityKind = "size" | "rate" | "duration" | "days";

const QUANTITIES: Readonly<Record<QuantityKind, Quantity>> = {
  size: SIZE_QUANTITY,
  rate: RATE_QUANTITY,
  duration: DURATION_QUANTITY,
  days: DAYS_QUANTITY,
};

/** Of a number without a unit. */
const PLAIN = {
  integer: { what: "a whole number", pattern: /^[+-]?\d+$/ },
  number: { what: "a number", pattern: /^[+-]?(\d+\.?\d*|\.\d+)$/ },
} as const;

/** A program's flags by name, without dashes, in the order of the usage text. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** The flags of a table under one heading, as a part of a program's table. */
export function grouped<const Table extends FlagTable>(group: string, table: Table): Table {
  const flags = Object.entries(table).map(([name, flag]) => [name, { ...flag, group }]);
  return Object.fromEntries(flags) as Table;
}

/** The values of a table's flags by name, numbers in the unit of their kind. */
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: FlagValue<Table[Name]>;
};

type FlagValue<F extends Flag> = F extends { kind: "boolean" } ? boolean
  : F extends { kind: "strings" } ? readonly string[]
  : F extends { kind: "choice"; choices: readonly (infer Choice)[] } ? Choice
  : F extends { kind: "string" } ? string | OrMissing<F>
  : number | OrMissing<F>;

type OrMissing<F> = F extends { default: string | number } ? never : undefined;

/** What a program takes besides flags. */
export interface FlagOptions {
  /** Name of the positional arguments in messages; without it there must be none. */
  positionals?: string;
}

/** The values, or one line that names the flag and says what is wanted. */
export type FlagOutcome<Table extends FlagTable> =
  | { ok: true; values: FlagValues<Table>; positionals: readonly string[] }
  | { ok: false; message: string };

/** What was written for each flag that was given, in order, or one line that says what is wanted. */
export type GivenOutcome =
  | {
    ok: true;
    given: ReadonlyMap<string, readonly [string, ...string[]]>;
    positionals: readonly string[];
  }
  | { ok: false; message: string };

/**
 * Reads a program's arguments by its table. Wrong usage is an outcome, never an exception.
 *
 * ```ts
 * import { type FlagTable, parseFlags } from "./flags.ts";
 *
 * const FLAGS = {
 *   addr: { kind: "string", default: "127.0.0.1:1335", value: "HOST:PORT", help: "where to send" },
 *   max: { kind: "integer", default: 10240, min: 1, max: 65507, value: "BYTES", help: "batch size" },
 * } as const satisfies FlagTable;
 *
 * const parsed = parseFlags("sensor", FLAGS, ["-addr", ":4200", "--max=512"]);
 * if (parsed.ok) console.log(parsed.values.addr, parsed.values.max);
 * ```
 */
export function parseFlags<const Table extends FlagTable>(
  program: string,
  table: Table,
  args: readonly string[],
  options: FlagOptions = {},
): FlagOutcome<Table> {
  const outcome = givenFlags(program, table, args, options);
  if (!outcome.ok) return outcome;
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(table)) {
    const read = readValue(flag, outcome.given.get(name));
    if ("wanted" in read) return refuse(wrongValue(name, read));
    values[name] = read.value;
  }
  return { ok: true, values: values as FlagValues<Table>, positionals: outcome.positionals };
}

/** Reads which of a table's flags are among a program's arguments, and not yet what their values mean. */
export function givenFlags(
  program: string,
  table: FlagTable,
  args: readonly string[],
  options: FlagOptions = {},
): GivenOutcome {
  const spelled = spellOut(table, args);
  if (typeof spelled === "string") return refuse(spelled);
  const { given, positionals } = spelled;
  if (positionals.length > 0 && options.positionals === undefined) {
    return refuse(`Unexpected argument "${positionals[0]}": ${program} takes flags only`);
  }
  const names = Object.keys(table);
  const parsed = parseArgs(given, { string: names, collect: names }) as Record<string, string[]>;
  return {
    ok: true,
    given: new Map(names.flatMap((name) => {
      const [first, ...more] = parsed[name] ?? [];
      return first === undefined ? [] : [[name, [first, ...more]] as const];
    })),
    positionals,
  };
}

/** One line for a text that a flag does not take. */
export function wrongValue(name: string, { text, wanted }: WrongText): string {
  return `Wrong value "${printable(text)}" of -${name}: wanted ${wanted}`;
}

function refuse(message: string): { ok: false; message: string } {
  return { ok: false, message };
}

interface SpelledOut {
  given: string[];
  positionals: string[];
}

/** Brings every flag into the form that `parseArgs` takes, or says what is wrong. */
function spellOut(
  table: FlagTable,
  args: readonly string[],
): SpelledOut | string {
  const given: string[] = [];
  const positionals: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return { given, positionals: [...positionals, ...args.slice(i + 1)] };
    const written = readFlag(arg);
    if (written === undefined) {
      positionals.push(arg);
      continue;
    }
    const name = written.name === "h" ? "help" : written.name;
    if (!Object.hasOwn(table, name)) return unknownFlag(table, name);
    const flag = table[name]!;
    let { value } = written;
    if (value === undefined && flag.kind === "boolean") value = "true";
    if (value === undefined) {
      value = args[i + 1];
      const following = readFlag(value ?? "")?.name ?? "";
      if (value === undefined || Object.hasOwn(table, following)) {
        return `Missing value of -${name}: wanted ${valueName(flag)}`;
      }
      i++;
    }
    // An empty value cannot stand behind "=": parseArgs would take the sign for part of the name.
    given.push(value === "" ? `--${name}` : `--${name}=${value}`);
  }
  return { given, positionals };
}

/** Splits `-name`, `--name`, `-name=value`; other arguments, `-` among them, are no flags. */
function readFlag(arg: string): { name: string; value?: string } | undefined {
  const match = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(arg);
  return match ? { name: match[1]!, value: match[2] } : undefined;
}

/** One line for a name that no flag has. */
export function unknownFlag(table: FlagTable, name: string): string {
  const nearest = nearestName(name, Object.keys(table));
  return `Unknown flag -${name}${nearest === undefined ? "" : `: did you mean -${nearest}?`}`;
}

/** How a flag's value is called in messages and in the usage text; empty for a boolean. */
export function valueName(flag: Flag): string {
  if (flag.kind === "boolean") return "";
  if (flag.kind === "choice") return flag.choices.join("|");
  return "value" in flag ? flag.value : QUANTITIES[flag.kind].value;
}

/** How values with a unit are written, as examples; undefined for others. */
export function examplesOf(flag: Flag): string | undefined {
  return flag.kind in QUANTITIES ? QUANTITIES[flag.kind as QuantityKind].examples : undefined;
}

/** A value of a flag, not of a list, as it is written on a command line. */
export function valueText(flag: Flag, value: unknown): string {
  return flag.kind in QUANTITIES
    ? QUANTITIES[flag.kind as QuantityKind].format(value as number)
    : String(value);
}

/** A flag's default, and its bounds if it is a number, as they are written on a command line. */
export function defaultsOf(flag: Flag): { default?: string; min?: string; max?: string } {
  if (flag.kind === "strings") return {};
  const texts: { default?: string; min?: string; max?: string } = {};
  if (flag.default !== undefined) texts.default = valueText(flag, flag.default);
  if ("min" in flag) [texts.min, texts.max] = [flag.min, flag.max].map((it) => valueText(flag, it));
  return texts;
}

/** A text that a flag does not take, and what would be right. */
export interface WrongText {
  readonly text: string;
  readonly wanted: string;
}

/** What the texts that are given for a flag mean, of which the last counts; its default without any. */
export function readValue(
  flag: Flag,
  texts: readonly string[] = [],
): { readonly value: unknown } | WrongText {
  if (flag.kind === "strings") return { value: texts };
  const text = texts.at(-1);
  if (text === undefined) return { value: flag.default };
  switch (flag.kind) {
    case "string":
      return { value: text };
    case "boolean": {
      const value = BOOLEANS.get(text);
      return value === undefined ? { text, wanted: "true or false" } : { value };
    }
    case "choice":
      return flag.choices.includes(text)
        ? { value: text }
        : { text, wanted: flag.choices.join(" or ") };
  }
  const { min, max } = flag;
  const bounds = defaultsOf(flag);
  const range = `from ${bounds.min} to ${bounds.max}`;
  if (flag.kind === "integer" || flag.kind === "number") {
    const { what, pattern } = PLAIN[flag.kind];
    const value = pattern.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? { value } : { text, wanted: `${what} ${range}` };
  }
  const { what, parse, examples } = QUANTITIES[flag.kind];
  const value = parse(text) ?? NaN;
  return value >= min && value <= max
    ? { value }
    : { text, wanted: `${what} ${range}, as in ${examples}` };
}

/** What Go's strconv.ParseBool accepts. */
const BOOLEANS = new Map([
  ...["1", "t", "T", "TRUE", "true", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "FALSE", "false", "False"].map((text) => [text, false] as const),
]);
