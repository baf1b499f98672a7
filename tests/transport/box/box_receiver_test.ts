/** What a receiver promises, in this thread and in a worker alike. */
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import type { Address } from "../../../lib/transport/address.ts";
import { BoxReceiver } from "../../../lib/transport/box/box_receiver_io.ts";
import { WorkerReceiver } from "../../../lib/transport/box/open_receiver_io.ts";
import type { Received, Receiver } from "../../../lib/transport/box/received.ts";
import { Peer } from "../loopback.ts";
import { IPV6, needs } from "../../needs.ts";

const ANY_PORT = { hostname: "127.0.0.1", port: 0 };
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** What a datagram counts for in the queue besides its bytes. */
const DATAGRAM_COST_BYTES = 256;

type Open = (address: Address) => Promise<Receiver>;

const WAYS: readonly (readonly [string, Open])[] = [
  ["in this thread", (address) => Promise.resolve().then(() => new BoxReceiver(address))],
  ["in a worker", (address) => WorkerReceiver.open(address)],
];

/** A test of both ways. */
function everyWay(name: string, test: (open: Open) => Promise<void>): void {
  for (const [where, open] of WAYS) Deno.test(`${name}, ${where}`, () => test(open));
}

/** The datagrams up to the end; `taking` may stop the receiver. */
async function takeAll(
  receiver: Receiver,
  taking: (taken: number) => void = () => {},
): Promise<Received[]> {
  const all: Received[] = [];
  for await (const received of receiver) {
    all.push(received);
    taking(all.length);
  }
  return all;
}

everyWay("datagrams come with their bytes and where they are from", async (open) => {
  await using receiver = await open(ANY_PORT);
  using peer = new Peer();
  // As many as the kernel holds whatever the receiver does.
  const sent = Array.from({ length: 100 }, (_, number) => new Uint8Array(number).fill(number));
  for (const bytes of sent) await peer.send(bytes, receiver.address);
  const all = await takeAll(receiver, (taken) => {
    if (taken === sent.length) receiver.close();
  });
  assertEquals(all.map(({ bytes }) => bytes), sent);
  for (const { from } of all) {
    assertEquals([from.hostname, from.port], [peer.address.hostname, peer.address.port]);
  }
  assertEquals([receiver.received, receiver.overflowed], [sent.length, 0]);
});

