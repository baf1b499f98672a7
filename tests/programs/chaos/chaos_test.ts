import { assertEquals } from "@std/assert";
import { playRound } from "./round.ts";
import { isMet, needs, PYTHON, SMALL_DISK } from "../../needs.ts";

for (let seed = 1; seed <= 8; seed++) {
  Deno.test({
    ...needs(
      "what was acknowledged is stored once and all else at most once, and the books say so, whoever dies " +
        `(deno task chaos -rounds 1 -seed ${seed})`,
      PYTHON,
    ),
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "farcap-chaos-" });
      // Without root there is no disk to fill; the rest is the same.
      const { problems } = await playRound({ seed, folder, hasSmallDisk: isMet(SMALL_DISK) });
      assertEquals(problems, [], `the records are kept in ${folder}`);
      await Deno.remove(folder, { recursive: true });
    },
  });
}
