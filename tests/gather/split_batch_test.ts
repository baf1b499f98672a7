import { assertEquals } from "@std/assert";
import { splitBatch } from "../../lib/gather/split_batch.ts";

/** Framed records with bodies of these sizes. */
function framed(sizes: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sizes.flatMap((size) => [size, ...new Array(size).fill(size)]));
}

Deno.test("splitBatch() cuts between the records nearest the middle, each side at least one", () => {
  const cases = [
    [[1, 1], [1, 1]],
    [[10, 10, 10, 10], [2, 2]],
    [[100, 1, 1], [1, 2]],
    [[1, 1, 100], [2, 1]],
    [[1, 100], [1, 1]],
    [[30, 30, 30], [1, 2]],
  ] as const;
  for (const [sizes, counts] of cases) {
    const data = framed([...sizes]);
    const halves = splitBatch({ type: 7, count: sizes.length, data });
    assertEquals(halves.map(({ count }) => count), [...counts], `${sizes}`);
    assertEquals(halves.flatMap((half) => [...half.data]), [...data], `${sizes}`);
  }
});
