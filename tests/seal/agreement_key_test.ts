import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { agree, importKeyPair, importStaticKey, keyIdOf } from "../../lib/seal/agreement_key.ts";
import { newAgreementKey } from "../../lib/seal/agreement_key_io.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { LOW_ORDER_KEYS } from "./noise_vector.ts";

const hex = (text: string) => parseHex(text)!;
// RFC 7748, section 6.1.
const ALICE = keyPairOf(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
const BOB = keyPairOf(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
const SECRET = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

Deno.test("agree() gives both sides the secret of RFC 7748 section 6.1", async () => {
  for (const [own, theirs] of [[ALICE, BOB], [BOB, ALICE]] as const) {
    const secret = await agree(await importKeyPair(own), theirs.publicKey);
    assertEquals(secret && encodeHex(secret), SECRET);
  }
});

Deno.test("agree() refuses keys of low order and of another length", async () => {
  const own = await importKeyPair(ALICE);
  for (const key of [...LOW_ORDER_KEYS, "", SECRET + "00", SECRET.slice(2)]) {
    assertEquals(await agree(own, hex(key)), undefined, key);
  }
});

Deno.test("a static key is named by the first bytes of its SHA-256", async () => {
  // printf 8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a | xxd -r -p | sha256sum
  const id = hex("300c9c96");
  assertEquals(await keyIdOf(ALICE.publicKey), id);
  assertEquals((await importStaticKey(ALICE)).id, id);
});

Deno.test("newAgreementKey() makes another pair each time, its halves belonging together", async () => {
  const [one, other] = [await newAgreementKey(), await newAgreementKey()];
  assertNotEquals(one.publicKey, other.publicKey);
  const secret = await agree(one, other.publicKey);
  assert(secret);
  assertEquals(await agree(other, one.publicKey), secret);
});
