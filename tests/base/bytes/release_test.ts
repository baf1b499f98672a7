import { assertEquals } from "@std/assert";
import { release } from "../../../lib/base/bytes/release.ts";

const RELEASE = new URL("../../../lib/base/bytes/release.ts", import.meta.url);

Deno.test("an array that is released has no bytes any more, nor have others of its buffer", () => {
  const bytes = new Uint8Array(8);
  const part = bytes.subarray(2);
  release(bytes);
  assertEquals([bytes.length, part.length, bytes.buffer.byteLength], [0, 0, 0]);
});

Deno.test("code for arrays of bytes outlives the first release where that was expected", async () => {
  assertEquals([await isKept(""), await isKept("expectRelease();")], [false, true]);
});

/** Whether V8 keeps what it has compiled of a function over the release of a buffer with two arrays. */
async function isKept(begin: string): Promise<boolean> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--v8-flags=--allow-natives-syntax"],
      `import { expectRelease, release } from "${RELEASE}";
      ${begin}
      globalThis.first = (bytes) => bytes[0];
      const v8 = (name) => new Function("return %" + name + "(first)")();
      const status = () => { first(new Uint8Array(8)); return v8("GetOptimizationStatus"); };
      v8("PrepareFunctionForOptimization");
      const plain = status();
      v8("OptimizeMaglevOnNextCall");
      const compiled = status();
      const bytes = new Uint8Array(8);
      const part = bytes.subarray(2);
      release(bytes);
      console.log(JSON.stringify({ plain, compiled, after: status(), part }));`,
    ],
    stderr: "inherit",
  }).output();
  const { plain, compiled, after } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([success, plain !== compiled], [true, true]);
  return after === compiled;
}
