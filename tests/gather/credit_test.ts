import { assertEquals } from "@std/assert";
import { Credit } from "../../lib/gather/credit.ts";

/** Takes one and notes its name when it has it. */
function take(credit: Credit, name: string, taken: string[]): void {
  credit.take().then(() => taken.push(name));
}

/** Lets everything run that needs no other thread. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("Credit lets four go at once, and each further one for one that is given back", async () => {
  const credit = new Credit();
  const taken: string[] = [];
  for (const name of "abcdefg") take(credit, name, taken);
  await settle();
  assertEquals(taken.join(""), "abcd");
  credit.give();
  await settle();
  assertEquals(taken.join(""), "abcde", "who came first goes first");
  credit.give();
  credit.give();
  await settle();
  assertEquals(taken.join(""), "abcdefg");
});

Deno.test("Credit given back while nobody waits is there for the next", async () => {
  const credit = new Credit();
  const taken: string[] = [];
  for (const name of "abcd") take(credit, name, taken);
  credit.give();
  credit.give();
  for (const name of "efg") take(credit, name, taken);
  await settle();
  assertEquals(taken.join(""), "abcdef", "as many as were given back, not more");
});
