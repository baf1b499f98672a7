/**
 * deno task fuzz [-seconds N] [-seed S] [-frames N] [CAPTURE…]
 *
 * Decodes frames for N seconds (60), or so many, each made of a captured one by a few changes that follow
 * from the seed and its number (`decode/mutate.ts`); after every two hundredth a whole capture file that was
 * changed so is read, in one piece and in small ones, and after every four hundredth the frames of a capture
 * are followed, some of them changed, lost, doubled or late. Ends with the first exception, with a decoder that
 * breaks its contract, with a file that is read differently in pieces, and where records, their bytes (as they
 * are, and rewritten as by -anonymize), or what was read of a frame pass a multiple of its length; says then
 * which seed it was, so that `-seed S -frames 1` does it again. Every ten seconds it says on stderr how far it
 * is. Takes our own captures, and those that are named.
 */
import { parseArgs } from "@std/cli";
import { pathToFileURL } from "node:url";
import { type Capture, captures } from "./decode/captured_frames.ts";
import { Fuzzer } from "./fuzzer.ts";

const PROGRESS_MS = 10_000;

const { seconds, frames, seed, _: files } = parseArgs(
  Deno.args.map((arg) => arg.replace(/^-(?=\w)/, "--")),
  { string: ["seconds", "frames", "seed"], default: { seconds: "60", seed: "1" } },
);
const named = files.map((file): Capture => ({
  name: `${file}`,
  url: pathToFileURL(`${file}`),
  expected: pathToFileURL("/"),
}));
const fuzzer = new Fuzzer([...captures(), ...named]);
const first = Number(seed);
const last = frames === undefined ? Infinity : first + Number(frames) - 1;
const end = performance.now() + (frames === undefined ? 1000 * Number(seconds) : Infinity);
let said = performance.now();
let next = first;
while (next <= last && performance.now() < end) {
  fuzzer.run(next++);
  if (performance.now() - said < PROGRESS_MS) continue;
  said = performance.now();
  console.error(`${next - first} frames, to seed ${next - 1}`);
}
console.log(`Seeds ${first} to ${next - 1}: no exception; ${fuzzer.summary()}`);
