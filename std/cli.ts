/**
 * Stand-in for `@std/cli`, which is not on npm: `parseArgs` with the real package's name, options
 * and results. Pointing the import map at `jsr:@std/cli` must need no other change.
 *
 * The tokens come from `parseArgs` of `node:util`. It is told of no flag, so that it takes a value
 * from behind `=` only; a positional token right after a flag's is that flag's value if it takes one.
 *
 * Not supported, and refused with a TypeError: a value joined to a letter (`-n5`, `-n=5`), digits
 * or signs among letters (`-a1`), nothing behind `=`, a value behind `--no-name=`.
 *
 * @module
 */
import { parseArgs as tokenize } from "node:util";

/** What {@linkcode parseArgs} can be told about a command line. */
export interface ParseOptions {
  /** Flags whose values stay text, `""` where there is none; `_` stands for the positionals. */
  string?: string | readonly string[];
  /** Flags that are true or false; `true` stands for all with two dashes and no `=`. */
  boolean?: boolean | string | readonly string[];
  /** Flags whose values come as an array; of any other the last value counts. */
  collect?: string | readonly string[];
  /** Flags that are false when `no-` stands before the name. */
  negatable?: string | readonly string[];
  /** Values of flags that are not given. */
  default?: Readonly<Record<string, unknown>>;
  /** Other names of a flag; the result has its value under all of them. */
  alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Called with each argument that is not declared; false keeps it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  /** The first positional makes all behind it positionals, too. */
  stopEarly?: boolean;
  /** What follows `--` goes to `--` of the result, not to `_`. */
  "--"?: boolean;
}

type None = Record<never, never>;

/** What {@linkcode parseArgs} returns: each declared flag has its type, others are unknown. */
export type Args<Options extends ParseOptions = None> =
  & { [Name in Declared<Options>]: FlagValue<Options, Name> }
  & (Options["--"] extends true ? { "--": string[] } : unknown)
  & { _: (string | number)[]; [name: string]: unknown };

type Declared<O extends ParseOptions> = Exclude<NamesIn<O["string"] | O["boolean"]>, "_">;

type NamesIn<List> = List extends string ? List
  : List extends readonly (infer Name extends string)[] ? Name
  : never;

type FlagValue<O extends ParseOptions, Name> =
  | (Name extends NamesIn<O["collect"]> ? Single<O, Name>[] : Single<O, Name>)
  | (Name extends NamesIn<O["negatable"]> ? false : never)
  | Absent<O, Name>;

type Single<O extends ParseOptions, Name> = Name extends NamesIn<O["boolean"]> ? boolean : string;

type Absent<O extends ParseOptions, Name> = Name extends keyof O["default"] ? O["default"][Name]
  : Name extends NamesIn<O["collect"] | O["boolean"]> ? never
  : undefined;

/**
 * Reads a command line. What follows an undeclared flag is its value, a number if it looks like
 * one; without a value it is true. A dot in a flag's name makes an object within an object.
 *
 * ```ts
 * import { parseArgs } from "@std/cli";
 *
 * const args = parseArgs(["--rate=5", "--name", "007", "a.pcap"], { string: ["name"] });
 * console.log(args.rate, args.name, args._); // 5 007 [ "a.pcap" ]
 * ```
 */
export function parseArgs<const Options extends ParseOptions = None>(
  args: readonly string[],
  options?: Options,
): Args<Options> {
  const { boolean, unknown, stopEarly, ...given }: ParseOptions = options ?? {};
  const groups = groupsOf(given.alias);
  const namesOf = (name: string) => groups.get(name) ?? [name];
  const keyOf = (name: string) => namesOf(name)[0]!;
  const keysOf = (names: string | readonly string[] = []) => new Set([names].flat().map(keyOf));
  const strings = keysOf(given.string);
  const booleans = keysOf(typeof boolean === "boolean" ? [] : boolean);
  const collected = keysOf(given.collect);
  const negatable = keysOf(given.negatable);

  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const rest = args.slice(end + 1);
  const positionals: (string | number)[] = [];
  const values = new Map<string, unknown>();
  const tokens = tokenize({ ...UNDECLARED, args: args.slice(0, end) }).tokens;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const arg = args[token.index]!;
    if (token.kind === "positional") {
      if (unknown?.(arg) !== false) positionals.push(strings.has("_") ? arg : numberOr(arg));
      if (!stopEarly) continue;
      positionals.push(...args.slice(token.index + 1, end));
      break;
    }
    if (token.kind !== "option" || !SUPPORTED.test(arg)) throw unsupported(arg);
    const { name, rawName, inlineValue } = token;
    if (name.startsWith("no-") && negatable.has(keyOf(name.slice(3)))) {
      if (inlineValue) throw unsupported(arg);
      values.set(keyOf(name.slice(3)), false);
      continue;
    }
    const key = keyOf(name);
    const isText = strings.has(key);
    const isBoolean = !isText &&
      (booleans.has(key) || (boolean === true && rawName.startsWith("--") && !inlineValue));
    const next = tokens[i + 1];
    const follows = !inlineValue && next?.kind === "positional" &&
      (!isBoolean || BOOLEAN.test(next.value));
    if (follows) i++;
    const text = follows ? next.value : token.value;
    const isKnown = isText || isBoolean || groups.has(name);
    if (!isKnown && unknown?.(arg, name, text ?? true) === false) continue;
    let value: unknown = text === undefined || numberOr(text);
    if (isText) value = text ?? "";
    if (isBoolean) value = text !== "false";
    values.set(key, collected.has(key) ? [values.get(key) || [], value].flat() : value);
  }

  for (const [name, value] of Object.entries(given.default ?? {})) {
    if (!values.has(keyOf(name))) values.set(keyOf(name), value);
  }
  for (const key of [...strings, ...booleans]) {
    if (values.has(key)) continue;
    if (collected.has(key)) values.set(key, []);
    else if (booleans.has(key)) values.set(key, false);
  }
  const result = given["--"] ? { _: positionals, "--": rest } : { _: [...positionals, ...rest] };
  for (const [key, value] of values) {
    for (const name of namesOf(key)) define(result, name.split("."), value);
  }
  return result as unknown as Args<Options>;
}

const UNDECLARED = { options: {}, strict: false, allowPositionals: true, tokens: true } as const;
const SUPPORTED = /^(-[A-Za-z]+|-.|--[^=]+(=.+)?)$/s;
const BOOLEAN = /^(true|false)$/;
const NUMBER = /^(0x[\da-f]+|[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)$/i;

/** Every aliased name with all names of its flag. */
function groupsOf(alias: ParseOptions["alias"] = {}): Map<string, string[]> {
  const groups = Object.entries(alias).map(([name, others]) => [name, others].flat());
  return new Map(groups.flatMap((names) => names.map((name) => [name, names])));
}

function numberOr(text: string): string | number {
  return NUMBER.test(text) ? Number(text) : text;
}

function unsupported(arg: string): TypeError {
  return new TypeError(`Cannot read argument "${arg}": wanted "--name", "--name=value" or letters`);
}

/** Sets a property by its path, by definition: `__proto__` is a name like others. */
function define(object: object, path: readonly string[], value: unknown): void {
  const [name = "", ...deeper] = path;
  if (deeper.length > 0) {
    const own: unknown = Object.getOwnPropertyDescriptor(object, name)?.value;
    const level = typeof own === "object" && own !== null ? own : {};
    define(level, deeper, value);
    value = level;
  }
  const shown = { configurable: true, enumerable: true, writable: true };
  Object.defineProperty(object, name, { ...shown, value });
}
