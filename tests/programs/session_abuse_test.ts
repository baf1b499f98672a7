/** Whatever a sensor does in a session, or whoever plays one, the collector's other sensors do not feel it. */
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { concat, parseHex } from "../../lib/base/bytes/bytes.ts";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import {
  BYE,
  encodeRelease,
  encodeStored,
  encodeWant,
  MessageType,
  Rejection,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import { dialRaw } from "../../tools/raw_peer.ts";
import { until } from "../until.ts";
import {
  batch,
  clientsIn,
  membersIn,
  RECORD,
  sendAndSettle,
  settled,
  withCollector,
} from "./running_collector.ts";

Deno.test(
  "a connection that is played again, in whole or to any part, touches nothing of the real one",
  withCollector([], async (running) => {
    const { collector, connect, port, stop } = running;
    using real = await connect();
    await real.welcome(1n, "alice");
    await sendAndSettle(real, 1n);
    const recorded = real.written;
    const address = { hostname: "127.0.0.1", port: port + 1 };
    const MESSAGE_1_ENDS = 102;
    const MESSAGE_2_BYTES = 50;
    for (const length of [4, 50, MESSAGE_1_ENDS, 150, recorded.length - 1, recorded.length]) {
      const { stream, dialer } = await dialRaw({ address });
      using _dialer = dialer;
      using _stream = stream;
      await stream.write(recorded.subarray(0, length));
      if (length < MESSAGE_1_ENDS) continue; // half-open: it says nothing, and nothing is said of it
      const read = () => stream.read().catch(() => undefined);
      const answer = await read();
      if (length < 200) assertEquals(answer?.length, MESSAGE_2_BYTES);
      else if (answer) { // the hello is whole, and cannot be of this handshake: no more than message 2
        assertEquals(answer.length, MESSAGE_2_BYTES);
        assertEquals(await read(), undefined);
      }
    }
    await sendAndSettle(real, 2n); // it has not been fenced
    await real.send(BYE);
    await collector.line(/^alice has disconnected, from \S+: all that it sent is stored$/);
    const { stdout, stderr } = await stop();
    assertEquals(stdout.match(/^alice is connected/gm)?.length, 1);
    assertMatch(stdout, /^sessions=1 .* batches=2 duplicates=0 /m);
    assertMatch(stderr, /not authentic/);
  }),
);

/** Whether nobody listens at a port. */
function isFree(port: number): boolean {
  try {
    Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test(
  "-box=false listens for sessions only",
  withCollector(["-box=false"], async ({ port, connect }) => {
    // Other programs may have it for a moment.
    await until("the port of datagrams is free", () => isFree(port));
    assertEquals(isFree(port + 1), false);
    using peer = await connect();
    await peer.welcome(1n, "alice");
  }),
);

Deno.test(
  "-session=false listens for datagrams only",
  withCollector(["-session=false"], async ({ port }) => {
    assertEquals(isFree(port), false);
    await until("the port of sessions is free", () => isFree(port + 1));
  }),
);

Deno.test(
  "a batch that says something else than it holds is refused for good, and the session goes on",
  withCollector([], async ({ folder, connect, stop }) => {
    const keys = newKeyPair();
    const cut = RECORD.subarray(0, -1);
    const zeros = new Uint8Array(40 << 20);
    const lies: [reason: number, batch: PackedBatch][] = [
      [1, batch({ type: 4711 })],
      [2, batch({ body: Uint8Array.of(0xff, 0xff) })],
      [2, batch({ body: concat([batch().body, Uint8Array.of(0)]) })],
      [3, batch({}, zeros)], // a bomb
      [3, batch({ recordBytes: RECORD.length - 1 })],
      [4, batch({ crc: 1 })],
      [4, batch({ recordBytes: RECORD.length + 1 })],
      [5, batch({}, cut)],
      [6, batch({ count: 2 })],
      [7, batch({}, parseHex("0208ff")!)],
    ];
    const last = BigInt(lies.length + 1);
    {
      using peer = await connect(keys);
      await peer.welcome(5n, "liar");
      for (const [index, [, lie]] of lies.entries()) {
        await peer.send(encodeBatch(SCHEMA, BigInt(index + 1), lie));
        await settled(peer, BigInt(index + 1));
      }
      await peer.send(encodeBatch(SCHEMA, last, batch()));
      await settled(peer, last);
    }
    using again = await connect(keys);
    const next = last + 1n;
    assertEquals((await again.welcome(5n, "liar", { oldest: next, next })).settled, last);
    const { stdout } = await stop();
    assertMatch(stdout, new RegExp(`batches=${last} duplicates=0 refused=${lies.length} `));

    const unknown = await membersIn(folder, "liar/Unknown.ncap.gz");
    const known = await membersIn(folder, "liar/Ethernet.ncap.gz");
    const reasons = [...unknown, ...known].map(({ reason }) => reason);
    assertEquals(reasons, [...lies.map(([reason]) => reason), 0]);
    assertEquals([...unknown, ...known].map(({ count }) => count), [...lies.map(() => 0), 1]);
  }),
);

Deno.test(
  "whoever breaks the protocol loses its connection, with nothing of that message taken; nobody else does",
  withCollector([], async ({ collector, connect, stop }) => {
    using good = await connect();
    await good.welcome(1n, "good");
    const empty = new Uint8Array(0);
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const wrong: Record<string, ChannelMessage[]> = {
      "more bytes than were granted": [encodeBatch(SCHEMA, 1n, batch({ body: noise }))],
      "batch 2 instead of 1": [encodeBatch(SCHEMA, 2n, batch())],
      "batch 1 instead of 2": [encodeBatch(SCHEMA, 1n, batch()), encodeBatch(SCHEMA, 1n, batch())],
      "a message of type 1": [{ type: MessageType.Hello, body: empty }],
      "a message of type 2": [{ type: MessageType.Welcome, body: empty }],
      "a message of type 5": [encodeStored({ settled: 9n, credit: 9n })],
      "a message of type 200": [{ type: 200, body: empty }],
      "a malformed batch": [{ type: MessageType.Batch, body: new Uint8Array(44) }],
      "a malformed wish": [{ type: MessageType.Want, body: empty }],
      "more credit given back than there was": [encodeRelease(65_537)],
    };
    for (const [number, [what, messages]] of Object.entries(wrong).entries()) {
      using peer = await connect();
      await peer.welcome(1n, `wrong-${number}`);
      await peer.send(...messages);
      assertEquals(await peer.rejection(), Rejection.Violation, what);
      await collector.errorLine(
        new RegExp(`^wrong-${number} has disconnected, .*: it sent ${what}`),
      );
    }
    for (const first of [BYE, encodeBatch(SCHEMA, 1n, batch()), encodeWant({ next: 1, all: 1 })]) {
      using peer = await connect();
      await peer.send(first);
      assertEquals(await peer.rejection(), Rejection.Violation);
    }
    await sendAndSettle(good, 1n);
    const { stdout } = await stop();
    assertMatch(stdout, /^sessions=\d+ .* batches=2 duplicates=0 refused=0 /m);
  }),
);

Deno.test(
  "whatever a sensor calls itself in a session, its files are in one folder below -out",
  withCollector([], async ({ folder, connect }) => {
    const names = ["../../etc", "/etc/cron.d", "", ".", "..", "a/b", "a\0b", "n".repeat(255)];
    for (const name of names) {
      using peer = await connect();
      assertEquals((await peer.welcome(1n, name)).name, name);
      await sendAndSettle(peer, 1n);
    }
    assertEquals((await clientsIn(folder)).length, names.length);
    for (const client of await clientsIn(folder)) {
      assertEquals((await membersIn(folder, `${client}/Ethernet.ncap.gz`)).length, 1, client);
    }
    const beside: string[] = [];
    for await (const { name } of Deno.readDir(folder)) beside.push(name);
    assertEquals(beside, ["records"]);
  }),
);

Deno.test(
  "of a cloned machine another batch under a used number is told, and so are two sessions at once",
  withCollector([], async ({ collector, connect }) => {
    const keys = newKeyPair();
    using machine = await connect(keys);
    await machine.welcome(1n, "twin");
    await sendAndSettle(machine, 1n);
    using restarted = await connect(keys);
    await restarted.welcome(2n, "twin");
    await collector.errorLine(/^twin is there twice: .*: from 127\.0\.0\.1:\d+ and 127/);
    // A copy of the machine's memory, from before it sent its first batch.
    using clone = await connect(keys);
    await clone.hello(1n, "twin", { next: 1n });
    assertEquals(await clone.rejection(), Rejection.Fork);
  }),
);
