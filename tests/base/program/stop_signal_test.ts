import { assertEquals } from "@std/assert";
import { linesOf } from "../../../tools/lines_of.ts";

const STOP_SIGNAL = new URL("../../../lib/base/program/stop_signal_io.ts", import.meta.url);

/** Says when it listens and when it is asked to stop, and goes on all the same. */
const CODE = `
  import { stopSignal } from "${STOP_SIGNAL}";
  const signal = stopSignal();
  signal.addEventListener("abort", () => console.log("asked"));
  setInterval(() => console.log("on"), 50);
  console.log("ready " + signal.aborted);
`;

for (const [first, second] of [["SIGINT", "SIGTERM"], ["SIGTERM", "SIGINT"]] as const) {
  Deno.test(`${first} aborts once, ${second} with it changes nothing, later it ends the program`, async () => {
    await using child = evaluate(CODE, "null");
    const lines = linesOf(child.stdout);
    const said: string[] = [];
    const until = async (wanted: string) => {
      for (let next = await lines.next(); !next.done; next = await lines.next()) {
        said.push(next.value);
        if (next.value === wanted) return;
      }
    };
    await until("ready false");
    child.kill(first);
    await until("asked");
    child.kill(second);
    await until("on");
    await until("on");
    const ended = child.status;
    const later = setInterval(() => child.kill(second), 200);
    ended.finally(() => clearInterval(later));
    await until("the end");
    assertEquals((await ended).signal, second);
    assertEquals(said.filter((line) => line === "asked").length, 1);
  });
}

Deno.test("called again after a signal it listens for the next one; one more ends the program", async () => {
  const code = `
    import { stopSignal } from "${STOP_SIGNAL}";
    const listen = (name) => stopSignal().addEventListener("abort", () => console.log(name));
    listen("first");
    setInterval(() => {}, 1000);
    console.log("ready");
    for await (const _ of Deno.stdin.readable) {
      listen("second");
      console.log("ready again");
    }
  `;
  await using child = evaluate(code, "piped");
  const lines = linesOf(child.stdout);
  const next = async () => (await lines.next()).value;
  const stdin = child.stdin.getWriter();
  assertEquals(await next(), "ready");
  child.kill("SIGINT");
  assertEquals(await next(), "first");
  await stdin.write(new Uint8Array(1));
  assertEquals(await next(), "ready again");
  child.kill("SIGINT");
  assertEquals(await next(), "second");
  const later = setInterval(() => child.kill("SIGINT"), 200);
  const { signal } = await child.status.finally(() => clearInterval(later));
  assertEquals([signal, await next()], ["SIGINT", undefined]);
  await stdin.close().catch(() => {});
});

function evaluate(code: string, stdin: "null" | "piped"): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdin,
    stdout: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
}
