/** The worked example of a session in docs/protocol.md, byte for byte what our own ends write. */
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes.ts";
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
  encodeBatch,
  encodeHello,
  encodeStored,
  encodeWelcome,
} from "../../lib/transport/session_message.ts";
import { VECTOR } from "../seal/vector.ts";
import { readDocument, sectionOf } from "./markdown.ts";

const EXAMPLE = parseExample();

/** The values of the example in hex, by their names. */
function parseExample(): ReadonlyMap<string, string> {
  const section = sectionOf(readDocument("docs/protocol.md"), "Worked example of a session");
  const values = new Map<string, string>();
  let name = "";
  for (const line of /^```\n(.*?)^```/ms.exec(section)![1]!.trimEnd().split("\n")) {
    const match = /^(?:(\S.*?):)?\s*([0-9a-f]*)$/.exec(line);
    assert(match, line);
    name = match[1] ?? name;
    values.set(name, (values.get(name) ?? "") + match[2]);
  }
  return values;
}

function bytesOf(name: string): Uint8Array {
  const hex = EXAMPLE.get(name);
  assert(hex !== undefined, `a value ${name}`);
  return parseHex(hex)!;
}

function keyOf(name: string): Promise<AgreementKey> {
  return importKeyPair(keyPairOf(bytesOf(`${name} private key`)));
}

const SESSION = 0x0807060504030201n;
const TIME = 1_600_000_000_000_000_001n;
const CREDIT = 65_536n;
const RECORDS = bytesOf("records");
const BODY = new Uint8Array(deflateRawSync(RECORDS, { level: 0 }));

const MESSAGES: Readonly<Record<string, ChannelMessage>> = {
  hello: encodeHello({ schema: 1, session: SESSION, oldest: 1n, next: 1n, name: "alice" }),
  welcome: encodeWelcome({ settled: 0n, credit: CREDIT, name: "alice" }),
  batch: encodeBatch(1n, {
    type: 7,
    count: 1,
    firstTime: TIME,
    lastTime: TIME,
    containsPayloads: false,
    crc: crc32(RECORDS),
    recordBytes: RECORDS.length,
    body: BODY,
  }),
  stored: encodeStored({
    settled: 1n,
    credit: CREDIT + 512n + BigInt(bytesOf("batch").length - 5),
  }),
  bye: BYE,
};

Deno.test("the session's example has the keys and the record of the datagram's", () => {
  assertEquals(EXAMPLE.get("collector's private key"), VECTOR.collectorPrivateKey);
  assertEquals(EXAMPLE.get("sensor's private key"), VECTOR.agentPrivateKey);
  assertEquals(EXAMPLE.get("records"), "35" + VECTOR.ethernetRecord);
});

for (const [name, { type, body }] of Object.entries(MESSAGES)) {
  Deno.test(`the example's ${name} is what our encoder makes`, () => {
    const length = [0, 8, 16, 24].map((shift) => (body.length >> shift) & 0xff);
    assertEquals(encodeHex(concat([Uint8Array.of(type, ...length), body])), EXAMPLE.get(name));
  });
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

  async receive(name: string, nowMs = 0): Promise<void> {
    const { messages, broken } = await this.channel.receive(bytesOf(name), nowMs);
    assertEquals(broken, undefined, name);
    this.received.push(...messages);
  }
}

/** Gives these keys, one after the other. */
function inTurn(keys: AgreementKey[]): () => Promise<AgreementKey> {
  return () => Promise.resolve(keys.shift()!);
}

Deno.test("the example's bytes in the stream are what both ends of our channel write", async () => {
  const ephemerals = async (who: string) =>
    inTurn([await keyOf(`${who} first ephemeral`), await keyOf(`${who} second ephemeral`)]);
  const key = await importStaticKey(keyPairOf(bytesOf("collector's private key")));
  assertEquals(encodeHex(await keyIdOf(key.publicKey)), EXAMPLE.get("key id"));

  const collector = new End();
  collector.channel = SecureChannel.responder({
    keys: [key],
    ephemeral: await ephemerals("collector's"),
    write: collector.write,
  });
  const sensor = new End();
  sensor.channel = (await SecureChannel.initiator({
    own: await keyOf("sensor's"),
    remoteKey: key.publicKey,
    ephemeral: await ephemerals("sensor's"),
    write: sensor.write,
  }))!;

  assertEquals(sensor.take(), EXAMPLE.get("> message 1"));
  await collector.receive("> message 1");
  assertEquals(collector.take(), EXAMPLE.get("< message 2"));
  await sensor.receive("< message 2");
  for (const name of ["hello", "welcome", "batch", "stored"]) {
    const isSensors = EXAMPLE.has(`> ${name}`);
    const [from, to] = isSensors ? [sensor, collector] : [collector, sensor];
    await from.channel.send([MESSAGES[name]!], 0);
    const arrow = `${isSensors ? ">" : "<"} ${name}`;
    assertEquals(from.take(), EXAMPLE.get(arrow), name);
    await to.receive(arrow);
  }

  const nowMs = KEY_LIMITS.renewAfterMs;
  await sensor.channel.send([], nowMs);
  assertEquals(sensor.take(), EXAMPLE.get("> rekey1"));
  await collector.receive("> rekey1", nowMs);
  assertEquals(collector.take(), EXAMPLE.get("< rekey2"));
  await sensor.receive("< rekey2", nowMs);
  assertEquals(sensor.take(), EXAMPLE.get("> switch"));
  await collector.receive("> switch", nowMs);
  assertEquals(collector.take(), EXAMPLE.get("< switch"));
  await sensor.receive("< switch", nowMs);
  await sensor.channel.send([BYE], nowMs);
  assertEquals(sensor.take(), EXAMPLE.get("> bye"));
  await collector.receive("> bye", nowMs);

  assertEquals(sensor.received, [MESSAGES.welcome!, MESSAGES.stored!]);
  assertEquals(collector.received, [MESSAGES.hello!, MESSAGES.batch!, BYE]);
});

Deno.test("the example's handshake hash is the one that ends its handshake", async () => {
  const noise = await NoiseInitiator.begin({
    own: await keyOf("sensor's"),
    remote: keyPairOf(bytesOf("collector's private key")).publicKey,
    ephemeral: await keyOf("sensor's first ephemeral"),
    prologue: concat([
      new TextEncoder().encode("farcap/1"),
      Uint8Array.of(0, 1),
      bytesOf("key id"),
    ]),
  });
  const established = await noise!.finish(bytesOf("< message 2").subarray(2));
  assertEquals(encodeHex(established!.session.handshakeHash), EXAMPLE.get("handshake hash"));
});
