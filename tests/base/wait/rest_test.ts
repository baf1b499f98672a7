import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { rest } from "../../../lib/base/wait/rest_io.ts";

Deno.test("a rest until a time that has passed is short, and the runtime says nothing of it", async () => {
  const warnings: string[] = [];
  const warned = ({ name }: Error) => warnings.push(name);
  process.on("warning", warned);
  const beganMs = performance.now();
  await rest(-5);
  await rest(1); // a warning comes later than what it is about
  process.off("warning", warned);
  assert(performance.now() - beganMs < 20_000);
  assertEquals(warnings, []);
});

Deno.test("a rest ends with its signal, before and while it lasts", async () => {
  const stop = new AbortController();
  const resting = rest(60_000, stop.signal);
  stop.abort();
  await resting;
  await rest(60_000, stop.signal);
});
