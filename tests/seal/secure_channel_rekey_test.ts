/** How a channel renews its keys: tests/seal/secure_channel_test.ts has the rest. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { KEY_LIMITS, type KeyLimits } from "../../lib/seal/limited_cipher.ts";
import { NoiseResponder } from "../../lib/seal/noise.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import {
  COLLECTOR,
  connect,
  cutFrames,
  HandmadeInitiator,
  messageBytes,
  newInitiator,
  newResponder,
  rekeyPrologue,
  SENSOR,
  settle,
  STRANGER,
} from "./channel_ends.ts";

const NOTHING = new Uint8Array(0);
const [REKEY_1, REKEY_2, SWITCH] = [16, 17, 18];
/** Small enough that a test gets there. */
const FEW: KeyLimits = { ...KEY_LIMITS, renewAfterMessages: 8, maxMessages: 16 };

Deno.test("the limits of a key are those of the protocol", () => {
  assertEquals(KEY_LIMITS, {
    renewAfterMs: 120_000,
    renewAfterMessages: 1_048_576,
    maxAgeMs: 180_000,
    maxMessages: 1_064_960,
  });
});

Deno.test("a responder renews keys with an initiator made by hand, each direction at its switch", async () => {
  const end = newResponder();
  const peer = await HandmadeInitiator.connect(end);
  for (const epoch of [1, 2]) {
    const old = peer.session;
    const noise = await HandmadeInitiator.beginRekey(old.handshakeHash, epoch);
    await peer.send(messageBytes(REKEY_1, noise.message1));
    const [rekey2] = await peer.open();
    assertEquals(rekey2!.subarray(0, 5), Uint8Array.of(REKEY_2, 48, 0, 0, 0));
    const { session } = (await noise.finish(rekey2!.subarray(5)))!;
    assertNotEquals(session.handshakeHash, old.handshakeHash);

    // Data goes on under the old keys, both ways, until each side's switch.
    await peer.send(messageBytes(4, Uint8Array.of(1)));
    await end.channel.send([{ type: 5, body: NOTHING }], 0);
    assertEquals(await peer.open(), [messageBytes(5, NOTHING)]);
    await peer.send(messageBytes(SWITCH, NOTHING));
    assertEquals(await peer.open(), [messageBytes(SWITCH, NOTHING)]);

    peer.session = session;
    await peer.send(messageBytes(4, Uint8Array.of(2)));
    await end.channel.send([{ type: 5, body: NOTHING }], 0);
    assertEquals(await peer.open(), [messageBytes(5, NOTHING)]);
  }
  assertEquals(end.messages.map(({ body }) => body[0]), [1, 2, 1, 2]);
  assertEquals(end.broken, undefined);
});

Deno.test("the initiator renews keys at 120 s of a key that is used, and not again before it is used", async () => {
  const { sensor, collector } = await connect();
  await sensor.channel.send([], 1_000_000);
  assertEquals(sensor.take(), NOTHING, "a key that nobody used has no age");

  await sensor.send("first", 2_000_000);
  await settle(sensor, collector, 2_000_000);
  await sensor.channel.send([], 2_119_999);
  assertEquals(sensor.take(), NOTHING);
  await sensor.channel.send([], 2_120_000);
  const [rekey1, ...more] = cutFrames(sensor.take());
  assertEquals([rekey1?.length, more.length], [5 + 96 + 16, 0]);
  await sensor.channel.send([], 2_120_001);
  assertEquals(sensor.take(), NOTHING, "one renewal at a time");
});

Deno.test("what a key opens also makes it old: the initiator that only listens renews it", async () => {
  const { sensor, collector } = await connect();
  await sensor.send("hello", 0);
  await settle(sensor, collector, 0);
  let written = 0;
  for (let nowMs = 0; nowMs <= 1_000_000; nowMs += 50_000) {
    await collector.send(`${nowMs}`, nowMs);
    const bytes = collector.take();
    await sensor.receive(bytes, nowMs);
    const answer = sensor.take();
    written += answer.length;
    await collector.receive(answer, nowMs);
    await settle(sensor, collector, nowMs);
  }
  assertEquals([sensor.messages.length, sensor.broken, collector.broken], [
    21,
    undefined,
    undefined,
  ]);
  // A key's first message comes 50 s after the switch, and the third behind it is the first beyond 120 s.
  const renewals = 5; // at 150, 350, …, 950 s
  assertEquals(written, renewals * (2 + 5 + 96 + 16));
});