everyWay("many datagrams that waited come in order, each once", async (open) => {
  await using receiver = await open(ANY_PORT);
  using peer = new Peer();
  for (let number = 0; number < 1000; number++) {
    await peer.send(new Uint8Array(new Uint32Array([number]).buffer), receiver.address);
    // Lets the receiver look at the kernel's short queue; what that drops all the same is no matter.
    if (number % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await receiver.close();
  const all = await takeAll(receiver);
  const numbers = all.map(({ bytes }) => new Uint32Array(bytes.slice().buffer)[0]!);
  assert(numbers.length > 0);
  assert(numbers.every((number, at) => at === 0 || number > numbers[at - 1]!), `${numbers}`);
  assertEquals([receiver.received, receiver.overflowed], [numbers.length, 0]);
});

everyWay("datagrams of every length are whole: none, one, and the longest", async (open) => {
  await using receiver = await open(ANY_PORT);
  using peer = new Peer();
  const lengths = [0, 1, 65_507];
  for (const length of lengths) await peer.send(new Uint8Array(length).fill(7), receiver.address);
  const all = await takeAll(receiver, (taken) => {
    if (taken === lengths.length) receiver.close();
  });
  assertEquals(all.map(({ bytes }) => bytes.length), lengths);
  assert(all.every(({ bytes }) => bytes.every((byte) => byte === 7)));
});

everyWay("every datagram has memory of its own", async (open) => {
  await using receiver = await open(ANY_PORT);
  using peer = new Peer();
  for (let number = 0; number < 3; number++) {
    await peer.send(Uint8Array.of(number), receiver.address);
  }
  const all = await takeAll(receiver, (taken) => {
    if (taken === 3) receiver.close();
  });
  assertEquals(new Set(all.map(({ bytes }) => bytes.buffer)).size, 3);
  assertEquals(all.map(({ bytes }) => [...bytes]), [[0], [1], [2]]);
});

everyWay("close() takes what has come already; then the sequence ends", async (open) => {
  await using receiver = await open(ANY_PORT);
  using peer = new Peer();
  for (let number = 0; number < 20; number++) {
    await peer.send(Uint8Array.of(number), receiver.address);
  }
  const closing = receiver.close();
  const all = await takeAll(receiver);
  await closing;
  assertEquals(all.map(({ bytes }) => bytes[0]), Array.from({ length: 20 }, (_, at) => at));
  assertEquals(receiver.received, 20);
  assertEquals(await takeAll(receiver), [], "and stays at its end");
});

everyWay("close() ends a sequence that waits", async (open) => {
  await using receiver = await open(ANY_PORT);
  const taking = takeAll(receiver);
  await receiver.close();
  await receiver.close();
  assertEquals(await taking, []);
  assertEquals([receiver.received, receiver.overflowed], [0, 0]);
});

everyWay("closing frees the port, disposing too", async (open) => {
  const first = await open(ANY_PORT);
  const { address } = first;
  await first[Symbol.asyncDispose]();
  const second = await listenAgain(open, address);
  await second.close();
  await takeAll(second);
  const third = await listenAgain(open, address);
  await third[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

/** A worker ends a moment after it has been told to. */
async function listenAgain(open: Open, { hostname, port }: Address): Promise<Receiver> {
  const deadlineMs = performance.now() + 10_000;
  while (true) {
    try {
      return await open({ hostname, port });
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

everyWay("port 0 is a free port whose successor is free too", async (open) => {
  await using receiver = await open(ANY_PORT);
  const { hostname, port } = receiver.address;
  assertEquals(hostname, "127.0.0.1");
  assertNotEquals(port, 0);
  Deno.listenDatagram({ transport: "udp", hostname, port: port + 1 }).close();
});

everyWay("a port that is in use is refused, in one line", async (open) => {
  using peer = new Peer();
  const { hostname, port } = peer.address;
  const error = await assertRejects(() => open({ hostname, port }), ConfigError);
  assertEquals(error.code, "address-in-use");
  assertEquals(
    error.message,
    `Cannot listen on 127.0.0.1:${port}: another program uses that port`,
  );
});

everyWay("an address that is not of this machine is refused, in one line", async (open) => {
  const error = await assertRejects(
    () => open({ hostname: "192.0.2.1", port: 0 }), // TEST-NET-1, RFC 5737
    ConfigError,
    "Cannot listen on 192.0.2.1:0: ",
  );
  assertEquals(error.code, "address");
  assertEquals(error.message.includes("\n"), false);
});

for (const hostname of ["127.0.0.1", "::1"]) {
  const needed = hostname === "::1" ? [IPV6] : [];
  for (const [where, open] of WAYS) {
    Deno.test({
      ...needs(`datagrams come over ${hostname}, ${where}`, ...needed),
      fn: async () => {
        await using receiver = await open({ hostname, port: 0 });
        using peer = new Peer(hostname);
        await peer.send(Uint8Array.of(1, 2, 3), receiver.address);
        const [first] = await takeAll(receiver, () => receiver.close());
        assertEquals([...first!.bytes], [1, 2, 3]);
        assertEquals(first!.from.hostname, hostname);
      },
    });
  }
}

/** Sends as much as the queue holds and more, each datagram when the one before has been read. */
async function overfill(receiver: BoxReceiver, peer: Peer, bytes: number): Promise<number> {
  const count = Math.floor(MAX_WAITING_BYTES / (bytes + DATAGRAM_COST_BYTES)) + 10;
  const datagram = new Uint8Array(bytes);
  const before = receiver.received;
  for (let sent = 1; sent <= count; sent++) {
    await peer.send(datagram, receiver.address);
    while (receiver.received < before + sent) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
  return count;
}

Deno.test("the queue holds 32 MiB; what does not fit is counted and dropped, until there is room", async () => {
  await using receiver = new BoxReceiver(ANY_PORT);
  using peer = new Peer();
  const sent = await overfill(receiver, peer, 65_507);
  assertEquals([receiver.received, receiver.overflowed], [sent, 10]);

  const held = await receiver.take(Infinity);
  assertEquals(held.length, sent - 10);
  assert(held.every(({ bytes }) => bytes.length === 65_507));

  await peer.send(new Uint8Array(65_507), receiver.address);
  assertEquals((await receiver.take(Infinity)).map(({ bytes }) => bytes.length), [65_507]);
  assertEquals([receiver.received, receiver.overflowed], [sent + 1, 10]);
});

everyWay("what was read is what comes and what was too much", async (open) => {
  await using receiver = await open(ANY_PORT);
  using peer = new Peer();
  // Half as much again as the queue holds; what the kernel drops of it is no matter.
  for (let number = 0; number < 750; number++) {
    await peer.send(new Uint8Array(65_507), receiver.address);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await receiver.close();
  const { length } = await takeAll(receiver);
  assertEquals(receiver.received, length + receiver.overflowed);
  assert(length * (65_507 + DATAGRAM_COST_BYTES) <= MAX_WAITING_BYTES, `${length} datagrams`);
});

Deno.test("the datagrams that still fit are kept although a longer one did not", async () => {
  await using receiver = new BoxReceiver(ANY_PORT);
  using peer = new Peer();
  const sent = await overfill(receiver, peer, 65_507);
  await peer.send(Uint8Array.of(9), receiver.address);
  const held: Received[] = [];
  while (held.length < sent - 9) held.push(...await receiver.take(100));
  assertEquals([...held.at(-1)!.bytes], [9]);
});

Deno.test("take() gives so many at most, and none at the end", async () => {
  await using receiver = new BoxReceiver(ANY_PORT);
  using peer = new Peer();
  for (let number = 0; number < 5; number++) {
    await peer.send(Uint8Array.of(number), receiver.address);
  }
  await receiver.close();
  const counts: number[] = [];
  do counts.push((await receiver.take(2)).length); while (counts.at(-1) !== 0);
  assertEquals(counts, [2, 2, 1, 0]);
});

/** Runs `test` with a listen function that calls `before` first, which may throw. */
function withListen<T>(before: (port: number) => void, test: () => T): T {
  const { listenDatagram } = Deno;
  Object.assign(Deno, {
    listenDatagram: (options: Parameters<typeof listenDatagram>[0] & { port: number }) => {
      before(options.port);
      return listenDatagram(options);
    },
  });
  try {
    return test();
  } finally {
    Object.assign(Deno, { listenDatagram });
  }
}

Deno.test("port 0 is tried again when the successor is taken, and given up at last", async () => {
  const asked: number[] = [];
  const receiver = withListen((port) => {
    asked.push(port);
    if (asked.length === 2 || asked.length === 4) throw new Deno.errors.AddrInUse("taken");
  }, () => new BoxReceiver(ANY_PORT));
  assertEquals(asked.map((port) => port === 0), [true, false, true, false, true, false]);
  assertEquals(receiver.address.port, asked.at(-1)! - 1);
  await receiver[Symbol.asyncDispose]();

  let tries = 0;
  const error = assertThrows(
    () =>
      withListen((port) => {
        if (port === 0) tries++;
        else throw new Deno.errors.AddrInUse("taken");
      }, () => new BoxReceiver(ANY_PORT)),
    ConfigError,
  );
  assertEquals(error.code, "address-in-use");
  assertEquals(tries, 64); // and none of their sockets is left open
});
