import { assert, assertEquals } from "@std/assert";
import { captures } from "./captured_frames.ts";
import { testEveryDecoder } from "./every_decoder.ts";

testEveryDecoder(captures());

Deno.test("every decoder has tests of its own", () => {
  const registry = Deno.readTextFileSync(
    new URL("../../lib/decode/registry.ts", import.meta.url),
  );
  const imports = registry.matchAll(/^(?:import \{.*)?\} from "\.\/(.+)\.ts";$/gm);
  const modules = [...imports].map(([, name]) => name);
  const hasTests = (name: string) => exists(new URL(`${name}_test.ts`, import.meta.url));
  assert(modules.length > 20, `only ${modules.length} modules found`);
  assertEquals(modules.filter((name) => !hasTests(name!)), []);
});

function exists(file: URL): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}