Deno.test("keys are renewed by count in either direction, with traffic both ways and streams cut anywhere", async () => {
  for (const seed of [1, 2, 3, 4]) {
    const random = randomNumbers(seed);
    const { sensor, collector } = await connect(FEW);
    await sensor.send("0");
    await settle(sensor, collector);
    const sent = { sensor: ["0"], collector: [] as string[] };
    const wires = { sensor: NOTHING, collector: NOTHING };
    const ends = { sensor, collector };
    for (let step = 1; step < 1500; step++) {
      const [from, to] = random(2) === 0
        ? ["sensor", "collector"] as const
        : ["collector", "sensor"] as const;
      if (random(5) === 0) {
        const text = `${step} `.repeat(1 + random(30));
        sent[from].push(text);
        await ends[from].send(text, step);
      } else {
        wires[from] = concat([wires[from], ends[from].take()]);
        const most = random(300);
        await ends[to].receive(wires[from].slice(0, most), step);
        wires[from] = wires[from].slice(most);
      }
    }
    await collector.receive(wires.sensor, 2000);
    await sensor.receive(wires.collector, 2000);
    await settle(sensor, collector, 2000);
    const renewals = sent.sensor.length / FEW.maxMessages;
    assert(renewals > 4, `seed ${seed}: only ${renewals}`);
    assertEquals([sensor.broken, collector.broken], [undefined, undefined], `seed ${seed}`);
    assertEquals(collector.texts, sent.sensor, `seed ${seed}`);
    assertEquals(sensor.texts, sent.collector, `seed ${seed}`);
  }
});

Deno.test("sends that are under way while keys are renewed arrive in order", async () => {
  const { sensor, collector } = await connect(FEW);
  const texts = Array.from({ length: 60 }, (_, at) => `${at} `.repeat(at % 4 === 0 ? 3000 : 1));
  for (let at = 0; at < texts.length; at += 4) {
    const sending = texts.slice(at, at + 4).map((text) => sensor.send(text));
    const answering = collector.channel.isConfirmed ? [collector.send(`${at}`)] : [];
    await Promise.all([...sending, ...answering, settle(sensor, collector)]);
    await settle(sensor, collector);
  }
  assertEquals([sensor.broken, collector.broken], [undefined, undefined]);
  assertEquals(collector.texts, texts);
  assertEquals(sensor.messages.length, 14);
});

Deno.test("any one bit changed while keys are renewed ends the channel, with no wrong message", async () => {
  const whole = await renewTampered("collector", Infinity);
  for (const end of [whole.sensor, whole.collector]) {
    assertEquals([end.broken, end.texts.slice(-3, -1)], [undefined, ["old", "new"]]);
  }
  for (const to of ["collector", "sensor"] as const) {
    for (let at = 0; at < whole.lengths[to]; at++) {
      const { broken, texts } = (await renewTampered(to, at))[to];
      assert(broken !== undefined, `byte ${at} to the ${to}`);
      assertEquals(texts, whole[to].texts.slice(0, texts.length), `byte ${at} to the ${to}`);
    }
  }
});

Deno.test("a key older than 180 s, or used too often, opens nothing more", async () => {
  const [young, old] = [newResponder(), newResponder()];
  for (const [end, ageMs] of [[young, 180_000], [old, 180_001]] as const) {
    const peer = await HandmadeInitiator.connect(end);
    await peer.send(messageBytes(4, NOTHING), 5_000_000);
    await peer.send(messageBytes(4, NOTHING), 5_000_000 + ageMs);
  }
  assertEquals([young.broken, young.messages.length], [undefined, 2]);
  assertEquals([old.broken, old.messages.length], ["key worn out", 1]);

  const often = newResponder(FEW);
  const peer = await HandmadeInitiator.connect(often);
  for (let count = 0; count < FEW.maxMessages; count++) await peer.send(messageBytes(4, NOTHING));
  assertEquals(often.broken, undefined);
  await peer.send(messageBytes(4, NOTHING));
  assertEquals([often.broken, often.messages.length], ["key worn out", FEW.maxMessages]);
});

