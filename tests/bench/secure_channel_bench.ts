/** What a session's encryption costs: connecting, and batches of the usual length. */
import { concat } from "../../lib/base/bytes/bytes.ts";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newAgreementKey } from "../../lib/seal/agreement_key_io.ts";
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { KEY_LIMITS } from "../../lib/seal/limited_cipher.ts";
import { SecureChannel } from "../../lib/seal/secure_channel.ts";

const own = await importStaticKey(keyPairOf(new Uint8Array(32).fill(1)));
const collector = await importStaticKey(keyPairOf(new Uint8Array(32).fill(2)));
const remoteKey = collector.publicKey;
const limits = { ...KEY_LIMITS, renewAfterMessages: Infinity, maxMessages: Infinity };

const { sensor, ends } = await connect();
const batch: ChannelMessage = { type: 4, body: new Uint8Array(40 << 10) };
const small: ChannelMessage = { type: 5, body: new Uint8Array(16) };

Deno.bench("connect: both ends, to message 2", { group: "connect" }, async () => {
  await connect();
});

Deno.bench("10 MiB in batches of 40 KiB: seal and open", { group: "batches" }, async () => {
  for (let count = 0; count < 64; count++) {
    await sensor.send([batch, batch, batch, batch], 0);
    await ends.deliver();
  }
});

Deno.bench("10 MiB in batches of 40 KiB: seal only", { group: "batches" }, async () => {
  const lone = await connect();
  for (let count = 0; count < 64; count++) {
    await lone.sensor.send([batch, batch, batch, batch], 0);
    lone.ends.toCollector.length = 0;
  }
});

Deno.bench("10 MiB, one batch at a time: seal and open", { group: "batches" }, async () => {
  for (let count = 0; count < 256; count++) {
    await sensor.send([batch], 0);
    await ends.deliver();
  }
});

Deno.bench("1,000 messages of 16 bytes, one at a time", { group: "small" }, async () => {
  for (let count = 0; count < 1000; count++) {
    await sensor.send([small], 0);
    await ends.deliver();
  }
});

async function connect() {
  const toCollector: Uint8Array[] = [];
  const toSensor: Uint8Array[] = [];
  const sensor = (await SecureChannel.initiator({
    own,
    remoteKey,
    ephemeral: newAgreementKey,
    write: (bytes) => void toCollector.push(bytes),
    limits,
  }))!;
  const responder = SecureChannel.responder({
    keys: [collector],
    ephemeral: newAgreementKey,
    write: (bytes) => void toSensor.push(bytes),
    limits,
  });
  const deliver = async () => {
    for (const bytes of toCollector.splice(0)) {
      const { broken } = await responder.receive(bytes, 0);
      if (broken) throw new Error(broken);
    }
  };
  await deliver();
  await sensor.receive(concat(toSensor), 0);
  return { sensor, ends: { deliver, toCollector } };
}
