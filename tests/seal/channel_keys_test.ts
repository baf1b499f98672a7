/** A renewal as such; tests/seal/secure_channel_rekey_test.ts has it within a channel. */
import { assert, assertEquals } from "@std/assert";
import { ChannelKeys, type RenewalStep, SWITCH } from "../../lib/seal/channel_keys.ts";
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { KEY_LIMITS } from "../../lib/seal/limited_cipher.ts";
import { NoiseInitiator, NoiseResponder } from "../../lib/seal/noise.ts";
import { COLLECTOR, ephemerals, SENSOR } from "./channel_ends.ts";

const HELLO = new TextEncoder().encode("hello");
const DUE_MS = KEY_LIMITS.renewAfterMs;

Deno.test("a renewal is four messages; each end then opens what the other seals under the new keys", async () => {
  const { sensor, collector } = await bothEnds();
  const rekey1 = await sensor.renewIfDue(DUE_MS);
  assert(rekey1);
  assertEquals(await sensor.renewIfDue(DUE_MS), undefined, "one renewal at a time");
  const rekey2 = await stepOf(collector, rekey1);
  assertEquals(rekey2.nextSending, undefined);
  const sensorSwitch = await stepOf(sensor, rekey2.message!);
  const collectorSwitch = await stepOf(collector, sensorSwitch.message!);
  assertEquals(await stepOf(sensor, collectorSwitch.message!), {});
  const sealed = await sensorSwitch.nextSending!.seal(HELLO, DUE_MS);
  assertEquals(await collector.receiving.open(sealed, DUE_MS), HELLO);
  const answer = await collectorSwitch.nextSending!.seal(HELLO, DUE_MS);
  assertEquals(await sensor.receiving.open(answer, DUE_MS), HELLO);
  assertEquals([sensor.epoch, collector.epoch], [1, 1]);
  assertEquals(sensor.handshakeHash, collector.handshakeHash);
  assertEquals([sensor.isRenewing, collector.isRenewing], [false, false]);
});

Deno.test("a switch that does not end its Noise message, holds something or was not agreed is refused", async () => {
  const nothing = { type: SWITCH, body: new Uint8Array(0) };
  const { sensor, collector } = await bothEnds();
  assertEquals(await collector.receive(nothing, true), "rekey out of place");
  await stepOf(collector, (await sensor.renewIfDue(DUE_MS))!);
  assertEquals(await collector.receive(nothing, false), "rekey out of place");
  assertEquals(await collector.receive({ ...nothing, body: HELLO }, true), "rekey refused");
  assertEquals([await sensor.receive(nothing, true), sensor.epoch], ["rekey out of place", 0]);
});

/** Two ends that have shaken hands, and a message at time 0 so that the keys have an age. */
async function bothEnds(): Promise<{ sensor: ChannelKeys; collector: ChannelKeys }> {
  const prologue = new Uint8Array(0);
  const ephemeral = await ephemerals(0)();
  const remote = COLLECTOR.publicKey;
  const initiator = (await NoiseInitiator.begin({ own: SENSOR, remote, ephemeral, prologue }))!;
  const responder = (await NoiseResponder.begin(initiator.message1, { own: COLLECTOR, prologue }))!;
  const answer = (await responder.finish(await ephemerals(1)()))!;
  const { session } = (await initiator.finish(answer.message2))!;
  const limits = KEY_LIMITS;
  const sensor = new ChannelKeys({
    isInitiator: true,
    own: SENSOR,
    remoteKey: remote,
    session,
    limits,
    ephemeral: ephemerals(2),
  });
  const collector = new ChannelKeys({
    isInitiator: false,
    own: COLLECTOR,
    remoteKey: SENSOR.publicKey,
    session: answer.session,
    limits,
    ephemeral: ephemerals(3),
  });
  await collector.receiving.open(await sensor.sending.seal(HELLO, 0), 0);
  return { sensor, collector };
}

/** What a message that ends its Noise message leads to; fails when it is refused. */
async function stepOf(keys: ChannelKeys, message: ChannelMessage): Promise<RenewalStep> {
  const step = await keys.receive(message, true);
  assert(typeof step !== "string", `${step}`);
  return step;
}
