const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};
const PART = /(\d{1,12})(?:\.(\d+))?(ns|us|ms|[smhdw])/g;

/**
 * Exact nanoseconds of a duration, `1.5s` or `1h30m`; undefined for anything else. Digits below a
 * nanosecond, or behind the ninth, are dropped.
 *
 * ```ts
 * import { durationNanos } from "./duration_nanos.ts";
 *
 * if (durationNanos("1m0.5s") !== 60_500_000_000n) throw new Error("a minute and a half second");
 * ```
 */
export function durationNanos(text: string): bigint | undefined {
  if (text === "" || text.replaceAll(PART, "") !== "") return undefined;
  let nanos = 0n;
  for (const [, whole, fraction, unit] of text.matchAll(PART)) {
    const nanosPerUnit = NANOS[unit!]!;
    nanos += BigInt(whole!) * nanosPerUnit + fractionNanos(fraction) * nanosPerUnit / NANOS.s!;
  }
  return nanos;
}

/** Nanoseconds of the digits behind the point of some seconds, those behind the ninth dropped. */
export function fractionNanos(digits = ""): bigint {
  return BigInt(digits.slice(0, 9).padEnd(9, "0"));
}
