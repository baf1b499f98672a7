import { assert, assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { importKeyPair } from "../../lib/seal/agreement_key.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { NoiseInitiator, NoiseResponder } from "../../lib/seal/noise.ts";
import type { NOISE_VECTOR } from "./noise_vector.ts";

/** A vector of `Noise_IK_25519_AESGCM_SHA256`; not every one has the hash. */
export interface NoiseVector extends Omit<typeof NOISE_VECTOR, "handshake_hash"> {
  readonly handshake_hash?: string;
}

const hex = (text: string) => parseHex(text)!;
const pair = (privateKey: string) => importKeyPair(keyPairOf(hex(privateKey)));

/** Plays both sides of a vector; fails where they are not byte for byte what it says. */
export async function checkNoiseVector(vector: NoiseVector): Promise<void> {
  const [first, second, ...transport] = vector.messages;
  const initiator = await NoiseInitiator.begin({
    own: await pair(vector.init_static),
    remote: hex(vector.init_remote_static),
    ephemeral: await pair(vector.init_ephemeral),
    prologue: hex(vector.init_prologue),
    payload: hex(first!.payload),
  });
  assert(initiator);
  assertEquals(encodeHex(initiator.message1), first!.ciphertext);

  const responder = await NoiseResponder.begin(hex(first!.ciphertext), {
    own: await pair(vector.resp_static),
    prologue: hex(vector.resp_prologue),
  });
  assert(responder);
  assertEquals(encodeHex(responder.payload), first!.payload);
  assertEquals(responder.remoteKey, keyPairOf(hex(vector.init_static)).publicKey);
  const answer = await responder.finish(await pair(vector.resp_ephemeral), hex(second!.payload));
  assert(answer);
  assertEquals(encodeHex(answer.message2), second!.ciphertext);

  const finished = await initiator.finish(hex(second!.ciphertext));
  assert(finished);
  assertEquals(encodeHex(finished.payload), second!.payload);
  const sides = [finished.session, answer.session];
  if (vector.handshake_hash !== undefined) {
    for (const { handshakeHash } of sides) {
      assertEquals(encodeHex(handshakeHash), vector.handshake_hash);
    }
  }
  for (const [number, { payload, ciphertext }] of transport.entries()) {
    const [sender, receiver] = number % 2 === 0 ? sides : sides.toReversed();
    assertEquals(encodeHex(await sender!.sending.seal(hex(payload))), ciphertext);
    const opened = await receiver!.receiving.open(hex(ciphertext));
    assertEquals(opened && encodeHex(opened), payload);
  }
}
