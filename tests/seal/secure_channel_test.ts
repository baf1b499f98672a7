import { assert, assertEquals, assertRejects } from "@std/assert";
import { concat, parseHex, u16le } from "../../lib/base/bytes/bytes.ts";
import { MAX_BODY_BYTES } from "../../lib/seal/channel_message.ts";
import { SecureChannel } from "../../lib/seal/secure_channel.ts";
import {
  COLLECTOR,
  connect,
  cutFrames,
  End,
  ephemerals,
  HandmadeInitiator,
  messageBytes,
  newInitiator,
  newResponder,
  NEXT_COLLECTOR,
  SENSOR,
  textMessage,
} from "./channel_ends.ts";
import { LOW_ORDER_KEYS } from "./noise_vector.ts";

const NOTHING = new Uint8Array(0);

Deno.test("a responder understands an initiator that was made by hand, and answers in kind", async () => {
  const end = newResponder();
  const peer = await HandmadeInitiator.connect(end);
  assertEquals([end.channel.remoteKey, end.channel.isConfirmed], [SENSOR.publicKey, false]);

  const hello = messageBytes(1, Uint8Array.of(7, 8));
  await peer.send(concat([hello, messageBytes(9, NOTHING), hello.subarray(0, 6)]));
  assertEquals(end.channel.isConfirmed, true);
  assertEquals(end.messages, [
    { type: 1, body: Uint8Array.of(7, 8) },
    { type: 9, body: NOTHING },
  ]);
  await peer.send(hello.subarray(6));
  assertEquals(end.messages[2], { type: 1, body: Uint8Array.of(7, 8) });

  await end.channel.send([{ type: 2, body: Uint8Array.of(5) }, { type: 5, body: NOTHING }], 0);
  const answer = concat([messageBytes(2, Uint8Array.of(5)), messageBytes(5, NOTHING)]);
  assertEquals(await peer.open(), [answer]);
});

Deno.test("an initiator begins with the id of the collector's key and message 1", async () => {
  const opening = (await newInitiator()).take();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", COLLECTOR.publicKey.slice()));
  assertEquals(opening.subarray(0, 4), hash.subarray(0, 4));
  assertEquals(opening.subarray(4, 6), Uint8Array.of(96, 0));
  assertEquals(opening.length, 4 + 2 + 96);
});

Deno.test("small messages share a Noise message, and long ones are spread over several", async () => {
  const { sensor, collector } = await connect();
  await sensor.channel.send(["a", "bc", ""].map(textMessage), 0);
  const small = sensor.take();
  assertEquals(small.length, 2 + 5 + 1 + 5 + 2 + 5 + 0 + 16);
  await collector.receive(small);

  const body = Uint8Array.from({ length: MAX_BODY_BYTES }, (_, at) => at * 31 >>> 8);
  await sensor.channel.send([{ type: 200, body }, textMessage("z")], 0);
  const long = sensor.take();
  assertEquals(cutFrames(long).length, Math.ceil((5 + 2 ** 20 + 6) / (65_535 - 16)));
  await collector.receive(long);

  assertEquals(collector.messages.length, 5);
  for (const { body } of collector.messages) assertEquals(body.buffer.byteLength, body.length);
  assertEquals(collector.texts.filter((_, at) => at !== 3), ["a", "bc", "", "z"]);
  assert(collector.messages[3]!.body.every((byte, at) => byte === body[at]));
});

Deno.test("what arrives does not depend on where the stream is cut", async () => {
  const whole = await recordConversation();
  for (let at = 0; at <= whole.toCollector.length; at++) {
    const collector = newResponder();
    await collector.receive(whole.toCollector.subarray(0, at));
    await collector.receive(whole.toCollector.subarray(at));
    assertEquals([collector.texts, collector.broken], [whole.texts, undefined], `cut at ${at}`);
  }
  const collector = newResponder();
  for (const byte of whole.toCollector) await collector.receive(Uint8Array.of(byte));
  assertEquals([collector.texts, collector.broken], [whole.texts, undefined]);
});

Deno.test("any one bit changed on the way to the collector ends the channel, with no wrong message", async () => {
  const { toCollector, texts, tail } = await recordConversation();
  for (let at = 0; at < toCollector.length; at++) {
    const collector = newResponder();
    const changed = concat([toCollector, tail]);
    changed[at]! ^= 1 << (at * 5 % 8);
    await collector.receive(changed);
    assert(collector.broken !== undefined, `byte ${at} of ${toCollector.length}`);
    assertEquals(collector.texts, texts.slice(0, collector.texts.length));
    if (at < HANDSHAKE_BYTES) {
      assertEquals([collector.channel.isConfirmed, collector.take().length], [false, 0]);
    }
  }
});

