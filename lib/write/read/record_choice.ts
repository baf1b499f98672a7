import { ConfigError } from "../../base/errors.ts";
import { nearestName } from "../../base/text/nearest_name.ts";
import { RECORD_TYPES, typeName } from "../../base/record/record_types.ts";
import { spanWithin, type TimeSpan } from "../../base/time_span.ts";
import { Where } from "../query/where.ts";
import { parseTime, parseTimeSpan } from "./parse_time.ts";
import { isZone } from "./time_text.ts";

/** Which records somebody wants. */
export interface ChosenRecords extends TimeSpan {
  /** Record files, folders of them, or `-` for standard input. */
  readonly paths: readonly string[];
  /** Only records of these types, or clients. */
  readonly types?: readonly string[];
  readonly clients?: readonly string[];
  /** Only records for which that is so. */
  readonly where?: Where;
}

/** The flags that choose records. */
export interface ChoiceFlags {
  readonly read: readonly string[];
  readonly type: readonly string[];
  readonly client: readonly string[];
  readonly where: string;
  readonly from: string;
  readonly to: string;
  readonly tz: string;
}

/** The choice and the time zone, or one line that names the flag and says what is wanted. */
export type ChoiceOutcome =
  | { readonly ok: true; readonly records: ChosenRecords; readonly zone: string }
  | { readonly ok: false; readonly message: string };

/**
 * What the flags ask for. Wrong usage is an outcome, never an exception.
 *
 * @param origin What relative times are relative to, in ns since 1970, and what `-tz local` means.
 */
export function recordChoice(
  flags: ChoiceFlags,
  { now, localZone }: { readonly now: bigint; readonly localZone: string },
): ChoiceOutcome {
  const zone = flags.tz === "local" ? localZone : flags.tz;
  const paths = flags.read.filter((path) => path !== "");
  if (paths.length === 0) {
    return wrong("Nothing to read: wanted record files, folders of them, or - for standard input");
  }
  if (flags.where !== "" && paths.some((path) => OF_EXPRESSIONS.test(path))) {
    return wrong("-where takes its expression as one argument: put it in quotes");
  }
  const types = namesIn(flags.type.join(","));
  const clients = namesIn(flags.client.join(","));
  const wrongType = types?.map(wrongTypeName).find((message) => message !== undefined);
  if (wrongType !== undefined) return wrong(wrongType);
  if (!isZone(zone)) {
    return wrong(
      `Wrong value "${zone}" of -tz: wanted a time zone such as Europe/Berlin, or local`,
    );
  }
  const times = parseTimeSpan(flags.from || undefined, flags.to || undefined, { now, zone });
  if (!times.ok) return wrong(wrongTime(times.wrong, flags[times.wrong]));
  const { from, to } = times.span;
  if (from !== undefined && to !== undefined && from >= to) {
    return wrong(
      `No time lies between -from ${flags.from} and -to ${flags.to}: give an earlier -from`,
    );
  }
  let where: Where | undefined;
  try {
    if (flags.where !== "") {
      where = new Where(flags.where, (text) => parseTime(text, { now, zone }));
    }
  } catch (cause) {
    if (cause instanceof ConfigError) return wrong(cause.message);
    throw cause;
  }
  const span = spanWithin(times.span, where?.span ?? {});
  return { ok: true, records: { paths, types, clients, where, ...span }, zone };
}

/** What the shell makes arguments of their own of when an expression has no quotes. */
const OF_EXPRESSIONS = /^(?:[=!]?=|[<>]=?|~|&&|\|\||in|and|or|not)$/;

/** The names in a list with commas; undefined where there are none. */
export function namesIn(list: string): string[] | undefined {
  const names = list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return names.length === 0 ? undefined : names;
}

function wrongTypeName(name: string): string | undefined {
  const names = RECORD_TYPES.map(typeName);
  if (names.includes(name)) return undefined;
  const nearest = nearestName(name, names);
  return nearest === undefined
    ? `Unknown type "${name}": docs/records.md lists them`
    : `Unknown type "${name}": did you mean ${nearest}?`;
}

function wrong(message: string): ChoiceOutcome {
  return { ok: false, message };
}

function wrongTime(name: string, text: string): string {
  return `Wrong value "${text}" of -${name}: wanted a time such as 2020-09-13T12:26:40.5Z, ` +
    "2020-09-13, 09:02, -1h, 1600000000 or one that -dump has printed";
}
