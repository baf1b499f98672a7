import { assert, assertEquals } from "@std/assert";
import { SessionLog } from "../../../lib/write/files/session_log.ts";
import { waitingSessionBatch } from "../../../lib/write/files/waiting.ts";
import { WaitingMessages } from "../../../lib/write/nats/waiting_messages.ts";
import { sessionBatch, TCP } from "../files/session_sensor.ts";

Deno.test("a message of refused batches is as long as the engine takes it, headers included", () => {
  const MAX_BYTES = 16_384;
  const log = new SessionLog(0n, "", []);
  const messages = new WaitingMessages("farcap.1.07.alice.1", "alice", 1n, log);
  for (let sequence = 1n; sequence <= 500n; sequence++) {
    const batch = sessionBatch(sequence, "", { reason: 4 });
    const claims = Array.from({ length: 16 }, (_, n) => ({ type: 100 + n, count: 123_456 }));
    const waiting = waitingSessionBatch(batch, 1, 1n, log, 1n);
    const { digest, firstTime, lastTime, containsPayloads } = batch;
    messages.add({
      ...{ sequence, digest, firstTime, lastTime, containsPayloads, parts: 1 },
      members: [{ type: TCP, claims, waiting }],
    });
  }
  let batches = 0;
  while (!messages.isEmpty) {
    const run = messages.take(MAX_BYTES);
    batches += run.batches.length;
    for (const { headers, payload } of run.messages) {
      // A header takes its name, ": ", its value and CR LF (NATS ADR-4).
      const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
      assert(bytes + payload.length < MAX_BYTES, `${bytes} of headers, ${payload.length} behind`);
    }
  }
  assertEquals(batches, 500);
});
