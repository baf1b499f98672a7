import { captures } from "./decode/captured_frames.ts";
import { Fuzzer } from "./fuzzer.ts";

const SEEDS = 20_000;

Deno.test("frames and files that are changed anyhow cost no more than a multiple of their length", () => {
  const fuzzer = new Fuzzer(captures());
  for (let seed = 1; seed <= SEEDS; seed++) fuzzer.run(seed);
  console.log(fuzzer.summary());
});
