import { assertEquals } from "@std/assert";
import { isMet, NATS_SERVER, needs, SMALL_DISK } from "../../needs.ts";
import { playNatsRound } from "./nats_round.ts";

Deno.test({
  ...needs(
    "what was acknowledged is in the stream and in its files once, all else at most once, whoever dies " +
      "(deno task chaos -rounds 1 -seed 1 -store nats)",
    NATS_SERVER,
  ),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "farcap-chaos-" });
    const hasSmallDisk = isMet(SMALL_DISK);
    const { problems } = await playNatsRound({ seed: 1, folder, hasSmallDisk, sensors: 12 });
    assertEquals(problems, [], `what was said is kept in ${folder}`);
    await Deno.remove(folder, { recursive: true });
  },
});
