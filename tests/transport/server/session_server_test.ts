/** What the server of sessions promises all sensors together, against single ones. */
import { assertEquals } from "@std/assert";
import { importStaticKey } from "../../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import type { HostedSession, SessionHost } from "../../../lib/transport/server/session_host.ts";
import { encodeBatch } from "../../../lib/transport/session/session_batch.ts";
import {
  BASE_CREDIT_BYTES,
  encodeHello,
  encodeOffer,
  MessageType,
  Rejection,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import { Said } from "../../said.ts";
import { until } from "../../until.ts";
import { MemoryHost } from "../memory_host.ts";
import { batchOf, VALUES } from "../session_batches.ts";
import { COLLECTOR, connectRaw, serve } from "../session_ends.ts";

Deno.test("sessions of one name are bounded, those of another name not by them", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  using stack = new DisposableStack();
  for (let session = 1n; session <= 16n; session++) {
    await stack.use(await connectRaw(server)).welcome(session, "greedy");
  }
  const late = stack.use(await connectRaw(server));
  await late.hello(17n, "greedy");
  assertEquals(await late.rejection(), Rejection.Busy);
  await stack.use(await connectRaw(server)).welcome(17n, "modest");
  // A session that is there already may be gone on with.
  await stack.use(await connectRaw(server)).welcome(3n, "greedy");
});

Deno.test("credit comes back also when another connection uses the session before it is told", async () => {
  // Such a store says that it has drained, and tells of it too late to be heard.
  const host: SessionHost = {
    storeId: VALUES.storeId,
    admit: (_key, name) => ({ name }),
    open: () => {
      let settled = 0n;
      const session: HostedSession = {
        get settled() {
          return settled;
        },
        accept: ({ sequence }) => {
          settled = sequence;
          return "accepted";
        },
        drained: () => Promise.resolve(),
        close() {},
      };
      return Promise.resolve(session);
    },
  };
  await using server = await serve(host, { creditBytes: 2 * BASE_CREDIT_BYTES });
  for (let session = 1n; session <= 5n; session++) {
    using peer = await connectRaw(server);
    const { credit } = await peer.welcome(session, "plant");
    assertEquals(credit, BigInt(BASE_CREDIT_BYTES));
    await peer.send(encodeBatch(SCHEMA, 1n, batchOf(7, 60_000)));
    await peer.send({ type: 99, body: new Uint8Array(0) });
    assertEquals(await peer.rejection(), Rejection.Violation);
    assertEquals(await peer.next(MessageType.Welcome), undefined);
  }
});

Deno.test("the next key is told to who can be told; that a connection is gone by then ends nobody else's", async () => {
  using host = new MemoryHost();
  const log = new Said();
  await using server = await serve(host, { log });
  const begin = async (name: string) => {
    const peer = await connectRaw(server);
    const hello = encodeHello({ schema: SCHEMA, session: 1n, oldest: 1n, next: 1n, name });
    await peer.send(hello, encodeOffer({ encodings: [1], takesNextKey: true }));
    await peer.receive(MessageType.Welcome);
    return peer;
  };
  using stays = await begin("stays");
  using untold = await connectRaw(server);
  await untold.welcome(1n, "untold");
  const goes = await begin("goes");
  host.isStalled = true; // so that the connection waits for what it has brought
  await goes.send(encodeBatch(SCHEMA, 1n, batchOf(7, 100)));
  await until("it has come", () => host.accepted === 1);
  goes[Symbol.dispose]();
  await until("it is gone", () => log.problems.some(([key]) => key === "gone goes"));
  const next = newKeyPair();
  server.setKeys([await importStaticKey(next), await importStaticKey(COLLECTOR)], []);
  assertEquals((await stays.receive(MessageType.NextKey)).body, next.publicKey);
  host.isStalled = false;
  await until("its end is over", () => server.sensors === 2);
  await server.close();
  assertEquals(await untold.next(MessageType.NextKey), undefined);
});

/** A host whose batches are looked at by another thread, which is done when the test says so. */
class PreparingHost extends MemoryHost {
  readonly began: bigint[] = [];
  readonly taken: bigint[] = [];
  readonly #done = new Map<bigint, () => void>();

  override async open(...args: Parameters<MemoryHost["open"]>): Promise<HostedSession> {
    const session = await super.open(...args);
    return {
      get settled() {
        return session.settled;
      },
      accept: () => {
        throw new TypeError("It has been prepared");
      },
      prepare: async (batch) => {
        const { sequence } = batch;
        this.began.push(sequence);
        await new Promise<void>((resolve) => this.#done.set(sequence, resolve));
        return () => {
          this.taken.push(sequence);
          return session.accept(batch);
        };
      },
      drained: () => session.drained(),
      close: () => session.close(),
    };
  }

  done(...sequences: bigint[]): void {
    for (const sequence of sequences) this.#done.get(sequence)!();
  }
}

Deno.test("batches that another thread looks at are taken in order, and read ahead only so far", async () => {
  using host = new PreparingHost();
  await using server = await serve(host);
  using peer = await connectRaw(server);
  await peer.welcome(1n, "plant");
  for (let n = 1n; n <= 6n; n++) await peer.send(encodeBatch(SCHEMA, n, batchOf(7, 100)));
  await until("four are looked at", () => host.began.length === 4);
  host.done(4n, 2n, 3n);
  await until("they are", () => host.began.length === 4);
  assertEquals(host.taken, []);
  host.done(1n);
  await until("the next two are looked at", () => host.began.length === 6);
  assertEquals(host.taken, [1n, 2n, 3n, 4n]);
  host.done(6n, 5n);
  const told = await peer.receive(MessageType.Stored);
  assertEquals(told.body.length > 0, true);
  await until("all are taken", () => host.taken.length === 6);
  assertEquals(host.taken, [1n, 2n, 3n, 4n, 5n, 6n]);
});

Deno.test("what was looked at when its connection ended is not taken: the sensor still has it", async () => {
  using host = new PreparingHost();
  await using server = await serve(host);
  const peer = await connectRaw(server);
  await peer.welcome(1n, "plant");
  for (let n = 1n; n <= 2n; n++) await peer.send(encodeBatch(SCHEMA, n, batchOf(7, 100)));
  await until("both are looked at", () => host.began.length === 2);
  peer[Symbol.dispose]();
  await until("it is gone", () => server.sensors === 0);
  host.done(1n, 2n);
  using again = await connectRaw(server);
  const { settled } = await again.welcome(1n, "plant");
  assertEquals([settled, host.taken], [0n, []]);
});
