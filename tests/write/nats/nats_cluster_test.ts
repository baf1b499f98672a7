/** Stores in clusters of three servers. */
import { assertEquals, assertMatch } from "@std/assert";
import { startCluster } from "../../nats_server.ts";
import { NATS_CLUSTER, NATS_SERVER, needs, NEWER_NATS_SERVER } from "../../needs.ts";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import { enrolKey, EnrolResult, withToken } from "../../../lib/seal/access/access_state.ts";
import { EnginePlace } from "../../../lib/write/nats/engine_place_io.ts";
import { until } from "../../until.ts";
import { openNatsStore } from "../../../lib/write/nats/open_store_io.ts";
import { sessionBatch } from "../files/session_sensor.ts";
import { batchesAt, messagesOf } from "./nats_place.ts";

const batch = (sequence: bigint) => sessionBatch(sequence, `alice/1/${sequence}`);
const TOKEN = {
  ...{ id: "01".repeat(16), secretHash: "02".repeat(32), name: "gate" },
  ...{ options: { mayUseBox: false }, madeMs: 1_000, expiresMs: 2_000 },
};
/** Leaders have been elected by then. */
const patience = () => AbortSignal.timeout(60_000);

Deno.test(
  needs(
    "with replicas a batch survives its server; two stores fence each other, and use a token once",
    NATS_CLUSTER,
  ),
  async () => {
    await using stack = new AsyncDisposableStack();
    const servers = await startCluster(stack, 3, NEWER_NATS_SERVER);
    const url = `nats://${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
    const open = () => openNatsStore({ url, replicas: 3, retryMs: 100 }, SILENT, patience());
    await using store = await open();
    await using other = await open();
    assertEquals(other.id, store.id);
    const session = await store.openSession("alice", 1n, () => {});
    const late = await other.openSession("alice", 1n, () => {});
    session.append(batch(1n));
    await session.drained();
    late.append(batch(1n));
    await late.fenced;
    const places = await Promise.all(
      [store, other].map(({ engine }) => EnginePlace.open(engine, SILENT)),
    );
    const race = async () => {
      const wished = await Promise.all(
        Array.from(
          { length: 10 },
          (_, n) =>
            places[n % 2]!.access.change((state) =>
              enrolKey(state, { id: TOKEN.id, key: `${n}`.repeat(64), isListed: false }, 1_500)
            ),
        ),
      );
      return wished.map(({ result }) => result).sort();
    };
    await places[0]!.access.change((state) => ({ state: withToken(state, TOKEN) }));
    assertEquals(await race(), [EnrolResult.Enrolled, ...Array(9).fill(EnrolResult.Used)]);
    const [first, second] = servers;
    await first!.kill();
    session.append(batch(2n));
    await session.drained();
    assertEquals(session.settled, 2n);
    assertEquals((await messagesOf(second!)).length, 2);
    assertEquals([...(await batchesAt(second!)).values()], [1, 1]);
    await until(
      "who may send is changed without that server",
      () =>
        race().then(
          (results) => results.every((result) => result !== EnrolResult.NoToken),
          () => false,
        ),
    );
    for (const { access } of places) assertEquals((await access.read()).keys.length, 1);
  },
);

Deno.test(
  needs("replicas of a server before 2.10 are refused before there are any", NATS_SERVER),
  async () => {
    await using stack = new AsyncDisposableStack();
    const servers = await startCluster(stack, 3);
    const url = servers[0]!.url;
    const error = await openNatsStore({ url, replicas: 3 }, SILENT, patience()).then(
      (store) => store[Symbol.asyncDispose]().then(() => new Error("it was opened")),
      (error: Error) => error,
    );
    assertMatch(
      error.message,
      /^Cannot use the stream FARCAP of \S+: it has 3 replicas and the server is 2\.9\.\d+,/,
    );
  },
);
