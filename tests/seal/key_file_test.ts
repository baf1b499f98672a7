import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { KeyFileError } from "../../lib/base/errors.ts";
import { isExposed, newKeyPair, readKey, writeKeyPair } from "../../lib/seal/key_file_io.ts";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
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

Deno.test("newKeyPair() makes another pair each time, its halves belonging together", () => {
  const [one, other] = [newKeyPair(), newKeyPair()];
  for (const { publicKey, privateKey } of [one, other]) {
    assertEquals(keyPairOf(privateKey).publicKey, publicKey);
  }
  assertNotEquals(one.privateKey, other.privateKey);
});

Deno.test("writeKeyPair() writes neither key when either is there, or the folder cannot be", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/pub.key`, "mine");
    const exists = await assertRejects(() => writeKeyPair(folder, false), KeyFileError, "-force");
    assertEquals(exists.code, "exists");
    await assertRejects(() => Deno.lstat(`${folder}/priv.key`), Deno.errors.NotFound);

    const missing = await assertRejects(
      () => writeKeyPair(`${folder}/pub.key/none`, false),
      KeyFileError,
      `Cannot write ${folder}/pub.key/none/priv.key: a part of its path is no folder`,
    );
    assertEquals(missing.code, "write-failed");
  }));

Deno.test("writeKeyPair() with force gives a private key that others could read to its owner only", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/priv.key`, "mine", { mode: 0o644 });
    assertEquals(await isExposed(`${folder}/priv.key`), true);
    await writeKeyPair(folder, true);
    assertEquals(await isExposed(`${folder}/priv.key`), false);
  }));

Deno.test("a key given as digits is in no file that others could read", async () => {
  assertEquals(await isExposed("0".repeat(64)), false);
});

Deno.test({
  name: "readKey() without read permission says what can be done, but takes digits",
  permissions: { read: false },
  async fn() {
    const digits = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    assertEquals(await readKey(digits, "key"), parseHex(digits)!);
    const error = await assertRejects(() => readKey("pub.key", "public key"), KeyFileError);
    assertEquals(error.code, "not-permitted");
    assertEquals(
      error.message,
      "Cannot read the public key in pub.key: Deno does not permit it; wanted: --allow-read=pub.key; " +
        "the key may also be given as 64 hex digits",
    );
  },
});

Deno.test("readKey() does not show a key that is cut or has too much around it", async () => {
  const digits = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
  for (
    const wrong of [digits.slice(1), `${digits} `, `0x${digits}`, `"${digits}"`, digits + "00"]
  ) {
    const error = await assertRejects(() => readKey(wrong, "private key"), KeyFileError);
    assertEquals(error.message.includes(digits.slice(10, 20)), false, error.message);
    assertStringIncludes(error.message, "64 hex digits");
  }
});
