import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import {
  BASE_CREDIT_BYTES,
  batchCost,
  BYE,
  encodeRejected,
  encodeStored,
  encodeWelcome,
  MessageType,
  parseBatch,
  parseHello,
  parseRelease,
  parseWant,
  Rejection,
} from "../../lib/transport/session_message.ts";
import { SessionSender } from "../../lib/transport/session_sender.ts";
import { batchOf } from "./session_batches.ts";

const BATCH = batchOf(7, 1000);
const COST = BigInt(batchCost(BATCH));

function senderOf(options: { maxQueueBytes?: number; settled?: PackedBatch[] } = {}) {
  const dropped: PackedBatch[] = [];
  const settled = options.settled ?? [];
  const sender = new SessionSender({
    session: 5n,
    name: "plant",
    maxQueueBytes: options.maxQueueBytes ?? 1 << 20,
    priorityOf: () => 0,
    onDropped: (batch) => dropped.push(batch),
    onSettled: (batch) => settled.push(batch),
  });
  return { sender, dropped, settled };
}

function welcome(sender: SessionSender, settled: bigint, credit: bigint): void {
  sender.connected();
  const step = sender.receive(encodeWelcome({ settled, credit, name: "granted" }));
  assertEquals(step, { kind: "go on" });
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
    .map(({ body }) => parseBatch(body)?.sequence);
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
  const hello = parseHello(sender.connected().body);
  assertEquals([hello?.oldest, hello?.next], [2n, 4n]);
  sender.receive(encodeWelcome({ settled: 2n, credit: 1_000_000n, name: "x" }));
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
  const { sender, settled } = senderOf();
  for (let n = 0; n < 3; n++) sender.add(BATCH);
  welcome(sender, 0n, 1_000_000n);
  said(sender);
  const step = sender.receive(encodeRejected({ reason: Rejection.Fork, settled: 2n }));
  assertEquals(step, { kind: "rejected", reason: Rejection.Fork });
  assertEquals(settled.length, 2);
  sender.beginSession(6n);
  const hello = parseHello(sender.connected().body);
  assertEquals([hello?.session, hello?.oldest, hello?.next], [6n, 1n, 2n]);
});

Deno.test("a collector that breaks the protocol is told from one that ends", () => {
  const wrong: [string, (sender: SessionSender) => ChannelMessage][] = [
    ["a second welcome", () => encodeWelcome({ settled: 0n, credit: 0n, name: "" })],
    ["a receipt for what was not sent", () => encodeStored({ settled: 3n, credit: 10_000n })],
    ["fewer receipts than before", () => encodeStored({ settled: 0n, credit: 10_000n })],
    [
      "a fork behind what was not sent",
      () => encodeRejected({ reason: Rejection.Fork, settled: 3n }),
    ],
    ["less credit", () => encodeStored({ settled: 1n, credit: 9_999n })],
    ["a message of the sensor's", (sender) => sender.connected()],
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
    const step = sender.receive(encodeWelcome({ settled, credit: 0n, name: "" }));
    assertEquals(step.kind, "violation", `a welcome with ${settled} settled of nothing`);
  }
  assertEquals(senderOf().sender.receive(BYE), { kind: "bye" });
});

Deno.test("of a collector a message may be no longer than one of its type can be", () => {
  const { sender } = senderOf();
  const longest: [number, number][] = [
    [MessageType.Welcome, 18 + 255],
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
  const long = encodeWelcome({ settled: 0n, credit: 0n, name: name + "n" });
  assertEquals(sender.receive(long).kind, "violation");
  assertEquals(sender.receive(encodeWelcome({ settled: 0n, credit: 0n, name })).kind, "go on");
});
