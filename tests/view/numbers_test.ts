import { assertEquals } from "@std/assert";
import { barText, bytesText, countText, rateText, spanText } from "../../lib/view/numbers.ts";

Deno.test("counts are written out up to ten million", () => {
  assertEquals([0, 999, 1000, 9_999_999].map(countText), ["0", "999", "1,000", "9,999,999"]);
  assertEquals([10_000_000, 1.25e9, 3e15].map(countText), ["10.0 M", "1.3 G", "3.0 P"]);
});

Deno.test("rates have a decimal where they are small, and are never 0 for something", () => {
  assertEquals([0, 0.01, 9.94, 9.96, 12_345].map(rateText), [
    "0/s",
    "0.1/s",
    "9.9/s",
    "10/s",
    "12,345/s",
  ]);
});

Deno.test("sizes are in powers of 1024, times in their two largest units", () => {
  assertEquals([0, 1023, 1024, 1.5 * 2 ** 30].map(bytesText), [
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 GiB",
  ]);
  assertEquals([-5, 59_999, 60_000, 3_725_000, 90_000_000].map(spanText), [
    "0 s",
    "59 s",
    "1 min",
    "1 h 2 min",
    "1 d 1 h",
  ]);
});

Deno.test("a bar is never longer than its width", () => {
  assertEquals([-1, 0, 0.5, 1, 7].map((part) => barText(part, 4)), [
    "[----]",
    "[----]",
    "[##--]",
    "[####]",
    "[####]",
  ]);
});
