import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createCipheriv, createPrivateKey, diffieHellman, hkdfSync } from "node:crypto";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { importKeyPair, importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newAgreementKey } from "../../lib/seal/agreement_key_io.ts";
import { type KeyPair, keyPairOf, PKCS8_PREFIX } from "../../lib/seal/key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { SEAL_BYTES, sealBody, SealedBodyOpener } from "../../lib/seal/sealed_body.ts";
import { LOW_ORDER_KEYS } from "./noise_vector.ts";
import { parseHex } from "../../lib/base/bytes/bytes.ts";

const CONTENT = new TextEncoder().encode("what was seen");
const CLAIMS = Uint8Array.of(1, 2, 3);
const READER = newKeyPair();

async function openerOf(...pairs: KeyPair[]): Promise<SealedBodyOpener> {
  return new SealedBodyOpener(await Promise.all(pairs.map(importStaticKey)));
}

async function seal(content = CONTENT, claims = CLAIMS): Promise<Uint8Array> {
  return (await sealBody(READER.publicKey, await newAgreementKey(), content, claims))!;
}

/** The same by another library, after docs/protocol.md. */
function sealByNode(reader: KeyPair, ephemeral: KeyPair, keyId: Uint8Array): Uint8Array {
  const [own, theirs] = [ephemeral, reader].map(({ privateKey }) =>
    createPrivateKey({
      key: concat([PKCS8_PREFIX, privateKey]) as unknown as string,
      format: "der",
      type: "pkcs8",
    })
  );
  const secret = diffieHellman({ privateKey: own!, publicKey: theirs! });
  const salt = concat([ephemeral.publicKey, reader.publicKey]);
  const key = new Uint8Array(hkdfSync("sha256", secret, salt, "farcap sealed batch", 32));
  const cipher = createCipheriv("aes-256-gcm", key, new Uint8Array(12));
  cipher.setAAD(CLAIMS);
  const ciphertext = [cipher.update(CONTENT), cipher.final()].map((each) => new Uint8Array(each));
  const tag = new Uint8Array(cipher.getAuthTag());
  return concat([keyId, ephemeral.publicKey, ...ciphertext, tag]);
}

Deno.test("a sealed body is what another library makes of the protocol, byte for byte", async () => {
  const reader = keyPairOf(new Uint8Array(32).fill(3));
  const ephemeral = keyPairOf(new Uint8Array(32).fill(5));
  const sealed = await sealBody(
    reader.publicKey,
    await importKeyPair(ephemeral),
    CONTENT,
    CLAIMS,
  );
  // printf %s <public key in hex> | xxd -r -p | sha256sum
  const keyId = parseHex("3d74359e")!;
  assertEquals(sealed, sealByNode(reader, ephemeral, keyId));
  assertEquals(sealed!.length, CONTENT.length + SEAL_BYTES);
});

Deno.test("the owner of the key opens it, with any of several keys; nobody else does", async () => {
  const sealed = await seal();
  assertEquals(await (await openerOf(newKeyPair(), READER)).open(sealed, CLAIMS), CONTENT);
  assertEquals(await (await openerOf(newKeyPair())).open(sealed, CLAIMS), undefined);
  assertEquals(await (await openerOf()).open(sealed, CLAIMS), undefined);
  const again = await seal();
  assertNotEquals(again, sealed);
});

Deno.test("a sealed body with any byte changed, cut or lengthened is not opened, nor beside other claims", async () => {
  const opener = await openerOf(READER);
  const sealed = await seal();
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at]! ^= 1;
    assertEquals(await opener.open(changed, CLAIMS), undefined, `byte ${at}`);
    assertEquals(await opener.open(sealed.subarray(0, at), CLAIMS), undefined, `${at} bytes`);
  }
  assertEquals(await opener.open(concat([sealed, Uint8Array.of(0)]), CLAIMS), undefined);
  assertEquals(await opener.open(sealed, Uint8Array.of(1, 2, 4)), undefined);
});

Deno.test("keys of low order neither seal nor open", async () => {
  const opener = await openerOf(READER);
  const sealed = await seal();
  for (const key of LOW_ORDER_KEYS.map((hex) => parseHex(hex)!)) {
    assertEquals(await sealBody(key, await newAgreementKey(), CONTENT, CLAIMS), undefined);
    const forged = sealed.slice();
    forged.set(key, 4);
    assertEquals(await opener.open(forged, CLAIMS), undefined);
  }
  assert(await opener.open(sealed, CLAIMS));
});
