/** What a sensor whose batches take long to unpack leaves of the collector's thread. */
import { assert } from "@std/assert";
import {
  batchCost,
  encodeBatch,
  type NumberedBatch,
} from "../../lib/transport/session/session_batch.ts";
import type { Hello } from "../../lib/transport/session/session_message.ts";
import { MessageType, parseStored, SCHEMA } from "../../lib/transport/session/session_message.ts";
import type { RawPeer } from "../../tools/raw_peer.ts";
import type { Admitted } from "../../lib/transport/server/session_host.ts";
import { MemoryHost } from "./memory_host.ts";
import { batchOf } from "./session_batches.ts";
import { connectRaw, serve } from "./session_ends.ts";

const LIES = 16;
/** About what 2 MiB of records of 3 bytes take. */
const LIE_MS = 20;
const HONEST_BATCHES = 300;

/** A host at which a liar's batches take long. */
class SlowHost extends MemoryHost {
  /** What they have taken so far. */
  liedMs = 0;

  override async open(sensor: Admitted, hello: Hello, onSettled: (sequence: bigint) => void) {
    const session = await super.open(sensor, hello, onSettled);
    if (sensor.name !== "liar") return session;
    const accept = (batch: NumberedBatch) => {
      const beganMs = performance.now();
      while (performance.now() - beganMs < LIE_MS);
      this.liedMs += performance.now() - beganMs;
      return session.accept(batch);
    };
    return Object.defineProperties({ ...session, accept }, {
      settled: { get: () => session.settled },
    });
  }
}

Deno.test("a liar with 16 sessions of small batches that unpack to 2 MiB leaves an honest sensor its share", async () => {
  using host = new SlowHost();
  await using server = await serve(host);
  using stack = new DisposableStack();
  const lie = { ...batchOf(7, 2000), recordBytes: 2 << 20 };
  const lying: Promise<void>[] = [];
  for (let session = 1n; session <= LIES; session++) {
    const peer = stack.use(await connectRaw(server));
    await peer.welcome(session, "liar");
    lying.push(send(peer, lie, Infinity));
  }
  const honest = stack.use(await connectRaw(server));
  await honest.welcome(1n, "honest");
  const beganMs = performance.now();
  const before = host.liedMs;
  await send(honest, batchOf(7, 20_000), HONEST_BATCHES);
  const tookMs = performance.now() - beganMs;
  const part = (host.liedMs - before - 2 * LIE_MS) / tookMs; // two turns may lap over the ends
  assert(part < 0.6, `${part} of the time went to the liar`);
  stack.dispose();
  await Promise.all(lying);
});

/** Sends so many batches, each as soon as there is credit for it, until the connection is over. */
async function send(peer: RawPeer, batch: ReturnType<typeof batchOf>, count: number) {
  const cost = BigInt(batchCost(SCHEMA, batch));
  let credit = 65_536n;
  let used = 0n;
  let settled = 0n;
  for (let sequence = 1n; settled < count;) {
    while (sequence <= count && used + cost <= credit) {
      try {
        await peer.send(encodeBatch(SCHEMA, sequence++, batch));
      } catch {
        return;
      }
      used += cost;
    }
    const stored = await peer.next(MessageType.Stored);
    if (!stored) return;
    ({ credit, settled } = parseStored(stored.body)!);
  }
}
