/** Shows a view and ends as its argument says. */
import { Output } from "../../lib/base/program/output_io.ts";
import { sensorView } from "../../lib/view/sensor_view.ts";
import { Top } from "../../lib/view/top_io.ts";

const output = new Output(undefined);
const top = Top.open(output, sensorView("a view"))!;
top.show([], () => ({}), new AbortController().signal);
setTimeout(() => {
  if (Deno.args[0] === "exit") Deno.exit(7);
  if (Deno.args[0] === "reject") void Promise.reject(new Error("nobody catches it"));
  else throw new Error("nobody catches it");
}, 500);
