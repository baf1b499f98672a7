import { MAX_TIMER_MS } from "./max_timer.ts";

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3, // U+00B5, micro sign
  "μs": 1e-3, // U+03BC, Greek letter mu
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration as Go's time.ParseDuration reads it; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^\+?0$/.test(text)) return 0;
  if (!/^\+?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    total += Number(amount) * MILLISECONDS[unit!]!;
  }
  return total <= MAX_TIMER_MS ? total : undefined;
}
