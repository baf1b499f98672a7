import { assertEquals } from "@std/assert";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { type AgreementKey, importKeyPair } from "../../lib/seal/agreement_key.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import {
  MESSAGE_1_BYTES,
  MESSAGE_2_BYTES,
  NoiseInitiator,
  NoiseResponder,
} from "../../lib/seal/noise.ts";
import { checkNoiseVector } from "./check_noise_vector.ts";
import { LOW_ORDER_KEYS, NOISE_VECTOR } from "./noise_vector.ts";

const hex = (text: string) => parseHex(text)!;
const pair = (privateKey: string) => importKeyPair(keyPairOf(hex(privateKey)));
const own = await pair(NOISE_VECTOR.init_static);
const collector = await pair(NOISE_VECTOR.resp_static);
const ephemeral = await pair(NOISE_VECTOR.init_ephemeral);
const otherEphemeral = await pair(NOISE_VECTOR.resp_ephemeral);
const prologue = new TextEncoder().encode("farcap");

Deno.test("a handshake and what follows are byte for byte those of cacophony's vector", () =>
  checkNoiseVector(NOISE_VECTOR));

Deno.test("both sides have the same hash, and the responder the initiator's key, after empty payloads", async () => {
  const { initiator, responder } = await begin();
  assertEquals(initiator.message1.length, MESSAGE_1_BYTES);
  assertEquals(responder.remoteKey, own.publicKey);
  const answer = (await responder.finish(otherEphemeral))!;
  assertEquals(answer.message2.length, MESSAGE_2_BYTES);
  const finished = (await initiator.finish(answer.message2))!;
  assertEquals(finished.payload.length, 0);
  assertEquals(finished.session.handshakeHash, answer.session.handshakeHash);
});

Deno.test("a message with any one bit changed, cut or longer is refused", async () => {
  const options = { own: collector, prologue };
  const { initiator: { message1 }, responder } = await begin();
  for (const changed of everyChange(message1)) {
    assertEquals(await NoiseResponder.begin(changed, options), undefined);
  }
  const { message2 } = (await responder.finish(otherEphemeral))!;
  for (const changed of everyChange(message2)) {
    const { initiator } = await begin();
    assertEquals(await initiator.finish(changed), undefined);
  }
});

Deno.test("another prologue or another responder's key is refused", async () => {
  const { initiator: { message1 } } = await begin();
  const refused = [
    { own: collector, prologue: new Uint8Array(0) },
    { own: otherEphemeral, prologue },
  ];
  for (const options of refused) {
    assertEquals(await NoiseResponder.begin(message1, options), undefined);
  }
});

Deno.test("public keys of low order are refused wherever the other side could put one", async () => {
  for (const key of LOW_ORDER_KEYS.map(hex)) {
    const lowOrder: AgreementKey = { publicKey: key, privateKey: own.privateKey };
    // The responder's static key.
    const options = { own, remote: key, ephemeral, prologue };
    assertEquals(await NoiseInitiator.begin(options), undefined);
    // The initiator's ephemeral, then its static key.
    const { initiator: { message1 } } = await begin();
    message1.set(key);
    assertEquals(await NoiseResponder.begin(message1, { own: collector, prologue }), undefined);
    const { initiator: forged } = await begin(lowOrder);
    assertEquals(
      await NoiseResponder.begin(forged.message1, { own: collector, prologue }),
      undefined,
    );
    // The responder's ephemeral.
    const { initiator, responder } = await begin();
    const { message2 } = (await responder.finish(otherEphemeral))!;
    message2.set(key);
    assertEquals(await initiator.finish(message2), undefined);
  }
});

/** A handshake after message 1; `responder` is not there when it refuses. */
async function begin(
  initiatorKey = own,
): Promise<{ initiator: NoiseInitiator; responder: NoiseResponder }> {
  const remote = collector.publicKey;
  const initiator =
    (await NoiseInitiator.begin({ own: initiatorKey, remote, ephemeral, prologue }))!;
  const responder = await NoiseResponder.begin(initiator.message1, { own: collector, prologue });
  return { initiator, responder: responder! };
}

function* everyChange(message: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < message.length; at++) {
    const changed = message.slice();
    // The highest bit of an ephemeral key means nothing to X25519, but it is in the hash.
    changed[at]! ^= at % 32 === 31 ? 0x80 : 1 << (at % 8);
    yield changed;
    yield message.slice(0, at);
  }
  yield new Uint8Array([...message, 0]);
}
