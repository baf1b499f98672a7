import { assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";

const STOP_SIGNAL = new URL("../../lib/base/stop_signal_io.ts", import.meta.url);

/** Says when it listens and when it is asked to stop, and goes on all the same. */
const CODE = `
  import { stopSignal } from "${STOP_SIGNAL}";
  const signal = stopSignal();
  signal.addEventListener("abort", () => console.log("asked"));
  setInterval(() => {}, 1000);
  console.log("ready " + signal.aborted);
`;

for (const [first, second] of [["SIGINT", "SIGTERM"], ["SIGTERM", "SIGINT"]] as const) {
  Deno.test(`${first} aborts once, and ${second} after it ends the program`, async () => {
    await using child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", CODE],
      stdin: "null",
      stdout: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    const lines = child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .values();
    assertEquals((await lines.next()).value, "ready false");
    child.kill(first);
    assertEquals((await lines.next()).value, "asked");
    child.kill(second);
    assertEquals((await lines.next()).done, true);
    assertEquals((await child.status).signal, second);
  });
}
