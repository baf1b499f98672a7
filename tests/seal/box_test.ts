import { assertEquals } from "@std/assert";
import nacl from "tweetnacl";
import { encodeHex, parseHex } from "../../lib/base/bytes.ts";
import { BoxOpener, sealBox, sharedKey } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { VECTOR } from "./vector.ts";

const hex = (text: string) => parseHex(text)!;
const BOX = VECTOR.datagram.slice(2 * (32 + 24));

Deno.test("sealBox() makes the original's box", () => {
  const key = sharedKey(hex(VECTOR.collectorPublicKey), hex(VECTOR.agentPrivateKey))!;
  assertEquals(encodeHex(sealBox(hex(VECTOR.gzip), hex(VECTOR.nonce), key)), BOX);
});

Deno.test("open() opens the original's box, first and again", () => {
  const opener = new BoxOpener(hex(VECTOR.collectorPrivateKey));
  for (let time = 0; time < 2; time++) {
    const content = opener.open(hex(BOX), hex(VECTOR.nonce), hex(VECTOR.agentPublicKey));
    assertEquals(content && encodeHex(content), VECTOR.gzip);
  }
});

Deno.test("open() refuses a box with any one byte changed, and another sender's key", () => {
  const opener = new BoxOpener(hex(VECTOR.collectorPrivateKey));
  const nonce = hex(VECTOR.nonce);
  for (let at = 0; at < BOX.length / 2; at++) {
    const box = hex(BOX);
    box[at]! ^= 1;
    assertEquals(opener.open(box, nonce, hex(VECTOR.agentPublicKey)), undefined, `byte ${at}`);
  }
  assertEquals(opener.open(hex(BOX), nonce, hex(VECTOR.collectorPublicKey)), undefined);
});

Deno.test("open() still opens a sender's box after the memory for keys was passed", () => {
  const collector = keyPairOf(hex(VECTOR.collectorPrivateKey));
  const opener = new BoxOpener(collector.privateKey, 2);
  const nonce = hex(VECTOR.nonce);
  const senders = [1, 2, 3, 4].map((seed) => keyPairOf(new Uint8Array(32).fill(seed)));
  for (let round = 0; round < 2; round++) {
    for (const { publicKey, privateKey } of senders) {
      const box = sealBox(
        new Uint8Array([round]),
        nonce,
        sharedKey(collector.publicKey, privateKey)!,
      );
      assertEquals(opener.open(box, nonce, publicKey), new Uint8Array([round]));
    }
  }
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

/** Counts the key agreements while `test` runs. */
function countAgreements(test: () => void): number {
  const { before } = nacl.box;
  let count = 0;
  nacl.box.before = (...keys) => {
    count++;
    return before(...keys);
  };
  try {
    test();
  } finally {
    nacl.box.before = before;
  }
  return count;
}

Deno.test("open() agrees on a key once a sender, and a flood of made-up keys changes nothing", () => {
  const collector = keyPairOf(hex(VECTOR.collectorPrivateKey));
  const opener = new BoxOpener(collector.privateKey, 2);
  const nonce = hex(VECTOR.nonce);
  const senders = [1, 2].map((seed) => keyPairOf(new Uint8Array(32).fill(seed)));
  const boxes = senders.map(({ publicKey, privateKey }) => {
    const box = sealBox(new Uint8Array(9), nonce, sharedKey(collector.publicKey, privateKey)!);
    return { box, publicKey };
  });
  const openBoth = () => {
    for (const { box, publicKey } of boxes) {
      assertEquals(opener.open(box, nonce, publicKey), new Uint8Array(9));
    }
  };
  assertEquals(countAgreements(openBoth), 2);
  for (let madeUp = 3; madeUp < 10; madeUp++) {
    assertEquals(opener.open(boxes[0]!.box, nonce, new Uint8Array(32).fill(madeUp)), undefined);
  }
  assertEquals(countAgreements(openBoth), 0);
});

Deno.test("the keys of the senders seen last are kept", () => {
  const collector = keyPairOf(hex(VECTOR.collectorPrivateKey));
  const opener = new BoxOpener(collector.privateKey, 2);
  const nonce = hex(VECTOR.nonce);
  const open = (seed: number) => {
    const { publicKey, privateKey } = keyPairOf(new Uint8Array(32).fill(seed));
    const box = sealBox(new Uint8Array(9), nonce, sharedKey(collector.publicKey, privateKey)!);
    return countAgreements(() => opener.open(box, nonce, publicKey));
  };
  assertEquals([1, 2, 1, 3, 1, 2].map(open), [1, 1, 0, 1, 0, 1]);
});
