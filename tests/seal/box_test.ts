import { assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { BoxOpener, sealBox } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
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

Deno.test("a sender is known from its first good box on, and a flood of made-up keys changes nothing", () => {
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
  const known = () => senders.map(({ publicKey }) => opener.knows(publicKey));
  assertEquals(known(), [false, false]);
  openBoth();
  assertEquals(known(), [true, true]);
  for (let madeUp = 3; madeUp < 10; madeUp++) {
    const stranger = new Uint8Array(32).fill(madeUp);
    assertEquals(opener.open(boxes[0]!.box, nonce, stranger), undefined);
    assertEquals(opener.knows(stranger), false);
  }
  assertEquals(known(), [true, true]);
  openBoth();
});

Deno.test("the keys of the senders seen last are kept", () => {
  const collector = keyPairOf(hex(VECTOR.collectorPrivateKey));
  const opener = new BoxOpener(collector.privateKey, 2);
  const nonce = hex(VECTOR.nonce);
  const wasKnown = (seed: number) => {
    const { publicKey, privateKey } = keyPairOf(new Uint8Array(32).fill(seed));
    const box = sealBox(new Uint8Array(9), nonce, sharedKey(collector.publicKey, privateKey)!);
    const isKnown = opener.knows(publicKey);
    assertEquals(opener.open(box, nonce, publicKey), new Uint8Array(9));
    return isKnown;
  };
  assertEquals([1, 2, 1, 3, 1, 2].map(wasKnown), [false, false, true, false, true, false]);
});

Deno.test("what a known sender sends costs no key agreement, whichever of our keys it is for", () => {
  const ours = [11, 12].map((seed) => keyPairOf(new Uint8Array(32).fill(seed)));
  const opener = new BoxOpener(ours[0]!.privateKey);
  const privateKeys = ours.map(({ privateKey }) => privateKey.slice());
  opener.setKeys(privateKeys);
  const nonce = hex(VECTOR.nonce);
  const { publicKey, privateKey } = keyPairOf(new Uint8Array(32).fill(1));
  const boxes = ours.map((each) =>
    sealBox(new Uint8Array(9), nonce, sharedKey(each.publicKey, privateKey)!)
  );
  assertEquals(opener.open(boxes[0]!, nonce, publicKey), new Uint8Array(9));
  for (const each of privateKeys) each.fill(0); // nobody can agree on anything with these
  for (const box of boxes) assertEquals(opener.open(box, nonce, publicKey), new Uint8Array(9));
});
