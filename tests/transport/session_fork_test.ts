import { assertEquals } from "@std/assert";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import { CreditPool } from "../../lib/transport/credit_pool.ts";
import { encodeBatch, encodeHello, parseWelcome } from "../../lib/transport/session_message.ts";
import { type BatchSink, SessionReceiver } from "../../lib/transport/session_receiver.ts";

const BATCH: PackedBatch = {
  type: 7,
  count: 1,
  firstTime: 1n,
  lastTime: 1n,
  containsPayloads: false,
  crc: 1,
  recordBytes: 1,
  body: Uint8Array.of(3, 0),
};

Deno.test("of a forked session only what this connection brought counts as settled for it", () => {
  const receiver = new SessionReceiver(new CreditPool(1 << 20), 0);
  const hello = { schema: 1, session: 1n, oldest: 2n, next: 4n, name: "clone" };
  assertEquals(receiver.receive(encodeHello(hello), 0).kind, "hello");
  // Batch 3 is there already, from before a restart, and it is another sender's.
  const sink: BatchSink = {
    settled: 1n,
    accept: ({ sequence }) => sequence === 3n ? "fork" : "accepted",
  };
  assertEquals(parseWelcome(receiver.welcome(sink, "clone").body)!.settled, 1n);
  assertEquals(receiver.receive(encodeBatch(2n, BATCH), 0).kind, "go on");
  assertEquals(receiver.receive(encodeBatch(3n, BATCH), 0).kind, "fork");
  receiver.settled(3n); // the store: with batch 2 there, so is all up to 3
  assertEquals(receiver.settledHere, 2n);
});
