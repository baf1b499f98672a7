import { RATE_QUANTITY } from "../arguments/quantity.ts";
import { nearestName } from "../base/text/nearest_name.ts";
import { RECORD_TYPES, typeName } from "../base/record/record_types.ts";

/** What stands behind a name in a roster: `box`, `types=TCP,UDP`, `max-rate=100K`, in any order. */
export interface RosterOptions {
  /** Whether it may send datagrams too, which anybody who has one can send again. */
  readonly mayUseBox: boolean;
  /** Numbers of the record types that are taken of it, ascending; all of them if undefined. */
  readonly types?: readonly number[];
  /** Bytes of batches a second that it may send in sessions, all of its name together. */
  readonly maxRate?: number;
}

const TYPES = "types=";
const MAX_RATE = "max-rate=";
const WANTED = "wanted: box, types=TCP,UDP or max-rate=100K, each once";

const NUMBERS: ReadonlyMap<string, number> = new Map(
  RECORD_TYPES.map((type) => [typeName(type), type]),
);

/**
 * Parses the words behind a name.
 *
 * ```ts
 * import { parseRosterOptions } from "./roster_options.ts";
 *
 * const parsed = parseRosterOptions(["types=TCP,UDP", "max-rate=100K"]);
 * if (!("options" in parsed) || parsed.options.maxRate !== 102_400) throw new Error("100 KiB/s");
 * ```
 *
 * @returns What they say, or what is wrong, fit for the end of a sentence.
 */
export function parseRosterOptions(
  words: readonly string[],
): { readonly options: RosterOptions } | { readonly problem: string } {
  let mayUseBox = false;
  let types: readonly number[] | undefined;
  let maxRate: number | undefined;
  for (const word of words) {
    const unexpected = { problem: `"${word}" behind the name; ${WANTED}` };
    if (word === "box") {
      if (mayUseBox) return unexpected;
      mayUseBox = true;
    } else if (word.startsWith(TYPES)) {
      if (types) return unexpected;
      const parsed = parseTypes(word.slice(TYPES.length));
      if (typeof parsed === "string") return { problem: parsed };
      types = parsed;
    } else if (word.startsWith(MAX_RATE)) {
      if (maxRate !== undefined) return unexpected;
      maxRate = RATE_QUANTITY.parse(word.slice(MAX_RATE.length));
      if (maxRate === undefined || maxRate < 1) {
        const { what, examples } = RATE_QUANTITY;
        return { problem: `"${word}"; wanted: ${what} of 1 or more, as in ${examples}` };
      }
    } else return unexpected;
  }
  if (mayUseBox && maxRate !== undefined) {
    return { problem: "max-rate= holds for sessions, and datagrams (box) would pass it by" };
  }
  return {
    options: { mayUseBox, ...(types && { types }), ...(maxRate !== undefined && { maxRate }) },
  };
}

/** The words that say it, as {@linkcode parseRosterOptions} reads them. */
export function formatRosterOptions({ mayUseBox, types, maxRate }: RosterOptions): string[] {
  return [
    ...(mayUseBox ? ["box"] : []),
    ...(types ? [TYPES + types.map(typeName).join(",")] : []),
    ...(maxRate === undefined ? [] : [MAX_RATE + RATE_QUANTITY.format(maxRate)]),
  ];
}

/** What two may send, and how fast, is the same. */
export function equalLimits(
  a: Pick<RosterOptions, "types" | "maxRate">,
  b: Pick<RosterOptions, "types" | "maxRate">,
): boolean {
  return a.maxRate === b.maxRate && a.types?.join() === b.types?.join();
}

function parseTypes(text: string): readonly number[] | string {
  const numbers = new Set<number>();
  for (const name of text.split(",")) {
    const number = NUMBERS.get(name);
    if (number === undefined) {
      const nearest = nearestName(name, [...NUMBERS.keys()]);
      const hint = nearest === undefined ? "TCP, for one" : nearest;
      return `no record type "${name}"; wanted: ${hint}`;
    }
    numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}
