import { assertEquals } from "@std/assert";
import { Histogram } from "../../../lib/base/count/histogram.ts";
import {
  counter,
  gauge,
  histogram,
  lossesOf,
  type Metric,
  samplesOf,
  totalOf,
} from "../../../lib/base/count/metric.ts";

interface Reading {
  readonly sent?: number;
  readonly lost: ReadonlyMap<number, number>;
  readonly times: Histogram;
}

const SENT: Metric<Reading> = counter("sent_total", { help: "Sent", of: ({ sent }) => sent });
const LOST: Metric<Reading> = counter("lost_total", {
  help: "Lost",
  labels: ["type"],
  loss: "records lost",
  of: ({ lost }) => samplesOf(lost, (type) => `type ${type}`, (count) => count),
});
const TIMES: Metric<Reading> = histogram("times_seconds", {
  help: "Times",
  of: ({ times }) => times,
});

function reading(lost: readonly (readonly [number, number])[] = [], sent?: number): Reading {
  return { lost: new Map(lost), times: new Histogram([1, 2]), ...(sent !== undefined && { sent }) };
}

Deno.test("a metric without a value has no sample, and one of a map has all, also those that are 0", () => {
  assertEquals(SENT.of(reading()), []);
  assertEquals(SENT.of(reading([], 0)), [{ labels: [], value: 0 }]);
  assertEquals(LOST.of(reading([[1, 0], [2, 5]])), [
    { labels: ["type 1"], value: 0 },
    { labels: ["type 2"], value: 5 },
  ]);
  assertEquals([SENT.kind, LOST.labels, gauge<Reading>("x", SENT).labels], [
    "counter",
    ["type"],
    [],
  ]);
});

Deno.test("losses are the totals of the metrics that tell a loss", () => {
  const now = reading([[1, 2], [2, 5]], 9);
  assertEquals([totalOf(SENT, now), totalOf(LOST, now)], [9, 7]);
  assertEquals(lossesOf([SENT, LOST], now), { "records lost": 7 });
});

Deno.test("a histogram counts each observation in the first bucket whose bound is not below it", () => {
  const { times } = reading();
  for (const value of [0.5, 1, 1.5, 2, 3, Infinity]) times.observe(value);
  assertEquals([times.counts, times.count, times.sum], [[2, 2], 6, Infinity]);
  assertEquals(totalOf(TIMES, { ...reading(), times }), 6);
});
