/** What a store in an engine does when that fails, forgets, or has two of them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Log } from "../../../lib/base/program/log_io.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { until } from "../../until.ts";
import { sessionBatch, TCP } from "../files/session_sensor.ts";
import { batchOf } from "../files/text_batches.ts";
import type { Engine, Published } from "../../../lib/write/nats/engine.ts";
import { NatsStore } from "../../../lib/write/nats/nats_store_io.ts";
import { asking, batchesAt, messagesOf, openStoreAt } from "./nats_place.ts";

const batch = (sequence: bigint) => sessionBatch(sequence, `alice/1/${sequence}`);

function withServer(
  name: string,
  config: string,
  test: (server: NatsServer) => Promise<void>,
): void {
  Deno.test(needs(name, NATS_SERVER), async () => {
    await using server = await NatsServer.start({ config });
    await test(server);
  });
}

/** A log that keeps its lines. */
function kept(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text);
  return { lines, line, detail: () => {}, problem: (_kind, text) => line(text) };
}

withServer(
  "batches that wait together become one message, whose headers say so",
  "",
  async (server) => {
    await using store = await openStoreAt(server);
    const session = await store.openSession("al.ice", 1n, () => {});
    for (const n of [1n, 2n, 3n]) session.append(sessionBatch(n, `al%2Eice/1/${n}`));
    await session.drained();
    const [message, ...others] = await messagesOf(server);
    assertEquals(others.length, 0);
    // CRC-32 of "al.ice" is 0x5a4b6201 by Python's zlib; modulo 64 that is 1.
    assertEquals(message!.subject, "farcap.1.01.al%2Eice.1");
    const header = (name: string) => message!.headers.get(`Farcap-${name}`);
    assertEquals(header("Client"), "al.ice");
    assertEquals([header("Session"), header("Sequence")], ["1", "1-3"]);
    assertEquals([header("Settled"), header("Times")], ["3", "1 3"]);
    const sizes = header("Members")!.split(",");
    assertEquals(sizes.map((size) => size.split(":")[1]), ["38=1", "38=1", "38=1"]);
    const sum = sizes.reduce((bytes, size) => bytes + parseInt(size), 0);
    assertEquals(sum, message!.payload.length);
  },
);

withServer(
  "a batch that does not fit into a message is cut, and settled by the last piece",
  "max_payload: 16384",
  async (server) => {
    const text = Array.from(crypto.getRandomValues(new Uint8Array(30_000)), (n) => n.toString(36))
      .join("");
    {
      await using store = await openStoreAt(server);
      const session = await store.openSession("alice", 1n, () => {});
      session.append(sessionBatch(1n, text));
      session.append(batch(2n));
      await session.drained();
      assertEquals(session.settled, 2n);
    }
    const messages = await messagesOf(server);
    const pieces = messages.map(({ headers }) => headers.get("Farcap-Piece"));
    assert(pieces.length > 3, `${pieces}`);
    assertEquals(
      pieces.slice(0, -1),
      pieces.slice(0, -1).map((_, n) => `${n + 1}/${pieces.length - 1}`),
    );
    const settled = messages.map(({ headers }) => headers.get("Farcap-Settled"));
    assertEquals(settled, [...pieces.slice(2).map(() => "0"), "1", "2"]);
    await using again = await openStoreAt(server);
    assertEquals((await again.openSession("alice", 1n, () => {})).settled, 2n);
  },
);

withServer(
  "of two stores that have a session one alone goes on, and the other is told",
  "",
  async (server) => {
    const log = kept();
    await using first = await openStoreAt(server, log);
    await using second = await openStoreAt(server);
    const [early, late] = [
      await first.openSession("alice", 1n, () => {}),
      await second.openSession("alice", 1n, () => {}),
    ];
    late.append(batch(1n));
    await late.drained();
    for (const n of [1n, 2n]) early.append(batch(n));
    await early.fenced;
    await assertRejects(() => early.drained(), Error, "another collector");
    assertEquals(early.settled, 0n);
    const again = await first.openSession("alice", 1n, () => {});
    assertEquals([again.settled, again.append(batch(2n))], [1n, 1]);
    await again.drained();
    assertEquals([...await batchesAt(server)], [["alice/1/1", 1], ["alice/1/2", 1]]);
    assertEquals(log.lines.filter((line) => line.includes("another collector")).length, 1);
  },
);

withServer(
  "a server that is killed takes nothing along: batches wait, and are there once",
  "",
  async (server) => {
    const log = kept();
    await using store = await openStoreAt(server, log);
    const session = await store.openSession("alice", 1n, () => {});
    session.append(batch(1n));
    await session.drained();
    await server.kill();
    for (const n of [2n, 3n, 4n]) session.append(batch(n));
    await until(
      "it says that they wait",
      () => log.lines.some((line) => /batches wait/.test(line)),
    );
    assertEquals([session.settled, store.counts.stall !== undefined], [1n, true]);
    await server.restart();
    await session.drained();
    assertEquals([session.settled, store.counts.stall], [4n, undefined]);
    assertEquals([...(await batchesAt(server)).values()], [1, 1, 1, 1]);
    assertEquals(log.lines.filter((line) => /batches wait/.test(line)).length, 1, "said once");
    assert(log.lines.includes("storing again"));
  },
);

