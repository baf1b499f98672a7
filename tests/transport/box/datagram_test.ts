import { assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import { sealBox } from "../../../lib/seal/box.ts";
import { sharedKey } from "../../../lib/seal/shared_key.ts";
import { encodeDatagram, parseDatagram } from "../../../lib/transport/box/datagram.ts";
import { VECTOR } from "../../seal/vector.ts";

const hex = (text: string) => parseHex(text)!;

Deno.test("encodeDatagram() makes the original's datagram, and parseDatagram() takes it apart", () => {
  const key = sharedKey(hex(VECTOR.collectorPublicKey), hex(VECTOR.agentPrivateKey))!;
  const nonce = hex(VECTOR.nonce);
  const box = sealBox(hex(VECTOR.gzip), nonce, key);
  const datagram = encodeDatagram({ publicKey: hex(VECTOR.agentPublicKey), nonce, box });
  assertEquals(encodeHex(datagram), VECTOR.datagram);
  assertEquals(parseDatagram(datagram), { publicKey: hex(VECTOR.agentPublicKey), nonce, box });
});

Deno.test("parseDatagram() refuses what cannot hold an empty box", () => {
  assertEquals(parseDatagram(new Uint8Array(0)), undefined);
  assertEquals(parseDatagram(new Uint8Array(71)), undefined);
  assertEquals(parseDatagram(new Uint8Array(72))?.box.length, 16);
});
