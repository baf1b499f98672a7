import { durationNanos, fractionNanos } from "../../base/text/duration_nanos.ts";
import type { TimeSpan } from "../../base/time_span.ts";

/** What a time of the day, or a time ago, counts from. */
export interface TimeOrigin {
  /** Nanoseconds since 1970. */
  readonly now: bigint;
  /** Of times without offset: a name that `isZone` accepts, by default UTC. */
  readonly zone?: string;
}

/** A span, or which of its two ends is no time. */
export type TimeSpanOutcome = { ok: true; span: TimeSpan } | { ok: false; wrong: "from" | "to" };

/**
 * The times between which records are wanted. A time of the day is the last one before now for
 * `from`; for `to` it is the first one after `from`, and today's without `from`: so `23:50` to `00:10`
 * are twenty minutes of last night.
 */
export function parseTimeSpan(
  from: string | undefined,
  to: string | undefined,
  origin: TimeOrigin,
): TimeSpanOutcome {
  const first = from === undefined ? undefined : parseTime(from, origin);
  if (from !== undefined && first === undefined) return { ok: false, wrong: "from" };
  const begin = CLOCK.test(from ?? "") && first! > origin.now
    ? dayLater(first!, -1, origin)
    : first;
  let end = to === undefined ? undefined : parseTime(to, origin);
  if (to !== undefined && end === undefined) return { ok: false, wrong: "to" };
  if (CLOCK.test(to ?? "") && begin !== undefined) {
    const day = zoned(begin, origin).toPlainDate();
    end = clockTime(to!, day, origin)!;
    if (end <= begin) end = dayLater(end, 1, origin);
  }
  return { ok: true, span: { from: begin, to: end } };
}

/**
 * Nanoseconds since 1970 of a time that somebody has written; undefined for what is none:
 *
 * - RFC 3339, with a space for the `T` too; without offset in the zone, a time that a change of its
 *   clocks skips moved on by the hour, of one that comes twice the first; seconds may be left out
 * - a date: its midnight in the zone
 * - a time of today (`09:02`, `09:02:03.5`)
 * - a time ago (`-1h`, `-1h30m`, `-90s`, `-7d`), and `now`
 * - seconds since 1970 with or without fraction (up to 10 digits)
 * - as a dump prints it: nanoseconds (16 to 19 digits), or CSV's `2020-09-13 12:26:40.5 +0000 UTC`
 *
 * Digits behind the ninth of a fraction are dropped.
 */
export function parseTime(text: string, origin: TimeOrigin): bigint | undefined {
  const unix = /^(\d{1,10})(?:\.(\d+))?$/.exec(text);
  if (unix) return BigInt(unix[1]!) * 1_000_000_000n + fractionNanos(unix[2]);
  if (/^-?\d{16,19}$/.test(text)) return BigInt(text);
  if (text === "now") return origin.now;
  if (text.startsWith("-")) {
    const ago = durationNanos(text.slice(1));
    return ago === undefined ? undefined : origin.now - ago;
  }
  if (CLOCK.test(text)) return clockTime(text, zoned(origin.now, origin).toPlainDate(), origin);
  const written = WRITTEN.exec(text);
  if (!written) return undefined;
  const [, date, time = "00:00", fraction, offset] = written;
  return timeOf(`${date}T${time}`, fraction, offset ?? origin.zone ?? "UTC");
}

const CLOCK = /^\d\d?:\d\d(?::\d\d(?:\.\d+)?)?$/;
const WRITTEN =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?| \+0000 UTC)?)?$/;

/** @param zone A time zone, or what stands behind a time in its place. */
function timeOf(dateTime: string, fraction: string | undefined, zone: string): bigint | undefined {
  if (/:60$/.test(dateTime)) return undefined; // Temporal would take it for :59
  const offset = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(zone);
  try {
    const local = Temporal.PlainDateTime.from(dateTime);
    if (offset) {
      const [, sign, hours, minutes, seconds = "0"] = offset;
      if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
      const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
      const nanos = local.toZonedDateTime("UTC").epochNanoseconds + fractionNanos(fraction);
      return nanos - BigInt(sign === "-" ? -total : total) * 1_000_000_000n;
    }
    const name = /^(?:z| \+0000 utc)$/i.test(zone) ? "UTC" : zone;
    return local.toZonedDateTime(name).epochNanoseconds + fractionNanos(fraction);
  } catch {
    return undefined; // no day of the calendar, or no time of the day
  }
}

function clockTime(
  text: string,
  day: Temporal.PlainDate,
  { zone = "UTC" }: TimeOrigin,
): bigint | undefined {
  const [clock, fraction] = text.split(".");
  return timeOf(
    `${day}T${clock!.padStart(clock!.length + clock!.indexOf(":") % 2, "0")}`,
    fraction,
    zone,
  );
}

function dayLater(nanos: bigint, days: number, origin: TimeOrigin): bigint {
  return zoned(nanos, origin).add({ days }).epochNanoseconds;
}

function zoned(nanos: bigint, { zone = "UTC" }: TimeOrigin): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochNanoseconds(nanos).toZonedDateTimeISO(zone);
}
