/**
 * Settings: what the flags of a program are, from wherever they are given. A flag overrules the
 * environment, that a configuration file, and that the table's default; a list is taken whole from
 * the first of these that has it.
 */
import { type FlagTable, type FlagValues, readValue, wrongValue } from "./flags.ts";

/** The texts that one place gives for a flag: of several the last counts, unless they are a list. */
export interface Given {
  readonly name: string;
  readonly texts: readonly [string, ...string[]];
  /** Where that is: {@linkcode COMMAND_LINE}, a variable's name, or file and line. */
  readonly from: string;
}

/** The settings of a program: what holds, where it is from, and what cannot hold. */
export interface Settings<Table extends FlagTable> {
  readonly values: FlagValues<Table>;
  /** What was given for each flag that does not have its default. */
  readonly given: ReadonlyMap<string, Given>;
  /** One line for each text that is wrong, wherever it is, overruled or not. */
  readonly mistakes: readonly string[];
}

/** Where flags are from that stand on the command line. */
export const COMMAND_LINE = "flag";

/** Settles which values hold; earlier places overrule later ones. A wrong text leaves the default. */
export function settle<const Table extends FlagTable>(
  table: Table,
  ...places: readonly (readonly Given[])[]
): Settings<Table> {
  const given = new Map<string, Given>();
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const each of places.flat()) {
    const read = readValue(table[each.name]!, each.texts);
    if ("wanted" in read) mistakes.push(mistakeAt(each, wrongValue(each.name, read)));
    if (given.has(each.name)) continue;
    given.set(each.name, each);
    if ("value" in read) values[each.name] = read.value;
  }
  for (const [name, flag] of Object.entries(table)) {
    if (given.has(name) && name in values) continue;
    const read = readValue(flag);
    if ("value" in read) values[name] = read.value;
  }
  return { values: values as FlagValues<Table>, given, mistakes };
}

/** One line about what was given, with the place in front of it where that is not the command line. */
export function mistakeAt(given: Given | undefined, message: string): string {
  const from = given?.from ?? COMMAND_LINE;
  return from === COMMAND_LINE ? message : `${from}: ${message}`;
}
