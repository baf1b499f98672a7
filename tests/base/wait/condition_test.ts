import { assertEquals } from "@std/assert";
import { Condition } from "../../../lib/base/wait/condition_io.ts";

Deno.test("notify() lets all go on that wait, and nobody who waits later", async () => {
  const changed = new Condition();
  const woken: string[] = [];
  const note = (name: string) => changed.wait().then(() => woken.push(name));
  const first = [note("a"), note("b")];
  changed.notify();
  const later = note("c");
  await Promise.all(first);
  assertEquals(woken, ["a", "b"]);
  changed.notify();
  await later;
  assertEquals(woken, ["a", "b", "c"]);
});

Deno.test("whoever waits with a limit goes on at the limit, and leaves no timer when notified before", async () => {
  const changed = new Condition();
  await changed.wait(5);
  await changed.wait(-1);
  const waiting = changed.wait(60_000); // the sanitizer of timers watches
  changed.notify();
  await waiting;
});
