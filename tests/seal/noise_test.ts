import { assert, assertEquals } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes.ts";
import { type AgreementKey, importKeyPair } from "../../lib/seal/agreement_key.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import {
  MESSAGE_1_BYTES,
  MESSAGE_2_BYTES,
  NoiseInitiator,
  NoiseResponder,
} from "../../lib/seal/noise.ts";
import { LOW_ORDER_KEYS, NOISE_VECTOR } from "./noise_vector.ts";

const hex = (text: string) => parseHex(text)!;
const pair = (privateKey: string) => importKeyPair(keyPairOf(hex(privateKey)));
const own = await pair(NOISE_VECTOR.init_static);
const collector = await pair(NOISE_VECTOR.resp_static);
const ephemeral = await pair(NOISE_VECTOR.init_ephemeral);
const otherEphemeral = await pair(NOISE_VECTOR.resp_ephemeral);
const prologue = new TextEncoder().encode("farcap");

interface Vector extends Omit<typeof NOISE_VECTOR, "handshake_hash"> {
  readonly protocol_name: string;
  readonly handshake_hash?: string;
}

Deno.test("a handshake and what follows are byte for byte those of cacophony's vector", () =>
  checkVector({ ...NOISE_VECTOR, protocol_name: "Noise_IK_25519_AESGCM_SHA256" }));

const VECTORS = new URL("../../../shared/vectors/noise-ik.json", import.meta.url);
let vectors: readonly Vector[] = [];
try {
  vectors = JSON.parse(await Deno.readTextFile(VECTORS)).vectors;
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

Deno.test({
  name: "a handshake and what follows are byte for byte those of the public vectors",
  ignore: vectors.length === 0,
  async fn() {
    const ours = vectors.filter((it) => it.protocol_name === "Noise_IK_25519_AESGCM_SHA256");
    assertEquals(ours.length, 2);
    for (const vector of ours) await checkVector(vector);
  },
});

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

async function checkVector(vector: Vector): Promise<void> {
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
