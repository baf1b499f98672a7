/** Loading the library, or not, in a process of its own. */
import { assertEquals, assertMatch } from "@std/assert";
import { inFolder } from "../programs/program.ts";
import { LIBPCAP, LINUX, needs } from "../needs.ts";
import { evaluate } from "./evaluate.ts";

const MODULE = new URL("../../ffi/libpcap.ts", import.meta.url).href;
const EVERYTHING = new URL("../../mod.ts", import.meta.url).href;

/** Loads the library, and says how that went. */
const OPEN = `
  import { openLibpcap } from "${MODULE}";
  try {
    openLibpcap();
    console.log("loaded");
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
`;

Deno.test({
  ...needs("importing loads nothing, opening does", LIBPCAP),
  fn: async () => {
    const said = await evaluate(`
      import { openLibpcap } from "${MODULE}";
      import "${EVERYTHING}";
      const isLoaded = () => Deno.readTextFileSync("/proc/self/maps").includes("libpcap");
      const before = isLoaded();
      openLibpcap();
      console.log(before, isLoaded());
    `);
    assertEquals(said, "false true\n");
  },
});

Deno.test({
  ...needs("opened twice, it is loaded once", LIBPCAP),
  fn: async () => {
    const said = await evaluate(`
      import { openLibpcap } from "${MODULE}";
      console.log(openLibpcap() === openLibpcap());
    `);
    assertEquals(said, "true\n");
  },
});

Deno.test({
  ...needs("without --allow-ffi the error says so", LINUX),
  fn: async () => {
    const said = await evaluate(OPEN, ["--allow-read"]);
    assertMatch(said, /^CaptureError not-permitted Cannot open libpcap: .*--allow-ffi\n$/);
  },
});

Deno.test({
  ...needs("without the library the error says what to install", LINUX),
  fn: () =>
    inFolder(async (folder) => {
      // The loader looks here first, and what it finds is no library.
      for (const name of ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"]) {
        await Deno.writeTextFile(`${folder}/${name}`, "");
      }
      const said = await evaluate(OPEN, ["--allow-all"], { LD_LIBRARY_PATH: folder });
      assertMatch(
        said,
        /^CaptureError library Cannot open libpcap: .*libpcap\.so\.1.*; install .*libpcap0\.8.*\n$/,
      );
    }),
});
