/** The worked example of a session in docs/protocol.md, byte for byte what our own ends write. */
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import {
  type AgreementKey,
  importKeyPair,
  importStaticKey,
  keyIdOf,
} from "../../lib/seal/agreement_key.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { KEY_LIMITS } from "../../lib/seal/limited_cipher.ts";
import { NoiseInitiator } from "../../lib/seal/noise.ts";
import { SecureChannel } from "../../lib/seal/secure_channel.ts";
import {
  BYE,
  encodeHello,
  encodeOffer,
  encodeStored,
  encodeWelcome,
} from "../../lib/transport/session/session_message.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { VECTOR } from "../seal/vector.ts";
import { exampleUnder } from "./worked_example.ts";

/** By schema: where its example is, and what is said there in order. */
const EXAMPLES = [
  {
    schema: 2,
    values: exampleUnder("Worked example of a session"),
    messages: ["hello", "offer", "welcome", "batch", "stored"],
  },
  {
    schema: 1,
    values: exampleUnder("Worked example with schema 1"),
    messages: ["hello", "welcome", "batch", "stored"],
  },
];

type Values = ReadonlyMap<string, string>;

function bytesOf(example: Values, name: string): Uint8Array {
  const hex = example.get(name);
  assert(hex !== undefined, `a value ${name}`);
  return parseHex(hex)!;
}

function keyOf(example: Values, name: string): Promise<AgreementKey> {
  return importKeyPair(keyPairOf(bytesOf(example, `${name} private key`)));
}

const SESSION = 0x0807060504030201n;
const TIME = 1_600_000_000_000_000_001n;
const CREDIT = 65_536n;

function messagesOf(schema: number, example: Values): Readonly<Record<string, ChannelMessage>> {
  const records = bytesOf(example, "records");
  const values = {
    encodings: [1],
    storeId: Uint8Array.from({ length: 16 }, (_, n) => n),
    largestBatch: 1 << 20,
    time: 1_600_000_003_000_000_000n,
  };
  const welcome = { settled: 0n, credit: CREDIT, name: "alice" };
  return {
    hello: encodeHello({ schema, session: SESSION, oldest: 1n, next: 1n, name: "alice" }),
    ...(schema === 2 && { offer: encodeOffer({ encodings: [1] }) }),
    welcome: encodeWelcome({ ...welcome, ...(schema === 2 && { values }) }),
    batch: encodeBatch(schema, 1n, {
      parts: [{ type: 7, count: 1 }],
      encoding: 1,
      minute: 26_666_666,
      firstTime: TIME,
      lastTime: TIME,
      containsPayloads: false,
      crc: crc32(records),
      recordBytes: records.length,
      body: new Uint8Array(deflateRawSync(records, { level: 0 })),
    }),
    stored: encodeStored({
      settled: 1n,
      credit: CREDIT + 512n + BigInt(bytesOf(example, "batch").length - 5),
    }),
    bye: BYE,
  };
}

for (const { schema, values } of EXAMPLES) {
  Deno.test(`the example of schema ${schema} has the keys and the record of the datagram's`, () => {
    assertEquals(values.get("collector's private key"), VECTOR.collectorPrivateKey);
    assertEquals(values.get("sensor's private key"), VECTOR.agentPrivateKey);
    assertEquals(values.get("records"), "35" + VECTOR.ethernetRecord);
  });

  for (const [name, { type, body }] of Object.entries(messagesOf(schema, values))) {
    Deno.test(`the ${name} of schema ${schema}'s example is what our encoder makes`, () => {
      const length = [0, 8, 16, 24].map((shift) => (body.length >> shift) & 0xff);
      assertEquals(encodeHex(concat([Uint8Array.of(type, ...length), body])), values.get(name));
    });
  }
}

/** One end of the example's connection: what it writes, and what comes out of it. */
class End {
  channel!: SecureChannel;
  readonly received: ChannelMessage[] = [];
  #written: Uint8Array[] = [];
  readonly write = (bytes: Uint8Array): void => void this.#written.push(bytes);