Deno.test("a renewal out of its order, with another key or another prologue ends the channel", async () => {
  type Wrong = (peer: HandmadeInitiator, hash: Uint8Array) => Promise<void>;
  const offer = async (
    peer: HandmadeInitiator,
    hash: Uint8Array,
    epoch = 1,
    own?: typeof STRANGER,
  ) => {
    const noise = await HandmadeInitiator.beginRekey(hash, epoch, own);
    await peer.send(messageBytes(REKEY_1, noise.message1));
    return noise;
  };
  const cases: [string, Wrong, string][] = [
    [
      "another static key",
      async (peer, hash) => void await offer(peer, hash, 1, STRANGER),
      "rekey refused",
    ],
    ["another epoch", async (peer, hash) => void await offer(peer, hash, 2), "rekey refused"],
    ["another hash", async (peer) => void await offer(peer, new Uint8Array(32)), "rekey refused"],
    ["no message 1", (peer) => peer.send(messageBytes(REKEY_1, NOTHING)), "rekey refused"],
    ["with a payload", async (peer, hash) => {
      const noise = await HandmadeInitiator.beginRekey(hash, 1, SENSOR, Uint8Array.of(0));
      await peer.send(messageBytes(REKEY_1, noise.message1));
    }, "rekey refused"],
    ["a second offer", async (peer, hash) => {
      await offer(peer, hash);
      await offer(peer, hash);
    }, "rekey out of place"],
    [
      "an answer from the initiator",
      (peer) => peer.send(messageBytes(REKEY_2, new Uint8Array(48))),
      "rekey out of place",
    ],
    [
      "a switch without an offer",
      (peer) => peer.send(messageBytes(SWITCH, NOTHING)),
      "rekey out of place",
    ],
    ["a switch with a body", async (peer, hash) => {
      await offer(peer, hash);
      await peer.send(messageBytes(SWITCH, Uint8Array.of(1)));
    }, "rekey refused"],
    ["a message behind the switch in one Noise message", async (peer, hash) => {
      await offer(peer, hash);
      await peer.send(concat([messageBytes(SWITCH, NOTHING), messageBytes(4, NOTHING)]));
    }, "rekey out of place"],
    ["the beginning of a message behind the switch", async (peer, hash) => {
      await offer(peer, hash);
      await peer.send(concat([messageBytes(SWITCH, NOTHING), Uint8Array.of(4)]));
    }, "rekey out of place"],
    ["the old key behind the switch", async (peer, hash) => {
      await offer(peer, hash);
      await peer.send(messageBytes(SWITCH, NOTHING));
      await peer.send(messageBytes(4, NOTHING));
    }, "not authentic"],
    ["the new key before the switch", async (peer, hash) => {
      const noise = await offer(peer, hash);
      const [rekey2] = await peer.open();
      peer.session = (await noise.finish(rekey2!.subarray(5)))!.session;
      await peer.send(messageBytes(4, NOTHING));
    }, "not authentic"],
  ];
  for (const [name, wrong, reason] of cases) {
    const end = newResponder();
    const peer = await HandmadeInitiator.connect(end);
    await wrong(peer, peer.session.handshakeHash);
    assertEquals([end.broken, end.messages.length], [reason, 0], name);
  }
});

Deno.test("an offer and its switch that come together, before the answer can be known, end the channel", async () => {
  const end = newResponder();
  const peer = await HandmadeInitiator.connect(end);
  const noise = await HandmadeInitiator.beginRekey(peer.session.handshakeHash, 1);
  const plaintexts = [
    messageBytes(REKEY_1, noise.message1),
    messageBytes(SWITCH, NOTHING),
    messageBytes(4, NOTHING),
  ];
  const wire: Uint8Array[] = [];
  for (const plaintext of plaintexts) {
    const sealed = await peer.session.sending.seal(plaintext);
    wire.push(Uint8Array.of(sealed.length, 0), sealed);
  }
  await end.receive(concat(wire));
  assertEquals([end.broken, end.messages.length], ["rekey out of place", 0]);
});

Deno.test("an initiator refuses an offer, an answer that it did not ask for, and a switch", async () => {
  for (const [type, length] of [[REKEY_1, 96], [REKEY_2, 48], [SWITCH, 0]] as const) {
    const { sensor, sealFromCollector } = await connectByHand();
    await sensor.receive(await sealFromCollector(messageBytes(type, new Uint8Array(length))));
    assertEquals(sensor.broken, "rekey out of place");
  }
});

