import { assertEquals } from "@std/assert";
import { Semaphore } from "../../../lib/base/wait/semaphore.ts";

/** Takes a permit and notes its name when it has it. */
function acquire(semaphore: Semaphore, name: string, taken: string[]): void {
  semaphore.acquire().then(() => taken.push(name));
}

/** Lets everything run that needs no other thread. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a semaphore of four lets four go at once, and each further one for one that is given back", async () => {
  const semaphore = new Semaphore(4);
  const taken: string[] = [];
  for (const name of "abcdefg") acquire(semaphore, name, taken);
  await settle();
  assertEquals(taken.join(""), "abcd");
  semaphore.release();
  await settle();
  assertEquals(taken.join(""), "abcde", "who came first goes first");
  semaphore.release();
  semaphore.release();
  await settle();
  assertEquals(taken.join(""), "abcdefg");
});

Deno.test("a permit given back while nobody waits is there for the next", async () => {
  const semaphore = new Semaphore(4);
  const taken: string[] = [];
  for (const name of "abcd") acquire(semaphore, name, taken);
  semaphore.release();
  semaphore.release();
  for (const name of "efg") acquire(semaphore, name, taken);
  await settle();
  assertEquals(taken.join(""), "abcdef", "as many as were given back, not more");
});
