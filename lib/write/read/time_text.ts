/** Times of records, nanoseconds since 1970, as text. */

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * How times are written: `full` as RFC 3339 has them with nine digits of a second, `short` for people
 * who look at a table (`2020-09-13 12:26:40.123`), `ns` as nanoseconds since 1970.
 */
export type TimeForm = "full" | "short" | "ns";

/**
 * A function that writes times in a time zone, by default UTC. Offsets are those of the time that is
 * written; where one has seconds, as before zones were agreed on, it is written with them
 * (`-04:56:02`), which RFC 3339 has no form for.
 *
 * ```ts
 * import { timeFormat } from "./time_text.ts";
 *
 * const inBerlin = timeFormat("full", "Europe/Berlin");
 * const text = inBerlin(1600000000123456789n);
 * if (text !== "2020-09-13T14:26:40.123456789+02:00") throw new Error(text);
 * ```
 *
 * @param zone A name of the IANA database that {@linkcode isZone} accepts.
 */
export function timeFormat(form: TimeForm = "full", zone = "UTC"): (nanos: bigint) => string {
  if (form === "ns") return String;
  // Most times are of the same second as the one before, and the calendar is the slow part.
  let base: bigint | undefined;
  let begin = "";
  let offset = "";
  return (nanos) => {
    let rest = base === undefined ? -1 : Number(nanos - base);
    if (rest < 0 || rest >= 1e9) {
      rest = Number(nanos % NANOS_PER_SECOND);
      if (rest < 0) rest += 1e9;
      base = nanos - BigInt(rest);
      [begin, offset] = secondText(base / NANOS_PER_SECOND, zone);
      if (form === "short") begin = begin.replace("T", " ");
    }
    const digits = String(rest).padStart(9, "0");
    return form === "short" ? `${begin}.${digits.slice(0, 3)}` : `${begin}.${digits}${offset}`;
  };
}

/** Date and time of a second, and what stands behind its fraction. */
function secondText(second: bigint, zone: string): [string, string] {
  if (zone === "UTC") return [new Date(Number(second) * 1000).toISOString().slice(0, -5), "Z"];
  const instant = Temporal.Instant.fromEpochMilliseconds(Number(second) * 1000);
  const time = instant.toZonedDateTimeISO(zone);
  return [time.toPlainDateTime().toString({ smallestUnit: "second" }), time.offset];
}

/** Whether a time zone of this name is known: `Europe/Berlin`, `UTC`, `+05:30`. */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * A time as the original shows it in CSV (Go's time text, UTC): `2020-09-13 12:26:40.123456 +0000
 * UTC`, without trailing zeros in the fraction.
 */
export function formatTime(nanos: bigint): string {
  const [date, rest] = timeFormat()(nanos).slice(0, -1).split("T") as [string, string];
  return `${date} ${rest.replace(/\.?0+$/, "")} +0000 UTC`;
}
