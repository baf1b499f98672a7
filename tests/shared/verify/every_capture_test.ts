import { framesOf } from "../../decode/captured_frames.ts";
import { assertSameBothWays } from "../../verify/compact_both_ways.ts";
import { sharedCaptures } from "../shared_captures.ts";

const CAPTURES = sharedCaptures().map((capture) => ({ ...capture, frames: framesOf(capture) }));

const SOME = ["IPv4", "IPv6", "UDP", "DNS"];

for (
  const { how, context = true, isWanted = () => true } of [
    { how: "as they are by default" },
    { how: "without context", context: false },
    { how: "of some types", isWanted: (type: string) => SOME.includes(type) },
  ]
) {
  Deno.test(`compact batches become the records that decoders write, ${how}`, () => {
    for (const { name, frames } of CAPTURES) {
      assertSameBothWays(frames, { context }, isWanted, name);
    }
  });
}
