/** Times of records, nanoseconds since 1970, and how people write them. */

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * A time as the original shows it in CSV (Go's time text, UTC): `2020-09-13 12:26:40.123456 +0000
 * UTC`, without trailing zeros in the fraction.
 */
export function formatTime(nanos: bigint): string {
  let second = nanos / NANOS_PER_SECOND;
  let rest = Number(nanos % NANOS_PER_SECOND);
  if (rest < 0) {
    second--;
    rest += 1e9;
  }
  const iso = new Date(Number(second) * 1000).toISOString();
  const fraction = rest === 0 ? "" : "." + String(rest).padStart(9, "0").replace(/0+$/, "");
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction} +0000 UTC`;
}

/**
 * Reads an RFC 3339 time (`2020-09-13T12:26:40.5Z`, `…+02:00`), a date (its midnight, UTC), Unix
 * seconds with or without fraction, or a time as records are printed with it: nanoseconds of 16 to
 * 19 digits, or the text of {@linkcode formatTime}. Undefined for anything else. Digits after the
 * ninth of a fraction are dropped.
 */
export function parseTime(text: string): bigint | undefined {
  const unix = /^(\d{1,10})(?:\.(\d+))?$/.exec(text);
  if (unix) return BigInt(unix[1]!) * NANOS_PER_SECOND + fractionNanos(unix[2]);
  if (/^\d{16,19}$/.test(text)) return BigInt(text);
  const written = WRITTEN.exec(text);
  if (!written) return undefined;
  const [, date, time = "00:00:00", fraction, sign, hours = "0", minutes = "0"] = written;
  const ms = Date.parse(`${date}T${time}Z`);
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date!)) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * 60n * (sign === "-" ? -1n : 1n);
  return (BigInt(ms / 1000) - offset) * NANOS_PER_SECOND + fractionNanos(fraction);
}

const WRITTEN =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d)| \+0000 UTC))?$/;

function fractionNanos(digits = ""): bigint {
  return BigInt(digits.slice(0, 9).padEnd(9, "0"));
}
