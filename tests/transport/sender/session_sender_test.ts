import type { ChannelMessage } from "../../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import { Encoding, type PackedBatch } from "../../../lib/pack/packed_batch.ts";
import { batchCost, parseBatch } from "../../../lib/transport/session/session_batch.ts";
import {
  BASE_CREDIT_BYTES,
  BYE,
  encodeRejected,
  encodeStored,
  encodeWelcome,
  MessageType,
  parseHello,
  parseRelease,
  parseWant,
  Rejection,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import { SessionSender } from "../../../lib/transport/sender/session_sender.ts";
import type { CollectorValues } from "../../../lib/transport/session/session_values.ts";
import { batchOf, VALUES } from "../session_batches.ts";

const BATCH = batchOf(7, 1000);
const COST = BigInt(batchCost(SCHEMA, BATCH));

function senderOf(
  options: {
    maxQueueBytes?: number;
    settled?: PackedBatch[];
    expand?: (batch: PackedBatch) => PackedBatch[];
  } = {},
) {
  let sessions = 5n;
  const dropped: PackedBatch[] = [];
  const refused: [PackedBatch, string][] = [];
  const maybeTwice: PackedBatch[] = [];
  const settled = options.settled ?? [];
  const sender = new SessionSender({
    newSession: () => sessions++,
    name: "plant",
    maxQueueBytes: options.maxQueueBytes ?? 1 << 20,
    priorityOf: () => 0,
    onDropped: (batch) => dropped.push(batch),
    onSettled: (batch) => settled.push(batch),
    onRefused: (batch, why) => refused.push([batch, why]),
    onMaybeTwice: (batch) => maybeTwice.push(batch),
    ...(options.expand && { expand: options.expand }),
  });
  return { sender, dropped, settled, refused, maybeTwice };
}

function welcome(
  sender: SessionSender,
  settled: bigint,
  credit: bigint,
  values: Partial<CollectorValues> = {},
): void {
  sender.connected();
  assertEquals(sender.receive(welcomeOf(settled, credit, "granted", values)), { kind: "go on" });
}

function welcomeOf(
  settled: bigint,
  credit: bigint,
  name: string,
  values: Partial<CollectorValues> = {},
): ChannelMessage {
  return encodeWelcome({ settled, credit, name, values: { ...VALUES, ...values } });
}

/** All that it has to say now. */
function said(sender: SessionSender, nowMs = 0): ChannelMessage[] {
  const messages: ChannelMessage[] = [];
  for (let next = sender.nextMessage(nowMs); next; next = sender.nextMessage(nowMs)) {
    messages.push(next);
  }
  return messages;
}

function sequencesOf(messages: readonly ChannelMessage[]): (bigint | undefined)[] {
  return messages.filter(({ type }) => type === MessageType.Batch)
    .map(({ body }) => parseBatch(SCHEMA, body)?.sequence);
}

Deno.test("nothing is sent before the welcome; then batches get their numbers, in order", () => {
  const { sender } = senderOf();
  for (let n = 0; n < 3; n++) sender.add(BATCH);
  assertEquals(said(sender), []);
  welcome(sender, 0n, 1_000_000n);
  assertEquals(sender.name, "granted");
  assertEquals(sequencesOf(said(sender)), [1n, 2n, 3n]);
});

Deno.test("what is in flight is sent again on the next connection, before anything new", () => {
  const { sender, settled } = senderOf();
  for (let n = 0; n < 3; n++) sender.add(BATCH);
  welcome(sender, 0n, 1_000_000n);
  said(sender);
  sender.receive(encodeStored({ settled: 1n, credit: 1_000_000n }));
  assertEquals(settled.length, 1);
  sender.add(BATCH);
  const hello = parseHello(sender.connected()[0]!.body);
  assertEquals([hello?.oldest, hello?.next], [2n, 4n]);
  sender.receive(welcomeOf(2n, 1_000_000n, "x"));
  assertEquals(settled.length, 2);
  assertEquals(sequencesOf(said(sender)), [3n, 4n]);
  sender.receive(encodeStored({ settled: 4n, credit: 1_000_000n }));
  assert(sender.isDrained);
});

Deno.test("no byte is sent beyond the credit, and more is asked for once", () => {
  const { sender } = senderOf();
  for (let n = 0; n < 3; n++) sender.add(BATCH);
  welcome(sender, 0n, 2n * COST + 5n);
  const messages = said(sender);
  assertEquals(sequencesOf(messages), [1n, 2n]);
  assertEquals(parseWant(messages[2]!.body), { next: Number(COST), all: Number(COST) });
  sender.receive(encodeStored({ settled: 1n, credit: 2n * COST + 5n }));
  assertEquals(said(sender), [], "it has asked");
  sender.receive(encodeStored({ settled: 1n, credit: 3n * COST }));
  assertEquals(sequencesOf(said(sender)), [3n]);
});

Deno.test("in flight is at most a quarter of the queue; the rest may be dropped", () => {
  const { sender, dropped } = senderOf({ maxQueueBytes: 16_000 });
  for (let n = 0; n < 10; n++) sender.add(BATCH);
  welcome(sender, 0n, 1_000_000n);
  const sent = sequencesOf(said(sender)).length;
  assertEquals(sent, 2); // 1,000 bytes and 512 of overhead each
  for (let n = 0; n < 10; n++) sender.add(BATCH);
  assert(dropped.length > 5 && sender.queuedBytes <= 16_000);
  assertEquals([...sender.unsettled()].length, 20 - dropped.length);
});

Deno.test("credit that an idle sensor does not need goes back, a second later", () => {
  const { sender } = senderOf();
  welcome(sender, 0n, BigInt(BASE_CREDIT_BYTES) + 500n);
  assertEquals(said(sender, 10), []);
  assertEquals(said(sender, 1009), []);
  const [release] = said(sender, 1010);
  assertEquals(parseRelease(release!.body), 500);
  assertEquals(said(sender, 5000), []);
  sender.add(batchOf(7, BASE_CREDIT_BYTES));
  assertEquals(said(sender, 5001).map(({ type }) => type), [MessageType.Want]);
});

Deno.test("after a fork what is not settled goes on in a new session", () => {
  const { sender, settled, maybeTwice } = senderOf();
  for (let n = 0; n < 3; n++) sender.add(BATCH);
  welcome(sender, 0n, 1_000_000n);
  said(sender);
  const step = sender.receive(encodeRejected({ reason: Rejection.Fork, settled: 2n }));
  assertEquals(step, { kind: "rejected", reason: Rejection.Fork });
  assertEquals(settled.length, 2);
  assertEquals(maybeTwice.length, 1);
  const hello = parseHello(sender.connected()[0]!.body);
  assertEquals([hello?.session, hello?.oldest, hello?.next], [6n, 1n, 2n]);
});

Deno.test("a collector that breaks the protocol is told from one that ends", () => {
  const wrong: [string, (sender: SessionSender) => ChannelMessage][] = [
    ["a second welcome", () => welcomeOf(0n, 0n, "")],
    ["a receipt for what was not sent", () => encodeStored({ settled: 3n, credit: 10_000n })],
    ["fewer receipts than before", () => encodeStored({ settled: 0n, credit: 10_000n })],
    [
      "a fork behind what was not sent",
      () => encodeRejected({ reason: Rejection.Fork, settled: 3n }),
    ],
    ["less credit", () => encodeStored({ settled: 1n, credit: 9_999n })],
    ["a message of the sensor's", (sender) => sender.connected()[0]!],
    ["no message", () => ({ type: MessageType.Stored, body: new Uint8Array(3) })],
    ["an unknown one", () => ({ type: 99, body: new Uint8Array(0) })],
  ];
  for (const [what, message] of wrong) {
    const { sender } = senderOf();
    for (let n = 0; n < 2; n++) sender.add(BATCH);
    welcome(sender, 0n, 10_000n);
    said(sender);
    sender.receive(encodeStored({ settled: 1n, credit: 10_000n }));
    assertEquals(sender.receive(message(sender)).kind, "violation", what);
  }
  for (const settled of [3n, 9n]) {
    const { sender } = senderOf();
    sender.connected();
    const step = sender.receive(welcomeOf(settled, 0n, ""));
    assertEquals(step.kind, "violation", `a welcome with ${settled} settled of nothing`);
  }
  assertEquals(senderOf().sender.receive(BYE), { kind: "bye" });
});

Deno.test("of a collector a message may be no longer than one of its type can be", () => {
  const { sender } = senderOf();
  const longest: [number, number][] = [
    [MessageType.Welcome, 18 + 255 + 2048],
    [MessageType.Rejected, 9],
    [MessageType.Stored, 16],
    [MessageType.Bye, 0],
  ];
  for (const [type, length] of longest) {
    assertEquals([sender.admits(type, length), sender.admits(type, length + 1)], [true, false]);
  }
  assertEquals([sender.admits(MessageType.Batch, 1), sender.admits(99, 1)], [false, false]);
  const name = "n".repeat(255);
  sender.connected();
  const long = welcomeOf(0n, 0n, name + "n");
  assertEquals(sender.receive(long).kind, "violation");
  assertEquals(sender.receive(welcomeOf(0n, 0n, name)).kind, "go on");
});

const OLDER = encodeRejected({ reason: Rejection.Schema, settled: 0n });

Deno.test("where the collector is older the same session goes on with schema 1", () => {
  const { sender, maybeTwice } = senderOf();
  sender.add(BATCH);
  assertEquals(sender.connected().map(({ type }) => type), [MessageType.Hello, MessageType.Offer]);
  assertEquals(sender.receive(OLDER), { kind: "older" });
  const [hello, ...others] = sender.connected();
  assertEquals([parseHello(hello!.body)?.schema, parseHello(hello!.body)?.session], [1, 5n]);
  assertEquals(others, []);
  const step = sender.receive(encodeWelcome({ settled: 0n, credit: 10_000n, name: "granted" }));
  assertEquals(step, { kind: "go on" });
  const [message] = said(sender);
  assertEquals(parseBatch(1, message!.body)?.sequence, 1n);
  // For the session's life; and who does not know that either is no older one.
  assertEquals(parseHello(sender.connected()[0]!.body)?.schema, 1);
  assertEquals(sender.receive(OLDER), { kind: "rejected", reason: Rejection.Schema });
  assertEquals(maybeTwice, []);
});

Deno.test("a collector that has become older gets a new session, and what was in flight may be there twice", () => {
  const { sender, maybeTwice, settled } = senderOf();
  for (let n = 0; n < 3; n++) sender.add(BATCH);
  welcome(sender, 0n, 2n * COST);
  said(sender); // two are in flight, one waits
  sender.connected();
  assertEquals(sender.receive(OLDER), { kind: "older" });
  assertEquals(maybeTwice.length, 2);
  const hello = parseHello(sender.connected()[0]!.body)!;
  assertEquals([hello.schema, hello.session, hello.oldest, hello.next], [1, 6n, 1n, 3n]);
  sender.receive(encodeWelcome({ settled: 0n, credit: 10_000n, name: "granted" }));
  assertEquals(said(sender).map(({ body }) => parseBatch(1, body)?.sequence), [1n, 2n, 3n]);
  sender.receive(encodeStored({ settled: 3n, credit: 10_000n }));
  assertEquals([settled.length, maybeTwice.length, sender.isDrained], [3, 2, true]);
});

Deno.test("a collector that has become older gets compact batches as records, in order, those in flight first", () => {
  const expanded = (batch: PackedBatch) =>
    [7, 8].map((type) => ({ ...batchOf(type, 500), firstTime: batch.firstTime }));
  const { sender, maybeTwice, settled } = senderOf({ expand: expanded });
  const compact = (time: bigint) => ({
    ...BATCH,
    parts: [{ type: 7, count: 1 }, { type: 8, count: 1 }],
    encoding: Encoding.Compact,
    firstTime: time,
  });
  for (let time = 1n; time <= 3n; time++) sender.add(compact(time));
  const cost = BigInt(batchCost(SCHEMA, compact(1n)));
  welcome(sender, 0n, 2n * cost);
  said(sender); // two are in flight, one waits
  sender.connected();
  assertEquals(sender.receive(OLDER), { kind: "older" });
  assertEquals(maybeTwice.length, 2);
  const hello = parseHello(sender.connected()[0]!.body)!;
  assertEquals([hello.schema, hello.oldest, hello.next], [1, 1n, 5n]);
  sender.receive(encodeWelcome({ settled: 0n, credit: 10_000n, name: "granted" }));
  sender.add(compact(4n));
  assertEquals(
    said(sender).map(({ body }) => parseBatch(1, body)!)
      .map(({ sequence, parts, firstTime }) => [sequence, parts[0]!.type, firstTime]),
    [1n, 2n, 3n, 4n].flatMap((time) => [[2n * time - 1n, 7, time], [2n * time, 8, time]]),
  );
  sender.receive(encodeStored({ settled: 8n, credit: 10_000n }));
  assertEquals([settled.length, maybeTwice.length, sender.isDrained], [8, 2, true]);
});

Deno.test("another store begins a new session; what was in flight is counted once, however often that happens", () => {
  const { sender, maybeTwice, settled } = senderOf();
  sender.add(BATCH);
  welcome(sender, 0n, 10_000n);
  said(sender);
  for (const [n, session] of [[8, 6n], [9, 7n]] as const) {
    const storeId = new Uint8Array(16).fill(n);
    sender.connected();
    const step = sender.receive(welcomeOf(0n, 10_000n, "granted", { storeId }));
    assertEquals(step, { kind: "moved" });
    assertEquals([sender.isWelcome, sender.session, said(sender)], [false, session, []]);
    welcome(sender, 0n, 10_000n, { storeId });
    assertEquals(sequencesOf(said(sender)), [1n]);
  }
  assertEquals([maybeTwice.length, settled.length], [1, 0]);
  sender.receive(encodeStored({ settled: 1n, credit: 10_000n }));
  assertEquals([settled.length, sender.isDrained], [1, true]);
});

Deno.test("types that are not wanted are not sent, but for what is in flight already", () => {
  const { sender, refused } = senderOf();
  const [tcp, udp] = [batchOf(38, 100), batchOf(37, 100)];
  welcome(sender, 0n, 10_000n);
  sender.add(udp);
  assertEquals(sequencesOf(said(sender)), [1n]);
  for (const batch of [tcp, udp]) sender.add(batch);
  welcome(sender, 0n, 10_000n, { wantedTypes: [38] });
  assertEquals(refused, [[udp, "unwanted"]]);
  for (const batch of [udp, tcp]) sender.add(batch);
  assertEquals(refused.length, 2);
  const types = said(sender).map(({ body }) => parseBatch(2, body)?.parts[0]?.type);
  assertEquals(types, [37, 38, 38]);
});

Deno.test("a batch of several types goes if one of them is wanted, and has the lowest priority of them", () => {
  const { sender, refused } = senderOf();
  const parts = [{ type: 37, count: 1 }, { type: 38, count: 1 }];
  sender.add({ ...BATCH, parts });
  welcome(sender, 0n, 10_000n, { wantedTypes: [38] });
  assertEquals([refused, said(sender).length], [[], 1]);
});

Deno.test("encodings are those of the session's first welcome, other values those of the last", () => {
  const { sender } = senderOf();
  welcome(sender, 0n, 0n, { encodings: [1, 2], largestBatch: 70_000 });
  welcome(sender, 0n, 0n, { encodings: [1], largestBatch: 80_000 });
  assertEquals([sender.values?.encodings, sender.values?.largestBatch], [[1, 2], 80_000]);
});

Deno.test("a batch that is longer than the collector takes is not sent", () => {
  const { sender, refused } = senderOf();
  const large = batchOf(7, 70_000);
  for (const batch of [large, BATCH]) sender.add(batch);
  welcome(sender, 0n, 100_000n, { largestBatch: 70_000 });
  assertEquals(refused, [[large, "too large"]]);
  assertEquals(sequencesOf(said(sender)), [1n]);
});
