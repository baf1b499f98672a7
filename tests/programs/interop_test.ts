/** The collector against a sensor in Python that was written after docs/protocol.md. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { prepareInterop } from "../../tools/interop.ts";
import { inFolder } from "./program.ts";
import { type Need, needs } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url);

const problem = await prepareInterop();
const LIBRARIES: Need = {
  what: `the libraries of tools/interop (${problem})`,
  isMet: () => problem === undefined,
};

Deno.test({
  ...needs(
    "a sensor in Python and the collector agree on sessions, files and the worked example",
    LIBRARIES,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "interop"],
        cwd: ROOT,
        env: { TMPDIR: folder, NO_COLOR: "1" },
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout);
      assertEquals(code, 0, said + new TextDecoder().decode(stderr));
      assert([...said.matchAll(/^ok /gm)].length >= 16, said);
      assertStringIncludes(said, "Python and the collector agree.");
    }),
});