withServer(
  "what is discarded is noticed, and a session goes on behind it, later too",
  "",
  async (server) => {
    const log = kept();
    {
      await using store = await openStoreAt(server, log);
      const session = await store.openSession("alice", 1n, () => {});
      for (const n of [1n, 2n]) session.append(batch(n));
      await session.drained();
      await asking(server, (ask) => ask("STREAM.PURGE.FARCAP", {}));
      session.append(batch(3n));
      await session.drained();
      assertEquals([...await batchesAt(server)], [["alice/1/3", 1]]);
      assert(
        log.lines.some((line) => /farcap\.1\.\d\d\.alice\.1 was discarded/.test(line)),
        `${log.lines}`,
      );
    }
    await asking(server, (ask) => ask("STREAM.PURGE.FARCAP", {}));
    await using store = await openStoreAt(server);
    const session = await store.openSession("alice", 1n, () => {});
    assertEquals(session.settled, 3n, "a marker tells it");
    session.append(batch(4n));
    await session.drained();
    assertEquals([...await batchesAt(server)], [["alice/1/4", 1]]);
  },
);

withServer("a full stream withholds, and goes on when there is room", "", async (server) => {
  await (await openStoreAt(server))[Symbol.asyncDispose]();
  const change = (max_msgs: number) =>
    asking(server, async (ask) => {
      const { config } = await ask("STREAM.INFO.FARCAP", {});
      const { error } = await ask("STREAM.UPDATE.FARCAP", { ...config, max_msgs });
      assertEquals(error, undefined);
    });
  await change(1);
  const log = kept();
  await using store = await openStoreAt(server, log);
  const session = await store.openSession("alice", 1n, () => {});
  session.append(batch(1n));
  await session.drained();
  session.append(batch(2n));
  await until("it is said", () => log.lines.some((line) => /maximum messages/.test(line)));
  await change(-1);
  await session.drained();
  assertEquals([...await batchesAt(server)], [["alice/1/1", 1], ["alice/1/2", 1]]);
});

withServer(
  "what waits while the engine is away is packed when it is back, and commit() waits for it no longer",
  "",
  async (server) => {
    const log = kept();
    await using store = await openStoreAt(server, log);
    const session = await store.openSession("alice", 1n, () => {});
    await server.kill();
    await until("it is noticed", () => log.lines.some((line) => /broke off/.test(line)));
    session.append(batch(1n)); // the first one: nothing has been packed before
    await store.append(batchOf("bob", TCP, "one"));
    await until("it is said", () => log.lines.some((line) => /batches wait/.test(line)));
    await store.commit();
    assertEquals(session.settled, 0n);
    await server.restart();
    await session.drained();
    await until("all is there", async () => (await batchesAt(server)).size === 2);
    assertEquals([...(await batchesAt(server)).values()], [1, 1]);
  },
);

withServer("messages are as long as the stream takes them", "", async (server) => {
  await asking(server, (ask) =>
    ask("STREAM.CREATE.FARCAP", {
      ...{ name: "FARCAP", subjects: ["farcap.1.>"], storage: "file", retention: "limits" },
      max_msg_size: 65_536,
    }));
  const noise = [1, 2].flatMap(() =>
    Array.from(crypto.getRandomValues(new Uint8Array(60_000)), (n) => n.toString(36))
  );
  {
    await using store = await openStoreAt(server);
    const session = await store.openSession("alice", 1n, () => {});
    session.append(sessionBatch(1n, noise.join("")));
    await until("it is stored", () => session.settled === 1n);
  }
  const pieces = await messagesOf(server);
  assert(pieces.length > 1);
  for (const { headers } of pieces) assert(headers.has("Farcap-Piece"));
});

Deno.test("at the end no more is begun with an engine that does not answer", async () => {
  const answers: ((published: Published) => void)[] = [];
  const engine: Engine = {
    name: "nats://none",
    maxPayloadBytes: 65_536,
    publish: () => new Promise((resolve) => answers.push(resolve)),
    last: () => Promise.resolve(undefined),
    next: () => Promise.resolve(undefined),
    at: () => Promise.resolve(undefined),
  };
  const told: string[] = [];
  const store = new NatsStore(engine, new Uint8Array(16), {
    onStalled: () => told.push("stalled"),
    onResumed: () => told.push("resumed"),
  });
  for (let n = 0; n < 100; n++) {
    const session = await store.openSession(`s${n}`, 1n, () => {});
    session.append(batch(1n));
    session.drained().catch(() => {});
  }
  await until("messages are on their way", () => answers.length > 0);
  const begun = answers.length;
  const ending = store[Symbol.asyncDispose]();
  for (const answer of answers) {
    answer({ kind: "failed", why: "it does not answer", mayPass: true });
  }
  await ending;
  assert(begun < 100, "only some are under way at a time");
  assertEquals([answers.length, told], [begun, ["stalled"]]);
});
