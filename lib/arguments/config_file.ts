/**
 * Configuration files: a setting a line, its name and, behind spaces or tabs, its value, which goes to
 * the end of the line. Empty lines mean nothing, nor do those that begin with `#`. A list has a line
 * for each of its values; one that is on or off needs no value.
 */
import { nearestName } from "../base/text/nearest_name.ts";
import { printable } from "../base/text/printable.ts";
import { settingsOf } from "./environment.ts";
import { defaultsOf, type FlagTable, valueName } from "./flags.ts";
import type { Given } from "./settings.ts";
import { groupsOf, noteOf, wrap } from "./usage_text.ts";

/** What a file says, and a line for each of its own that cannot be understood. */
export interface ConfigFile {
  readonly given: readonly Given[];
  readonly mistakes: readonly string[];
}

/** The setting that names the file, which cannot stand in it. */
const ITSELF = "config";
const WIDTH = 100;

/**
 * Reads a configuration file.
 *
 * ```ts
 * import { parseConfigFile } from "./config_file.ts";
 *
 * const TABLE = { iface: { kind: "strings", value: "NAME", help: "where to capture" } } as const;
 * const { given } = parseConfigFile("sensor.conf", "# both ports\niface eth0\niface eth1\n", TABLE);
 * if (given[0]?.texts.join() !== "eth0,eth1") throw new Error("wanted both");
 * ```
 *
 * @param path How messages call it.
 */
export function parseConfigFile(path: string, text: string, table: FlagTable): ConfigFile {
  const names = settingsOf(table).filter((name) => name !== ITSELF);
  const given = new Map<string, Given>();
  const mistakes: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [, name, value = ""] = /^\s*([^\s#]\S*)(?:\s+(.*?))?\s*$/s.exec(line) ?? [];
    if (name === undefined) continue;
    const from = `${path}:${index + 1}`;
    const flag = names.includes(name) ? table[name]! : undefined;
    const before = given.get(name);
    if (flag === undefined) {
      mistakes.push(`${from}: ${unknownSetting(name, table, names)}`);
    } else if (value === "" && flag.kind !== "boolean") {
      mistakes.push(`${from}: Missing value of ${name}: wanted ${valueName(flag)}`);
    } else if (before && flag.kind !== "strings") {
      mistakes.push(`${from}: ${name} is set a second time: it is at ${before.from}, too`);
    } else {
      const texts = before ? [...before.texts, value] as const : [value || "true"] as const;
      given.set(name, { name, texts: texts as Given["texts"], from: before?.from ?? from });
    }
  }
  return { given: [...given.values()], mistakes };
}

function unknownSetting(name: string, table: FlagTable, names: readonly string[]): string {
  if (Object.hasOwn(table, name)) return `${name} stands on the command line only`;
  const nearest = nearestName(name.replace(/^-+/, ""), names);
  return `Unknown setting ${printable(name)}` +
    (nearest === undefined ? "" : `: did you mean ${nearest}?`);
}

/**
 * A configuration file with all settings of a program, with their defaults, commented out but for those
 * that are given another value.
 */
export function configText(
  program: string,
  table: FlagTable,
  given: Readonly<Record<string, string>> = {},
): string {
  const names = settingsOf(table).filter((name) => name !== ITSELF);
  const lines = [
    ...comment(
      `Settings of the ${program}, as -gen-config prints them: a name and its value a line. ` +
        "What is commented out shows the default. Flags and FARCAP_… variables overrule this.",
    ),
  ];
  for (const [heading, flags] of groupsOf(table)) {
    const settings = flags.filter(([name]) => names.includes(name));
    if (settings.length > 0) lines.push("", `## ${heading}`);
    for (const [name, flag] of settings) {
      const value = defaultsOf(flag).default || valueName(flag);
      const line = Object.hasOwn(given, name) ? `${name} ${given[name]}` : `#${name} ${value}`;
      lines.push("", ...comment(flag.help + noteOf(flag)), line.trimEnd());
    }
  }
  return lines.join("\n") + "\n";
}

function comment(text: string): string[] {
  return wrap(text, WIDTH - 2).map((line) => `# ${line}`);
}
