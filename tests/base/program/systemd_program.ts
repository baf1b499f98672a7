/** Tells systemd what standard input says, a line each; prints lines of problems, and how often it was asked for a proof. */
import { TextLineStream } from "@std/streams";
import { Systemd } from "../../../lib/base/program/systemd_io.ts";

const systemd = new Systemd({ line() {}, detail() {}, problem: (_, text) => console.log(text) });
let stuck: PromiseWithResolvers<void> | undefined;
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream());
for await (const line of lines) {
  if (line === "ready") systemd.ready();
  if (line === "status") systemd.status("two\nlines");
  if (line === "reload") await systemd.reload(() => Promise.resolve());
  if (line === "stopping") systemd.stopping();
  if (line === "watch") {
    systemd.watch(() => {
      if (stuck) console.log("asked in vain");
      return stuck?.promise ?? Promise.resolve();
    });
  }
  if (line === "stick") stuck = Promise.withResolvers();
  if (line === "go on") {
    stuck?.resolve();
    stuck = undefined;
  }
}
await systemd[Symbol.asyncDispose]();
