/** Rows of a sensor's books in its session: they are next, and nobody is told of them. */
import { assertEquals } from "@std/assert";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { batchCost, parseBatch } from "../../lib/transport/session/session_batch.ts";
import {
  encodeRejected,
  encodeStored,
  encodeWelcome,
  FIRST_SCHEMA,
  MessageType,
  parseWant,
  Rejection,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import { SessionSender } from "../../lib/transport/sender/session_sender.ts";
import { batchOf, VALUES } from "./session_batches.ts";

const BOOKS = typeNumber("SensorMinute");
const [TCP, ROWS] = [batchOf(38, 1000), batchOf(BOOKS, 100)];
const WANTED = [38, BOOKS];

/** A sender, and all that it tells of. */
function senderOf(maxQueueBytes = 1 << 20) {
  let sessions = 5n;
  const told: [string, PackedBatch][] = [];
  const tell = (what: string) => (batch: PackedBatch) => void told.push([what, batch]);
  const sender = new SessionSender({
    newSession: () => sessions++,
    name: "plant",
    maxQueueBytes,
    priorityOf: () => 0,
    onDropped: tell("dropped"),
    onSettled: tell("settled"),
    onRefused: tell("refused"),
    onMaybeTwice: tell("maybe twice"),
  });
  return { sender, told };
}

function welcome(
  sender: SessionSender,
  wantedTypes: readonly number[] | undefined = WANTED,
  settled = 0n,
  credit = 1_000_000n,
): void {
  sender.connected();
  const { wantedTypes: _, ...values } = VALUES;
  sender.receive(encodeWelcome({
    ...{ settled, credit, name: "plant" },
    values: { ...values, ...(wantedTypes && { wantedTypes }) },
  }));
}

/** Numbers and types of all batches that it has to send. */
function sent(sender: SessionSender): [bigint, number][] {
  const batches: [bigint, number][] = [];
  for (let next = sender.nextMessage(0); next; next = sender.nextMessage(0)) {
    if (next.type === MessageType.Batch) batches.push(numberOf(next));
  }
  return batches;
}

function numberOf({ body }: ChannelMessage): [bigint, number] {
  const { sequence, parts } = parseBatch(SCHEMA, body)!;
  return [sequence, parts[0]!.type];
}

Deno.test("rows go before what waits, behind what is in flight, and are settled without a word", () => {
  const { sender, told } = senderOf();
  welcome(sender);
  sender.add(TCP);
  assertEquals(sent(sender), [[1n, 38]]);
  sender.add(TCP);
  sender.addBooks(ROWS);
  assertEquals(sender.sequence, 1n);
  assertEquals(sent(sender), [[2n, BOOKS], [3n, 38]]);
  assertEquals([[...sender.unsettled()].length, sender.sequence], [2, 3n]);
  welcome(sender, WANTED, 1n); // another connection
  assertEquals(sent(sender), [[2n, BOOKS], [3n, 38]]);
  sender.receive(encodeStored({ settled: 2n, credit: 1_000_000n }));
  assertEquals([sender.isDrained, told], [false, [["settled", TCP]]]);
  sender.receive(encodeStored({ settled: 3n, credit: 1_000_000n }));
  assertEquals([sender.isDrained, told.length, sender.queuedBytes], [true, 2, 0]);
});

Deno.test("a full queue drops records, never rows", () => {
  const { sender, told } = senderOf(4000);
  welcome(sender);
  sender.addBooks(ROWS);
  for (let n = 0; n < 10; n++) sender.add(TCP);
  sender.addBooks(ROWS);
  assertEquals(new Set(told.map(([what, batch]) => [what, batch.parts[0]!.type].join())).size, 1);
  assertEquals(told[0], ["dropped", TCP]);
  assertEquals(sent(sender).map(([, type]) => type).filter((type) => type === BOOKS).length, 1);
  sender.receive(encodeStored({ settled: 1n, credit: 1_000_000n }));
  assertEquals(sent(sender)[0], [2n, BOOKS]);
});

Deno.test("rows for which there is no credit are among all that is wished for", () => {
  const { sender } = senderOf();
  welcome(sender, WANTED, 0n, 10n);
  sender.addBooks(ROWS);
  sender.addBooks(ROWS);
  const { type, body } = sender.nextMessage(0)!;
  assertEquals(type, MessageType.Want);
  const cost = batchCost(SCHEMA, ROWS);
  assertEquals(parseWant(body), { next: cost, all: 2 * cost });
});

Deno.test("rows wait for a welcome, and are drained only then", () => {
  const { sender } = senderOf();
  sender.addBooks(ROWS);
  assertEquals([sender.isDrained, sender.takesBooks], [false, false]);
  welcome(sender);
  assertEquals([sent(sender), sender.takesBooks], [[[1n, BOOKS]], true]);
});

Deno.test("who does not name their type gets none: an older collector, or one that wants others", () => {
  for (const wantedTypes of [undefined, [38]]) {
    const { sender, told } = senderOf();
    sender.addBooks(ROWS);
    sender.connected();
    const values = { ...VALUES, ...(wantedTypes && { wantedTypes }) };
    sender.receive(encodeWelcome({ settled: 0n, credit: 1_000_000n, name: "plant", values }));
    assertEquals([sender.takesBooks, sender.isDrained], [false, true]);
    sender.addBooks(ROWS);
    assertEquals([sender.isDrained, told], [true, []]);
  }
});

Deno.test("a collector of schema 1 gets no rows, not even those that were in flight", () => {
  const { sender, told } = senderOf();
  welcome(sender);
  sender.add(TCP);
  sender.addBooks(ROWS);
  assertEquals(sent(sender).length, 2);
  sender.connected();
  sender.receive(encodeRejected({ reason: Rejection.Schema, settled: 0n }));
  assertEquals(sender.schema, FIRST_SCHEMA);
  sender.connected();
  sender.receive(encodeWelcome({ settled: 0n, credit: 1_000_000n, name: "plant" }));
  const batches: number[] = [];
  for (let next = sender.nextMessage(0); next; next = sender.nextMessage(0)) {
    batches.push(parseBatch(FIRST_SCHEMA, next.body)!.parts[0]!.type);
  }
  assertEquals(batches, [38]);
  assertEquals(told, [["maybe twice", TCP]]);
});

Deno.test("in a new session rows are sent again, before what waits, and are not told of", () => {
  const { sender, told } = senderOf();
  welcome(sender);
  sender.add(TCP);
  sender.addBooks(ROWS);
  sent(sender);
  sender.addBooks(batchOf(BOOKS, 50));
  sender.add(batchOf(38, 10));
  sender.receive(encodeRejected({ reason: Rejection.Fork, settled: 0n }));
  assertEquals(sender.session, 6n);
  welcome(sender);
  assertEquals(sent(sender), [[1n, 38], [2n, BOOKS], [3n, BOOKS], [4n, 38]]);
  assertEquals(told, [["maybe twice", TCP]]);
  sender.receive(encodeStored({ settled: 4n, credit: 1_000_000n }));
  assertEquals([sender.queuedBytes, sender.isDrained], [0, true]);
});