Deno.test("an initiator refuses a wrong answer to its offer, and a switch instead of one", async () => {
  const wrong = [
    [REKEY_2, 48, "rekey refused"],
    [REKEY_2, 47, "rekey refused"],
    [SWITCH, 0, "rekey out of place"],
  ] as const;
  for (const [type, length, reason] of wrong) {
    const { sensor, sealFromCollector } = await connectByHand();
    await sensor.send("x", 0);
    await sensor.channel.send([], 120_000);
    const bytes = await sealFromCollector(messageBytes(type, new Uint8Array(length)));
    await sensor.receive(bytes, 120_000);
    assertEquals(sensor.broken, reason);
  }
});

Deno.test("an initiator takes the answer of a responder made by hand, but none with a payload", async () => {
  const answers = [[NOTHING, undefined], [Uint8Array.of(0), "rekey refused"]] as const;
  for (const [payload, reason] of answers) {
    const { sensor, session, sealFromCollector } = await connectByHand();
    await sensor.send("x", 0);
    await sensor.channel.send([], 120_000);
    const [, offer] = await Promise.all(
      cutFrames(sensor.take()).map((frame) => session.receiving.open(frame)),
    );
    assertEquals(offer!.subarray(0, 5), Uint8Array.of(REKEY_1, 96, 0, 0, 0));
    const prologue = rekeyPrologue(session.handshakeHash, 1);
    const noise = await NoiseResponder.begin(offer!.subarray(5), { own: COLLECTOR, prologue });
    const { message2 } = (await noise!.finish(STRANGER, payload))!;
    await sensor.receive(await sealFromCollector(messageBytes(REKEY_2, message2)), 120_000);
    assertEquals(sensor.broken, reason);
    if (reason !== undefined) continue;
    const [last] = cutFrames(sensor.take());
    assertEquals(await session.receiving.open(last!), messageBytes(SWITCH, NOTHING));
  }
});

/** A renewal with data on both sides, one bit of it changed on the way to one of them. */
async function renewTampered(victim: "sensor" | "collector", tamperedAt: number) {
  const ends = await connect();
  const { sensor, collector } = ends;
  await sensor.send("hello");
  await settle(sensor, collector);

  const nowMs = 120_000;
  const lengths = { sensor: 0, collector: 0 };
  const carry = async (to: "sensor" | "collector") => {
    const bytes = (to === "sensor" ? collector : sensor).take();
    const at = tamperedAt - lengths[to];
    if (to === victim && at >= 0 && at < bytes.length) bytes[at]! ^= 1 << (at * 3 % 8);
    lengths[to] += bytes.length;
    await ends[to].receive(bytes, nowMs);
  };
  await sensor.send("old", nowMs); // and rekey1
  await carry("collector");
  await collector.send("old", nowMs); // behind rekey2
  await carry("sensor");
  await sensor.send("new", nowMs); // behind the switch
  await carry("collector");
  await collector.send("new", nowMs); // behind the switch
  await carry("sensor");
  const renewed = { ...lengths };
  // Whatever length the change has made of another, so much follows.
  await sensor.send(" ".repeat(70_000), nowMs);
  await collector.send(" ".repeat(70_000), nowMs);
  await carry("collector");
  await carry("sensor");
  return { ...ends, lengths: renewed };
}

/** An initiator whose responder is made by hand. */
async function connectByHand() {
  const sensor = await newInitiator();
  const opening = sensor.take();
  const prologue = concat([
    new TextEncoder().encode("farcap/1"),
    Uint8Array.of(0, 1),
    opening.subarray(0, 4),
  ]);
  const noise = await NoiseResponder.begin(opening.subarray(6), { own: COLLECTOR, prologue });
  const { message2, session } = (await noise!.finish(STRANGER))!;
  const framed = (bytes: Uint8Array) => concat([Uint8Array.of(bytes.length, 0), bytes]);
  await sensor.receive(framed(message2));
  const sealFromCollector = async (plaintext: Uint8Array) =>
    framed(await session.sending.seal(plaintext));
  return { sensor, session, sealFromCollector };
}
