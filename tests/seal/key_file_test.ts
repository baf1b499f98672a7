import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { KeyFileError } from "../../lib/base/errors.ts";
import { isExposed, readKey, writeKeyPair } from "../../lib/seal/key_file_io.ts";
import { parseHex } from "../../lib/base/bytes.ts";
import { keyPairOf } from "../../lib/seal/key.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeKeyPair() writes two matching keys as 64 hex digits, the private one for its owner only", () =>
  inFolder(async (folder) => {
    await writeKeyPair(folder, false);
    const publicText = await Deno.readTextFile(`${folder}/pub.key`);
    const privateText = await Deno.readTextFile(`${folder}/priv.key`);
    assert(/^[0-9a-f]{64}$/.test(publicText));
    assert(/^[0-9a-f]{64}$/.test(privateText));
    assertEquals(keyPairOf(parseHex(privateText)!).publicKey, parseHex(publicText)!);
    assertEquals((await Deno.stat(`${folder}/priv.key`)).mode! & 0o777, 0o600);
    assertEquals(await isExposed(`${folder}/priv.key`), false);
    assertEquals(await isExposed(`${folder}/pub.key`), true);
  }));

Deno.test("writeKeyPair() keeps a key that exists, unless it is forced", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/priv.key`, "mine", { mode: 0o644 });
    const error = await assertRejects(() => writeKeyPair(folder, false), KeyFileError);
    assertEquals(error.code, "exists");
    assertEquals(await Deno.readTextFile(`${folder}/priv.key`), "mine");
    await writeKeyPair(folder, true);
    assert((await Deno.readTextFile(`${folder}/priv.key`)) !== "mine");
    assertEquals((await Deno.stat(`${folder}/priv.key`)).mode! & 0o777, 0o600);
  }));

Deno.test("readKey() takes digits, a file, a file with a line end, and says why it takes no other", () =>
  inFolder(async (folder) => {
    const digits = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    const path = `${folder}/pub.key`;
    for (const text of [digits, `${digits}\n`, digits.toUpperCase()]) {
      await Deno.writeTextFile(path, text);
      assertEquals(await readKey(path, "key"), parseHex(digits)!);
    }
    assertEquals(await readKey(digits, "key"), parseHex(digits)!);

    await Deno.writeTextFile(path, digits.slice(2));
    const short = await assertRejects(() => readKey(path, "key"), KeyFileError);
    assertEquals(short.code, "malformed");
    assertStringIncludes(short.message, "62 hex digits");
    const missing = await assertRejects(() => readKey(`${folder}/none`, "key"), KeyFileError);
    assertEquals(missing.code, "not-found");
  }));