Deno.test("any one bit changed on the way to the sensor ends the channel, with no wrong message", async () => {
  const { toSensor, texts, tail } = await recordConversation("collector");
  for (let at = 0; at < toSensor.length; at++) {
    const sensor = await newInitiator();
    const changed = concat([toSensor, tail]);
    changed[at]! ^= 1 << (at * 5 % 8);
    await sensor.receive(changed);
    assert(sensor.broken !== undefined, `byte ${at} of ${toSensor.length}`);
    assertEquals(sensor.texts, texts.slice(0, sensor.texts.length));
  }
});

Deno.test("a Noise message lost, repeated or out of its order ends the channel", async () => {
  const { toCollector, texts } = await recordConversation();
  const frames = framesBehind(toCollector, HANDSHAKE_BYTES);
  const opening = toCollector.subarray(0, HANDSHAKE_BYTES);
  const [first, second, third] = frames as [Uint8Array, Uint8Array, Uint8Array];
  const wrong: [Uint8Array[], number][] = [
    [[second, third], 0],
    [[first, first, second], 1],
    [[first, third, second], 1],
  ];
  for (const [order, good] of wrong) {
    const collector = newResponder();
    await collector.receive(concat([opening, ...order]));
    assertEquals([collector.texts, collector.broken], [texts.slice(0, good), "not authentic"]);
  }
});

Deno.test("a channel that is broken stays so, and sends nothing", async () => {
  const { sensor, collector } = await connect();
  await sensor.send("good");
  const good = sensor.take();
  await collector.receive(concat([Uint8Array.of(1, 0, 9), good]));
  assertEquals([collector.texts, collector.broken], [[], "not authentic"]);
  await collector.receive(good);
  await collector.send("nobody hears this");
  assertEquals([collector.texts, collector.broken], [[], "not authentic"]);
  assertEquals(collector.take(), NOTHING);
});

Deno.test("messages before a wrong one are delivered with the end of the channel", async () => {
  const { sensor, collector } = await connect();
  await sensor.send("bye");
  await collector.receive(concat([sensor.take(), Uint8Array.of(3, 0, 1, 2, 3)]));
  assertEquals([collector.texts, collector.broken], [["bye"], "not authentic"]);
});

Deno.test("sends under way together arrive in the order of the calls", async () => {
  const { sensor, collector } = await connect();
  const texts = Array.from(
    { length: 40 },
    (_, at) => `${at} `.repeat(at * 7 % 11 === 0 ? 9000 : 1),
  );
  await Promise.all(texts.map((text) => sensor.send(text)));
  await collector.receive(sensor.take());
  assertEquals(collector.texts, texts);
});

Deno.test("what is received under way together is read in the order of the calls", async () => {
  const { sensor, collector } = await connect();
  const texts = Array.from({ length: 20 }, (_, at) => `${at} `.repeat(at % 3 === 0 ? 9000 : 1));
  for (const text of texts) await sensor.send(text);
  const bytes = sensor.take();
  const receiving: Promise<void>[] = [];
  for (let at = 0; at < bytes.length; at += 1000) {
    receiving.push(collector.receive(bytes.subarray(at, at + 1000)));
  }
  await Promise.all(receiving);
  assertEquals(collector.texts, texts);
});

Deno.test("a connection that is replayed from its first byte confirms nothing and delivers nothing", async () => {
  const ends = { sensor: await newInitiator(), collector: newResponder() };
  const opening = ends.sensor.take();
  await ends.collector.receive(opening);
  await ends.sensor.receive(ends.collector.take());
  await ends.sensor.send("secret");
  const rest = ends.sensor.take();

  const replayed = new End();
  const { write } = replayed;
  const ephemeral = ephemerals(4); // a new one, as for every handshake
  replayed.channel = SecureChannel.responder({ keys: [COLLECTOR], ephemeral, write });
  await replayed.receive(opening);
  assertEquals(cutFrames(replayed.take()).map(({ length }) => length), [48]);
  assertEquals(replayed.channel.isConfirmed, false);
  await assertRejects(() => replayed.send("disclosed"), TypeError);
  await replayed.receive(rest);
  assertEquals([replayed.texts, replayed.broken], [[], "not authentic"]);
  assertEquals([replayed.channel.isConfirmed, replayed.take()], [false, NOTHING]);
});

