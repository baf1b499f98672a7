/** How messages of streams are read and written, with a store that counts. */
import { assertEquals } from "@std/assert";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import { Semaphore } from "../../../lib/base/wait/semaphore.ts";
import type { CheckedSessionBatch } from "../../../lib/verify/check_session_batch.ts";
import { SessionLog } from "../../../lib/write/files/session_log.ts";
import { waitingSessionBatch } from "../../../lib/write/files/waiting.ts";
import type { Engine, StoredMessage } from "../../../lib/write/nats/engine.ts";
import { NatsEngine } from "../../../lib/write/nats/nats_engine_io.ts";
import { PartitionReader } from "../../../lib/write/nats/partition_reader_io.ts";
import { StreamWriter } from "../../../lib/write/nats/stream_writer_io.ts";
import { WaitingMessages } from "../../../lib/write/nats/waiting_messages.ts";
import type { Store, StoredSession } from "../../../lib/write/store.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { NatsServer } from "../../nats_server.ts";
import { until } from "../../until.ts";
import { sessionBatch, TCP } from "../files/session_sensor.ts";
import { openStoreAt } from "./nats_place.ts";

/** Messages of alice's session 1, a batch each. */
function messagesOfOne(count: number): StoredMessage[] {
  const log = new SessionLog(0n, "", []);
  const waiting = new WaitingMessages("farcap.1.07.alice.1", "alice", 1n, log);
  return Array.from({ length: count }, (_, n) => {
    const batch = sessionBatch(BigInt(n + 1), `alice/1/${n + 1}`);
    log.take(batch, [1]);
    const member = {
      type: TCP,
      claims: batch.claims,
      waiting: waitingSessionBatch(batch, 1, 1n, log, 1n),
    };
    waiting.add({ ...batch, parts: 1, members: [member] });
    const [{ subject, headers, payload }] = waiting.take(65_536).messages as [
      ReturnType<WaitingMessages["take"]>["messages"][0],
    ];
    log.store(batch.sequence, 1, 0n, "");
    const values = new Map(headers);
    return { seq: n + 1, subject, payload, header: (name) => values.get(name) ?? "" };
  });
}

Deno.test("messages that are read together wait for the disk together", async () => {
  const appended: bigint[] = [];
  let settled = 0n;
  let waits = 0;
  const session = {
    get settled() {
      return settled;
    },
    append: ({ sequence }: CheckedSessionBatch) => appended.push(sequence) && 1,
    drained: () => {
      waits++;
      settled = appended.at(-1)!;
      return Promise.resolve();
    },
  } as unknown as StoredSession;
  const store = {
    openSession: () => Promise.resolve(session),
    commit: () => Promise.resolve(),
  } as unknown as Store;
  const writer = new StreamWriter({} as Engine, store, SILENT, new AbortController().signal);
  const messages = messagesOfOne(40);
  await writer.write(messages.slice(0, 20));
  await writer.write(messages.slice(20));
  assertEquals(appended, Array.from({ length: 40 }, (_, n) => BigInt(n + 1)));
  assertEquals([waits, writer.counts.batches, writer.counts.lost], [2, 40, 0n]);
});

Deno.test("what is missing in front of a session is lost, unless nothing was read before", async () => {
  for (const isFirst of [true, false]) {
    let settled = 0n;
    const session = {
      get settled() {
        return settled;
      },
      append: ({ sequence }: CheckedSessionBatch) => (settled = sequence, 1),
      drained: () => Promise.resolve(),
      skipTo: (oldest: bigint) => {
        const lost = oldest - 1n - settled;
        settled = oldest - 1n;
        return lost;
      },
    } as unknown as StoredSession;
    const store = {
      openSession: () => Promise.resolve(session),
      commit: () => Promise.resolve(),
    } as unknown as Store;
    const writer = new StreamWriter({} as Engine, store, SILENT, new AbortController().signal);
    const [, , third, , fifth] = messagesOfOne(5);
    await writer.write([third!], isFirst);
    assertEquals(writer.counts.lost, isFirst ? 0n : 2n);
    await writer.write([fifth!], isFirst);
    assertEquals(writer.counts.lost, isFirst ? 1n : 3n, "what is missing behind it always is");
  }
});

Deno.test(needs("the engine is asked how far a partition is behind", NATS_SERVER), async () => {
  await using server = await NatsServer.start();
  {
    await using store = await openStoreAt(server);
    const session = await store.openSession("alice", 1n, () => {});
    for (const sequence of [1n, 2n, 3n]) {
      session.append(sessionBatch(sequence, `alice/1/${sequence}`));
      await session.drained();
    }
  }
  await using engine = await NatsEngine.connect({ url: server.url }, SILENT);
  const written = Promise.withResolvers<void>();
  const stop = new AbortController();
  const readerOf = (partition: number) =>
    new PartitionReader(partition, {
      ...{ engine, folder: "0".repeat(32), permits: new Semaphore(8), signal: stop.signal },
      write: () => written.promise,
      discarded: () => ({ look: () => Promise.resolve(0) }),
      onStall: () => {},
      onOther: () => {},
    });
  // CRC-32 of alice is 7 by Python's zlib, modulo 64.
  const [reader, idle] = [readerOf(7), readerOf(8)];
  for (const each of [reader, idle]) await each.claim();
  const running = [reader.run(), idle.run()];
  await until("messages are held", () => reader.heldBytes > 0);
  await reader.look();
  await idle.look();
  assertEquals([reader.name, reader.lag, idle.name, idle.lag], ["07", 3, "08", 0]);
  written.resolve();
  await until("all is read", async () => {
    await reader.look();
    return reader.lag === 0 && reader.heldBytes === 0;
  });
  stop.abort();
  await Promise.all(running);
});

Deno.test(
  needs(
    "what was there at first is told from what came later, also when answers are lost",
    NATS_SERVER,
  ),
  async () => {
    await using server = await NatsServer.start();
    await using store = await openStoreAt(server);
    const session = await store.openSession("alice", 1n, () => {});
    const append = async (sequence: bigint) => {
      session.append(sessionBatch(sequence, `alice/1/${sequence}`));
      await session.drained();
    };
    await append(1n);
    await using engine = await NatsEngine.connect({ url: server.url }, SILENT);
    const { publish } = engine;
    let notes = 0;
    engine.publish = async (message) => {
      const published = await publish.call(engine, message);
      const isLost = message.subject === "farcap.state.1.reader.07" && ++notes === 2;
      return isLost ? { kind: "failed", why: "it is lost", mayPass: true } : published;
    };
    const written: boolean[] = [];
    const stop = new AbortController();
    const reader = new PartitionReader(7, {
      ...{ engine, folder: "0".repeat(32), permits: new Semaphore(8), signal: stop.signal },
      write: (messages, isFirst) => {
        for (const _ of messages) written.push(isFirst);
        return Promise.resolve();
      },
      discarded: () => ({ look: () => Promise.resolve(0) }),
      onStall: () => {},
      onOther: () => {},
    });
    await reader.claim();
    const running = reader.run();
    await until("the first is read", () => written.length === 1);
    await append(2n);
    await until("the second is read", () => written.length === 2);
    stop.abort();
    await running;
    assertEquals([written, notes > 2], [[true, false], true]);
  },
);
