import { assert } from "@std/assert";
import { FIRST_RELEASE, HISTORY, needs } from "../needs.ts";
import { inFolder, type StartOptions } from "./program.ts";

const ROOT = `${import.meta.dirname}/../../`;

/**
 * A test in a folder of its own, with the options that start programs of 0.1.0, whose sources are taken
 * out of the history.
 */
export function testFirstRelease(
  name: string,
  run: (folder: string, old: StartOptions) => Promise<void>,
): void {
  Deno.test({
    ...needs(name, HISTORY),
    fn: () =>
      inFolder(async (folder) => {
        const root = `${folder}/0.1.0/`;
        await Deno.mkdir(root);
        const taking = `git -C "$1" archive ${FIRST_RELEASE} | tar -x -C "$2"`;
        const { success, stderr } = await new Deno.Command("sh", {
          args: ["-c", taking, "sh", ROOT, root],
        }).output();
        assert(success, new TextDecoder().decode(stderr));
        await run(folder, { root });
      }),
  });
}
