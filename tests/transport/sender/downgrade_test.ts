/** A sensor whose spool has been sent in part, and a collector that has become one that takes no sealed batches. */
import { assertEquals } from "@std/assert";
import { Encoding, type PackedBatch } from "../../../lib/pack/packed_batch.ts";
import type { SpooledBatch } from "../../../lib/transport/sender/batch_spool.ts";
import { SessionSender } from "../../../lib/transport/sender/session_sender.ts";
import { parseBatch } from "../../../lib/transport/session/session_batch.ts";
import {
  encodeRejected,
  encodeWelcome,
  MessageType,
  parseHello,
  Rejection,
} from "../../../lib/transport/session/session_message.ts";
import type { CollectorValues } from "../../../lib/transport/session/session_values.ts";
import { batchOf, VALUES } from "../session_batches.ts";

const KEY_ID = Uint8Array.of(1, 2, 3, 4);
const LIVE = batchOf(7, 100);

/** A sensor that was killed when batches 4 and 5 of its session, from the spool, were under way. */
function resumed() {
  const batches = [1, 2].map((entry): SpooledBatch => {
    const body = new Uint8Array(100).fill(entry);
    body.set(KEY_ID);
    return { ...batchOf(7, 100), body, isSealed: true, entry };
  });
  const returned: SpooledBatch[] = [];
  const lost: PackedBatch[] = [];
  const sender = new SessionSender({
    newSession: () => 8n,
    name: "plant",
    maxQueueBytes: 1 << 20,
    priorityOf: () => 0,
    onReturned: (batch) => returned.push(batch),
    onDropped: (batch) => lost.push(batch),
    onRefused: (batch) => lost.push(batch),
    resumed: {
      session: { session: 3n, storeId: VALUES.storeId, encodings: [Encoding.Delimited] },
      first: 4n,
      batches,
    },
  });
  sender.add(LIVE);
  return { sender, batches, returned, lost };
}

function welcomeOf(settled: bigint, values?: Partial<CollectorValues>) {
  const all = values && { values: { ...VALUES, ...values } };
  return encodeWelcome({ settled, credit: 1_000_000n, name: "plant", ...all });
}

/** The bodies of all batches that it has to say now. */
function bodiesOf(sender: SessionSender, schema: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let next = sender.nextMessage(0); next; next = sender.nextMessage(0)) {
    if (next.type === MessageType.Batch) bodies.push(parseBatch(schema, next.body)!.body);
  }
  return bodies;
}

Deno.test("where no sealed batches are taken any more, those with numbers go back to the spool, and nothing is lost", () => {
  const { sender, batches, returned, lost } = resumed();
  const [hello] = sender.connected();
  assertEquals([parseHello(hello!.body)!.session, parseHello(hello!.body)!.oldest], [3n, 4n]);
  assertEquals(sender.receive(welcomeOf(3n, {})), { kind: "blocked" });
  assertEquals(returned, batches);
  assertEquals([sender.isWelcome, sender.session, sender.inFlight.length], [false, 8n, 0]);
  sender.connected();
  assertEquals(sender.receive(welcomeOf(0n, {})), { kind: "go on" });
  assertEquals(bodiesOf(sender, 2), [LIVE.body], "what is not sealed goes on");
  assertEquals([sender.canSend(batches[0]!), lost], [false, []]);
  // The collector is the one from before again.
  sender.connected();
  assertEquals(sender.receive(welcomeOf(1n, { sealedKeys: KEY_ID })), { kind: "go on" });
  assertEquals([sender.canSend(batches[0]!), sender.spooledSession?.session], [true, 8n]);
});

Deno.test("a collector of the first schema gets what is not sealed; the spool keeps what it had sent, and waits", () => {
  const { sender, batches, returned, lost } = resumed();
  sender.connected();
  assertEquals(sender.receive(encodeRejected({ reason: Rejection.Schema, settled: 0n })), {
    kind: "older",
  });
  assertEquals(returned, batches);
  const { schema, session, oldest, next } = parseHello(sender.connected()[0]!.body)!;
  assertEquals([schema, session, oldest, next], [1, 8n, 1n, 1n]);
  assertEquals(sender.receive(welcomeOf(0n)), { kind: "go on" });
  assertEquals(bodiesOf(sender, 1), [LIVE.body]);
  assertEquals([sender.spooledSession, sender.canSend(batches[0]!), lost], [undefined, false, []]);
});
