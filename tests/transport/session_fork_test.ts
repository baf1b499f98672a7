import { assertEquals } from "@std/assert";
import { CreditPool } from "../../lib/transport/server/credit_pool.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { encodeHello, parseWelcome, SCHEMA } from "../../lib/transport/session/session_message.ts";
import { type BatchSink, SessionReceiver } from "../../lib/transport/server/session_receiver.ts";
import { batchOf, greet, VALUES } from "./session_batches.ts";

const BATCH = batchOf(7, 2);

Deno.test("of a forked session only what this connection brought counts as settled for it", () => {
  const receiver = new SessionReceiver(new CreditPool(1 << 20), 0);
  const hello = { schema: SCHEMA, session: 1n, oldest: 2n, next: 4n, name: "clone" };
  assertEquals(greet(receiver, encodeHello(hello)).kind, "hello");
  // Batch 3 is there already, from before a restart, and it is another sender's.
  const sink: BatchSink = {
    settled: 1n,
    accept: ({ sequence }) => sequence === 3n ? "fork" : "accepted",
  };
  assertEquals(parseWelcome(receiver.welcome(sink, "clone", VALUES).body, SCHEMA)!.settled, 1n);
  assertEquals(receiver.receive(encodeBatch(SCHEMA, 2n, BATCH), 0).kind, "go on");
  assertEquals(receiver.receive(encodeBatch(SCHEMA, 3n, BATCH), 0).kind, "fork");
  receiver.settled(3n); // the store: with batch 2 there, so is all up to 3
  assertEquals(receiver.settledHere, 2n);
});
