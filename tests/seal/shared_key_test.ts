import { assertEquals, assertThrows } from "@std/assert";
import nacl from "tweetnacl";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { VECTOR } from "./vector.ts";

const hex = (text: string) => parseHex(text)!;

Deno.test("sharedKey() gives both sides the key of tweetnacl's box.before(), whatever the keys", () => {
  const random = randomNumbers(11);
  const key = () => Uint8Array.from({ length: 32 }, () => random(256));
  for (let round = 0; round < 100; round++) {
    const [one, other] = [keyPairOf(key()), keyPairOf(key())];
    const shared = sharedKey(one.publicKey, other.privateKey)!;
    assertEquals(shared, nacl.box.before(one.publicKey, other.privateKey));
    assertEquals(shared, sharedKey(other.publicKey, one.privateKey));
    // Keys off the curve and with the highest bit set, too.
    const wild = key();
    assertEquals(sharedKey(wild, one.privateKey), nacl.box.before(wild, one.privateKey));
  }
});

Deno.test("sharedKey() gives the first key of NaCl's own test, between Alice and Bob", () => {
  // D. J. Bernstein, "Cryptography in NaCl", sections 2 to 5: k1 of the two keys of RFC 7748, 6.1.
  const alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const bob = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  assertEquals(
    encodeHex(sharedKey(bob, alice)!),
    "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389",
  );
});

Deno.test("keys of another length are a mistake of the caller", () => {
  assertThrows(() => sharedKey(new Uint8Array(31), new Uint8Array(32)), RangeError);
  assertThrows(() => sharedKey(new Uint8Array(32), new Uint8Array(33)), RangeError);
});

Deno.test("sharedKey() refuses public keys of low order, with which everybody shares a key", () => {
  // RFC 7748 section 6.1 demands the check; the points are in its errata and in libsodium's list.
  const lowOrder = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ];
  for (const point of lowOrder) {
    assertEquals(sharedKey(hex(point), hex(VECTOR.collectorPrivateKey)), undefined, point);
  }
});
