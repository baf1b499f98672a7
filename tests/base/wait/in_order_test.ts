import { assertEquals } from "@std/assert";
import { InOrder } from "../../../lib/base/wait/in_order.ts";

/** Lets everything run that needs no other thread. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Work that is done when the test says so. */
class Works {
  readonly begun: string[] = [];
  readonly taken: string[] = [];
  readonly errors: unknown[] = [];
  readonly inOrder = new InOrder(3, (error) => this.errors.push(error));
  readonly #done = new Map<string, PromiseWithResolvers<string>>();

  begin(name: string): Promise<void> {
    const done = Promise.withResolvers<string>();
    this.#done.set(name, done);
    return this.inOrder.begin(() => {
      this.begun.push(name);
      return done.promise;
    }, (result) => {
      this.taken.push(result);
      return result === "bad" ? Promise.reject("taking bad") : Promise.resolve();
    });
  }

  finish(name: string): Promise<void> {
    this.#done.get(name)!.resolve(name);
    return settle();
  }

  fail(name: string): Promise<void> {
    this.#done.get(name)!.reject(`making ${name}`);
    return settle();
  }
}

Deno.test("work of which the last is done first is taken in the order in which it began", async () => {
  const works = new Works();
  for (const name of "abc") await works.begin(name);
  await works.finish("c");
  await works.finish("b");
  assertEquals([works.taken, works.inOrder.isEmpty], [[], false]);
  await works.finish("a");
  assertEquals([works.taken.join(""), works.inOrder.isEmpty], ["abc", true]);
});

Deno.test("no more work begins than may be untaken", async () => {
  const works = new Works();
  for (const name of "abcde") works.begin(name);
  await works.finish("c");
  assertEquals(works.begun.join(""), "abc");
  await works.finish("a");
  assertEquals(works.begun.join(""), "abcd");
  let isDrained = false;
  works.inOrder.drained().then(() => isDrained = true);
  await works.finish("b");
  assertEquals([works.begun.join(""), isDrained], ["abcde", false]);
  await works.finish("d");
  assertEquals([works.taken.join(""), isDrained], ["abcd", true]);
  await works.finish("e");
});

Deno.test("what work throws, or who takes it, is told, and what comes behind it is taken", async () => {
  const works = new Works();
  for (const name of ["a", "bad", "c"]) await works.begin(name);
  await works.fail("a");
  await works.finish("bad");
  await works.finish("c");
  assertEquals(works.taken, ["bad", "c"]);
  assertEquals(works.errors, ["making a", "taking bad"]);
});
