import type { ClockSample } from "../../transport/server/clock_questions.ts";

/** A clock that is off by more is wrong; by less than the other, right again. */
const WRONG_MS = 2_000;
const RIGHT_MS = 1_500;
const WINDOW_MS = 300_000;
const LEAST_SAMPLES = 10;

/**
 * What is known of one sensor's clock: of the samples of five minutes the one that speaks least against it,
 * half its round trip taken off, since the answer may have been given at its beginning or its end.
 */
export class ClockSamples {
  #samples: (ClockSample & { readonly atMs: number })[] = [];

  add(sample: ClockSample, nowMs: number): void {
    this.#samples = this.#samples.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    this.#samples.push({ ...sample, atMs: nowMs });
  }

  /** How far it is ahead of the collector's, ms, at least; undefined while there are too few samples. */
  leastMs(nowMs: number): number | undefined {
    const samples = this.#samples.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    if (samples.length < LEAST_SAMPLES) return undefined;
    return samples.map(({ offsetMs, roundTripMs }) =>
      Math.sign(offsetMs) * Math.max(0, Math.abs(offsetMs) - roundTripMs / 2)
    ).reduce((least, each) => Math.abs(each) < Math.abs(least) ? each : least);
  }
}

/** Whether a clock that is off by so much is wrong or right; in between it is what it was. */
export function verdictOn(leastMs: number): "wrong" | "right" | "as before" {
  const off = Math.abs(leastMs);
  return off > WRONG_MS ? "wrong" : off <= RIGHT_MS ? "right" : "as before";
}
