import { assertEquals } from "@std/assert";
import { canRunPython } from "../write/read/python.ts";
import { canMakeDisk } from "../write/files/small_disk.ts";
import { playRound } from "./chaos_round.ts";

for (let seed = 1; seed <= 5; seed++) {
  Deno.test({
    name: "what was acknowledged is stored once and all else at most once, whoever dies " +
      `(deno task chaos -rounds 1 -seed ${seed})`,
    ignore: !canRunPython,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "farcap-chaos-" });
      // Without root there is no disk to fill; the rest is the same.
      const { problems } = await playRound({ seed, folder, hasSmallDisk: canMakeDisk });
      assertEquals(problems, [], `the records are kept in ${folder}`);
      await Deno.remove(folder, { recursive: true });
    },
  });
}
