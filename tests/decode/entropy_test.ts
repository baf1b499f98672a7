import { assertAlmostEquals, assertEquals } from "@std/assert";
import { entropy } from "../../lib/decode/entropy.ts";

function entropyOf(bytes: number[]): number {
  return entropy(Uint8Array.from(bytes), 0, bytes.length);
}

Deno.test("entropy is 0 of nothing and of equal bytes, and not -0", () => {
  assertEquals(Object.is(entropyOf([]), 0), true);
  assertEquals(Object.is(entropyOf([7, 7, 7]), 0), true);
});

Deno.test("entropy is the logarithm of the number of values when they are equally frequent", () => {
  for (let bits = 1; bits <= 8; bits++) {
    const values = Array.from({ length: 2 ** bits }, (_, value) => value);
    assertEquals(entropyOf(values), bits);
    assertEquals(entropyOf([...values, ...values.toReversed()]), bits);
  }
});

Deno.test("entropy follows Shannon's sum", () => {
  assertAlmostEquals(entropyOf([1, 1, 1, 2]), 0.8112781244591328, 1e-15);
  assertAlmostEquals(
    entropyOf([..."hello"].map((c) => c.charCodeAt(0))),
    1.9219280948873623,
    1e-15,
  );
});

Deno.test("entropy is of the interval only", () => {
  assertEquals(entropy(Uint8Array.of(9, 1, 2, 9), 1, 3), 1);
  assertEquals(entropy(Uint8Array.of(1, 2), 2, 1), 0);
});
