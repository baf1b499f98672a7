/** What the parts of the library load: who uses one is not to pay for the others. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** Modules of ours that an entry point loads, also later on, or takes types of: paths below the root. */
async function modulesOf(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: ROOT,
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const root = `file://${await Deno.realPath(ROOT)}/`;
  return modules.map(({ specifier }: { specifier: string }) => specifier)
    .filter((specifier: string) => specifier.startsWith(root))
    .map((specifier: string) => specifier.slice(root.length));
}

/** `lib/base` of `lib/base/x.ts`, `proto` of `proto/x.ts`. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.map((path) =>
    path.split("/").slice(0, path.startsWith("lib/") ? 2 : 1).join("/")
  );
  return [...new Set(folders)].sort();
}

Deno.test("who reads records loads neither QUIC nor libpcap", async () => {
  assertEquals(foldersOf(await modulesOf("mod/records.ts")), [
    ...["lib/base", "lib/gather", "lib/pack", "lib/write", "mod", "proto"],
  ]);
});

Deno.test("who captures loads nothing that decodes, sends or stores", async () => {
  assertEquals(foldersOf(await modulesOf("mod/capture.ts")), [
    ...["ffi", "lib/base", "lib/capture", "mod"],
  ]);
});

Deno.test("who decodes loads nothing that touches the world", async () => {
  const modules = await modulesOf("mod/decode.ts");
  assertEquals(foldersOf(modules), ["lib/base", "lib/capture", "lib/decode", "mod", "proto"]);
  assertEquals(modules.filter((path) => path.endsWith("_io.ts")), []);
});

Deno.test("who sends loads nothing that captures or stores", async () => {
  const modules = await modulesOf("mod/transport.ts");
  const folders = foldersOf(modules);
  assertEquals(
    ["ffi", "lib/follow", "lib/verify", "lib/write"].filter((it) => folders.includes(it)),
    [],
  );
  assertEquals(modules.filter((path) => /^lib\/(capture|decode)\/.*_io\.ts$/.test(path)), []);
});

Deno.test("every entry point of the package is there", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  for (const path of Object.values<string>(exports)) {
    assert((await Deno.stat(new URL(path, ROOT))).isFile, path);
  }
  const parts = await Array.fromAsync(Deno.readDir(new URL("mod", ROOT)), ({ name }) => name);
  assertEquals(
    parts.sort(),
    Object.values<string>(exports).filter((path) => path.startsWith("./mod/"))
      .map((path) => path.slice("./mod/".length)).sort(),
  );
});
