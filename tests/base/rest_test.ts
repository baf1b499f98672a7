import { assertEquals } from "@std/assert";
import { rest } from "../../lib/base/rest_io.ts";

Deno.test("a time that is over is not waited for, and nothing is said about it", async () => {
  // The runtime warns of timers that are to be over before they begin, once in a process.
  const script = `const { rest } = await import("${new URL(
    "../../lib/base/rest_io.ts",
    import.meta.url,
  )}"); await rest(-5); await rest(-Infinity);`;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
});

Deno.test("an abort ends it, one before its beginning too", async () => {
  const stop = new AbortController();
  const resting = rest(3_600_000, stop.signal);
  stop.abort();
  await resting;
  await rest(3_600_000, stop.signal);
});
