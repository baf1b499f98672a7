import { messageOf } from "../base/errors.ts";
import { permittedVariable } from "../base/program/permitted_variable_io.ts";
import { parseConfigFile } from "./config_file.ts";
import { givenByEnvironment } from "./environment.ts";
import { type ProgramWords, settingsText } from "./answers.ts";
import type { FlagTable, FlagValues } from "./flags.ts";
import { type Given, type Settings, settle } from "./settings.ts";

/** More is no file of settings. */
const MAX_CONFIG_BYTES = 1 << 20;

/**
 * The settings of a program, of its command line, of what Deno was permitted beforehand to read of the
 * environment, and of the file that `-config` names in either. A file that cannot be read is a mistake
 * among the others.
 */
export async function readSettings<const Table extends FlagTable>(
  table: Table,
  commandLine: readonly Given[],
): Promise<Settings<Table>> {
  const environment = givenByEnvironment(table, permittedVariable);
  const { config } = settle(table, commandLine, environment).values;
  if (typeof config !== "string") return settle(table, commandLine, environment);
  const file = await readConfigFile(config, table);
  const settings = settle(table, commandLine, environment, file.given);
  return { ...settings, mistakes: [...file.mistakes, ...settings.mistakes] };
}

/**
 * Prints what `-show-config` and `-check-config` ask for, and returns the exit code, 2 if there are
 * mistakes; undefined where neither is asked for.
 */
export function checkAsked<const Table extends FlagTable>(
  { name, table }: ProgramWords<Table>,
  asked: FlagValues<Table>,
  settings: Settings<Table>,
  mistakes: readonly string[],
): number | undefined {
  if (!asked["show-config"] && !asked["check-config"]) return undefined;
  for (const each of mistakes) console.error(each);
  if (asked["show-config"]) console.log(settingsText(table, settings));
  else if (mistakes.length === 0) console.log(`the ${name} can start with these settings`);
  return mistakes.length === 0 ? 0 : 2;
}

async function readConfigFile(path: string, table: FlagTable) {
  try {
    const { size, isFile } = await Deno.stat(path);
    if (!isFile) return mistake(path, "it is no file");
    if (size > MAX_CONFIG_BYTES) return mistake(path, "it is too long for a file of settings");
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
    return parseConfigFile(path, text, table);
  } catch (error) {
    const { name } = error as Error;
    if (name === "TypeError") return mistake(path, "it is not UTF-8");
    return mistake(path, name === "NotCapable" ? notPermitted(path) : messageOf(error));
  }
}

function notPermitted(path: string): string {
  return `Deno does not permit it; wanted: --allow-read=${path}`;
}

function mistake(path: string, why: string): { given: Given[]; mistakes: string[] } {
  return { given: [], mistakes: [`Cannot read the settings in ${path}: ${why}`] };
}
