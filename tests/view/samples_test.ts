import { assertEquals } from "@std/assert";
import { RowRates } from "../../lib/view/row_rates.ts";
import { historyOf, samplesOf } from "./made_up_readings.ts";

const NAME = "farcap_made_records_total";

Deno.test("samples have totals, and sums by label; what tells nothing is not 0", () => {
  const samples = samplesOf({ [NAME]: { TCP: 3, UDP: 4 }, farcap_none: {} }, 0);
  assertEquals(samples.total(NAME), 7);
  assertEquals(samples.total("farcap_none"), undefined);
  assertEquals(samples.total("farcap_other"), undefined);
  assertEquals([...samples.by("type", NAME)], [["TCP", 3], ["UDP", 4]]);
  assertEquals([...samples.by("client", NAME)], []);
});

Deno.test("rates are those of the last five seconds, and never negative", () => {
  const rate = (...counts: number[]) =>
    historyOf(counts.map((count) => ({ [NAME]: count }))).rate((each) => each.total(NAME));
  assertEquals(rate(), 0);
  assertEquals(rate(100), 0);
  assertEquals(rate(100, 110), 10);
  assertEquals(rate(0, 1000, 1000, 1000, 1000, 1000, 1000), 0);
  assertEquals(rate(100, 0), 0);
});

Deno.test("rates of rows are those between the last two, however often they are read", () => {
  const rates = new RowRates();
  const rate = (at: number, value: number) => {
    rates.take("plant-7", { at, values: [value] });
    return rates.rate("plant-7", 0);
  };
  assertEquals([rate(60, 100), rate(60, 100), rate(120, 700), rate(120, 700)], [0, 0, 10, 10]);
  assertEquals(rate(180, 50), 0); // it began again
  assertEquals(rates.rate("another", 0), 0);
});
