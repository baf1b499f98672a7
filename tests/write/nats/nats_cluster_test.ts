/** Stores in clusters of three servers. */
import { assertEquals, assertMatch } from "@std/assert";
import { startCluster } from "../../nats_server.ts";
import { NATS_CLUSTER, NATS_SERVER, needs, NEWER_NATS_SERVER } from "../../needs.ts";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import { openNatsStore } from "../../../lib/write/nats/open_store_io.ts";
import { sessionBatch } from "../files/session_sensor.ts";
import { batchesAt, messagesOf } from "./nats_place.ts";

const batch = (sequence: bigint) => sessionBatch(sequence, `alice/1/${sequence}`);
/** Leaders have been elected by then. */
const patience = () => AbortSignal.timeout(60_000);

Deno.test(
  needs("with replicas a batch survives its server; two stores fence each other", NATS_CLUSTER),
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
    const [first, second] = servers;
    await first!.kill();
    session.append(batch(2n));
    await session.drained();
    assertEquals(session.settled, 2n);
    assertEquals((await messagesOf(second!)).length, 2);
    assertEquals([...(await batchesAt(second!)).values()], [1, 1]);
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