Deno.test("the responder uses the key that the initiator names, and refuses a name of none", async () => {
  const opening = (await newInitiator()).take();
  const both = newResponder(undefined, [NEXT_COLLECTOR, COLLECTOR]);
  await both.receive(opening);
  assertEquals([both.broken, both.take().length], [undefined, 2 + 48]);

  const other = newResponder(undefined, [NEXT_COLLECTOR]);
  await other.receive(opening.subarray(0, 4));
  assertEquals([other.broken, other.take().length], ["unknown key", 0]);

  // Named right, but sealed for another key.
  const forged = concat([NEXT_COLLECTOR.id, opening.subarray(4)]);
  const wrong = newResponder();
  await wrong.receive(forged);
  assertEquals([wrong.broken, wrong.take().length], ["handshake refused", 0]);
});

Deno.test("keys of low order are refused on both ends", async () => {
  const opening = (await newInitiator()).take();
  const answering = newResponder();
  await answering.receive(opening);
  const answer = answering.take();
  for (const key of LOW_ORDER_KEYS.map((text) => parseHex(text)!)) {
    const options = { own: SENSOR, remoteKey: key, ephemeral: ephemerals(0), write: () => {} };
    assertEquals(await SecureChannel.initiator(options), undefined);
    const collector = newResponder();
    await collector.receive(concat([opening.subarray(0, 6), key, opening.subarray(6 + 32)]));
    assertEquals([collector.broken, collector.take().length], ["handshake refused", 0]);
    const sensor = await newInitiator();
    await sensor.receive(concat([answer.subarray(0, 2), key, answer.subarray(2 + 32)]));
    assertEquals(sensor.broken, "handshake refused");
  }
});

Deno.test("handshake messages of another length are refused before they have come", async () => {
  const opening = (await newInitiator()).take();
  for (const length of [0, 95, 97, 65_535]) {
    const lengthBytes = Uint8Array.of(length & 0xff, length >> 8);
    const collector = newResponder();
    await collector.receive(concat([opening.subarray(0, 4), lengthBytes]));
    assertEquals(collector.broken, "handshake refused");
    const sensor = await newInitiator();
    await sensor.receive(lengthBytes);
    assertEquals(sensor.broken, "handshake refused");
  }
});

Deno.test("a message above 1 MiB is refused by its length", async () => {
  const end = newResponder();
  const peer = await HandmadeInitiator.connect(end);
  await peer.send(messageBytes(4, NOTHING, 2 ** 20));
  assertEquals(end.broken, undefined);
  const other = newResponder();
  const tooLong = await HandmadeInitiator.connect(other);
  await tooLong.send(messageBytes(4, NOTHING, 2 ** 20 + 1));
  assertEquals(other.broken, "message too long");
});

Deno.test("send() refuses what cannot be sent", async () => {
  const waiting = await newInitiator();
  await assertRejects(() => waiting.send("too early"), TypeError);
  const { sensor } = await connect();
  for (const type of [16, 17, 18, -1, 256, 1.5]) {
    await assertRejects(() => sensor.channel.send([{ type, body: NOTHING }], 0), RangeError);
  }
  const body = new Uint8Array(MAX_BODY_BYTES + 1);
  await assertRejects(() => sensor.channel.send([{ type: 4, body }], 0), RangeError);
  assertEquals(sensor.take(), NOTHING);
});

const HANDSHAKE_BYTES = 4 + 2 + 96;

/** What both ends wrote in a short conversation, and enough more of `from` to fill any length. */
async function recordConversation(from: "sensor" | "collector" = "sensor"): Promise<{
  toCollector: Uint8Array;
  toSensor: Uint8Array;
  texts: string[];
  tail: Uint8Array;
}> {
  const ends = { sensor: await newInitiator(), collector: newResponder() };
  const opening = ends.sensor.take();
  await ends.collector.receive(opening);
  const answer = ends.collector.take();
  await ends.sensor.receive(answer);
  await ends.sensor.send("one");
  const first = ends.sensor.take();
  await ends.collector.receive(first);
  const texts = ["one", "two two", "three, and a little longer"];
  for (const text of from === "sensor" ? texts.slice(1) : texts) await ends[from].send(text);
  const said = ends[from].take();
  await ends[from].send(" ".repeat(70_000));
  return {
    toCollector: from === "sensor" ? concat([opening, first, said]) : concat([opening, first]),
    toSensor: from === "sensor" ? answer : concat([answer, said]),
    texts,
    tail: ends[from].take(),
  };
}

/** The Noise messages behind a position, each with its length. */
function framesBehind(bytes: Uint8Array, start: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = start; at < bytes.length;) {
    const end = at + 2 + u16le(bytes, at);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}
