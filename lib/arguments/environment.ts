import type { FlagTable } from "./flags.ts";
import type { Given } from "./settings.ts";

/** The variable of the environment that sets a flag: `FARCAP_ROTATE_AGE` of `rotate-age`. */
export function variableOf(name: string): string {
  return `FARCAP_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** The names of a table's settings: the flags that environment and configuration file may give, too. */
export function settingsOf(table: FlagTable): string[] {
  return Object.keys(table).filter((name) => table[name]!.environment !== false);
}

/**
 * What the environment gives for the settings of a table. An empty variable gives nothing; the values
 * of a list are a line each.
 *
 * @param variable Value of a variable; undefined where it is not set, or may not be read.
 */
export function givenByEnvironment(
  table: FlagTable,
  variable: (name: string) => string | undefined,
): Given[] {
  return settingsOf(table).flatMap((name): Given[] => {
    const from = variableOf(name);
    const value = variable(from) ?? "";
    const lines = table[name]!.kind === "strings" ? value.split("\n") : [value];
    const [first, ...more] = lines.filter((line) => line !== "");
    return first === undefined ? [] : [{ name, texts: [first, ...more], from }];
  });
}