  take(): string {
    const bytes = concat(this.#written);
    this.#written = [];
    return encodeHex(bytes);
  }

  async receive(example: Values, name: string, nowMs = 0): Promise<void> {
    const { messages, broken } = await this.channel.receive(bytesOf(example, name), nowMs);
    assertEquals(broken, undefined, name);
    this.received.push(...messages);
  }
}

/** Gives these keys, one after the other. */
function inTurn(keys: AgreementKey[]): () => Promise<AgreementKey> {
  return () => Promise.resolve(keys.shift()!);
}

for (const { schema, values, messages } of EXAMPLES) {
  Deno.test(`the stream's bytes in the example of schema ${schema} are what both ends of our channel write`, () =>
    checkStream(values, messagesOf(schema, values), messages));
}

async function checkStream(
  example: Values,
  encoded: Readonly<Record<string, ChannelMessage>>,
  order: readonly string[],
): Promise<void> {
  const ephemerals = async (who: string) =>
    inTurn([
      await keyOf(example, `${who} first ephemeral`),
      await keyOf(example, `${who} second ephemeral`),
    ]);
  const key = await importStaticKey(keyPairOf(bytesOf(example, "collector's private key")));
  assertEquals(encodeHex(await keyIdOf(key.publicKey)), example.get("key id"));

  const collector = new End();
  collector.channel = SecureChannel.responder({
    keys: [key],
    ephemeral: await ephemerals("collector's"),
    write: collector.write,
  });
  const sensor = new End();
  sensor.channel = (await SecureChannel.initiator({
    own: await keyOf(example, "sensor's"),
    remoteKey: key.publicKey,
    ephemeral: await ephemerals("sensor's"),
    write: sensor.write,
  }))!;

  assertEquals(sensor.take(), example.get("> message 1"));
  await collector.receive(example, "> message 1");
  assertEquals(collector.take(), example.get("< message 2"));
  await sensor.receive(example, "< message 2");
  for (const name of order) {
    const isSensors = example.has(`> ${name}`);
    const [from, to] = isSensors ? [sensor, collector] : [collector, sensor];
    await from.channel.send([encoded[name]!], 0);
    const arrow = `${isSensors ? ">" : "<"} ${name}`;
    assertEquals(from.take(), example.get(arrow), name);
    await to.receive(example, arrow);
  }

  const nowMs = KEY_LIMITS.renewAfterMs;
  await sensor.channel.send([], nowMs);
  assertEquals(sensor.take(), example.get("> rekey1"));
  await collector.receive(example, "> rekey1", nowMs);
  assertEquals(collector.take(), example.get("< rekey2"));
  await sensor.receive(example, "< rekey2", nowMs);
  assertEquals(sensor.take(), example.get("> switch"));
  await collector.receive(example, "> switch", nowMs);
  assertEquals(collector.take(), example.get("< switch"));
  await sensor.receive(example, "< switch", nowMs);
  await sensor.channel.send([BYE], nowMs);
  assertEquals(sensor.take(), example.get("> bye"));
  await collector.receive(example, "> bye", nowMs);

  const fromCollector = [encoded.welcome!, encoded.stored!];
  assertEquals(sensor.received, fromCollector);
  const fromSensor = Object.values(encoded).filter((message) => !fromCollector.includes(message));
  assertEquals(collector.received, fromSensor);
}

Deno.test("the example's handshake hash is the one that ends its handshake", async () => {
  const example = EXAMPLES[0]!.values;
  const noise = await NoiseInitiator.begin({
    own: await keyOf(example, "sensor's"),
    remote: keyPairOf(bytesOf(example, "collector's private key")).publicKey,
    ephemeral: await keyOf(example, "sensor's first ephemeral"),
    prologue: concat([
      new TextEncoder().encode("farcap/1"),
      Uint8Array.of(0, 1),
      bytesOf(example, "key id"),
    ]),
  });
  const established = await noise!.finish(bytesOf(example, "< message 2").subarray(2));
  assertEquals(encodeHex(established!.session.handshakeHash), example.get("handshake hash"));
});
