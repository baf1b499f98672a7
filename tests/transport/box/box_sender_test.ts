import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { concat, encodeHex } from "../../../lib/base/bytes/bytes.ts";
import { frameRecords, walkRecords } from "../../../lib/base/record/delimited.ts";
import { ConfigError, KeyFileError } from "../../../lib/base/errors.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import type { Batch } from "../../../lib/gather/batch.ts";
import { parseBatchMessage } from "../../../lib/pack/batch_message.ts";
import { gunzip } from "../../../lib/pack/gzip.ts";
import { BoxOpener } from "../../../lib/seal/box.ts";
import { keyPairOf } from "../../../lib/seal/key.ts";
import { NOTHING_SENT } from "../../../lib/transport/sent_counts.ts";
import { BoxSender, type BoxSenderOptions } from "../../../lib/transport/box/box_sender_io.ts";
import { parseDatagram } from "../../../lib/transport/box/datagram.ts";
import { resolveAddresses } from "../../../lib/transport/resolve_host_io.ts";
import { randomNumbers } from "../../base/random_numbers.ts";
import { Peer } from "../loopback.ts";
import { VirtualTime } from "../virtual_time.ts";
import { IPV6, needs } from "../../needs.ts";

const COLLECTOR = keyPairOf(new Uint8Array(32).fill(1));
const SENSOR = keyPairOf(new Uint8Array(32).fill(2));
const TCP = typeNumber("TCP");
const UDP = typeNumber("UDP");

/** A sender to a socket of ours. */
function senderTo(peer: Peer, options: Partial<BoxSenderOptions> = {}): BoxSender {
  return new BoxSender({
    collector: peer.address,
    collectorKey: COLLECTOR.publicKey,
    keys: SENSOR,
    clientId: "xyz",
    containsPayloads: false,
    maxDatagramBytes: 10_240,
    rate: Infinity,
    ...options,
  });
}

/** A batch of records of these sizes, of bytes that no compression makes shorter. */
function batchOf(type: number, sizes: readonly number[], seed = 1): Batch {
  const random = randomNumbers(seed);
  const records = sizes.map((size) => Uint8Array.from({ length: size }, () => random(256)));
  return { type, count: sizes.length, data: frameRecords(records) };
}

/** The message in a datagram of `SENSOR`. */
function open(bytes: Uint8Array) {
  const { publicKey, nonce, box } = parseDatagram(bytes)!;
  assertEquals(publicKey, SENSOR.publicKey);
  const content = new BoxOpener(COLLECTOR.privateKey).open(box, nonce, publicKey);
  const unpacked = gunzip(content!, 1 << 24);
  assert("bytes" in unpacked);
  return parseBatchMessage(unpacked.bytes)!;
}

function recordsOf(data: Uint8Array): number {
  const { count, problem } = walkRecords(data, () => {});
  assertEquals(problem, undefined);
  return count;
}

for (const hostname of ["127.0.0.1", "::1"]) {
  const needed = hostname === "::1" ? [IPV6] : [];
  Deno.test({
    ...needs(
      `a batch goes to ${hostname} as one datagram, which the collector's key opens`,
      ...needed,
    ),
    fn: async () => {
      using peer = new Peer(hostname);
      const told: [Batch, number][] = [];
      await using sender = senderTo(peer, {
        containsPayloads: true,
        onSent: (...what) => told.push(what),
      });
      const batch = batchOf(TCP, [100, 20, 300]);
      await sender.send(batch);
      const bytes = await peer.receive();
      const { ClientID, MessageType, TotalSize, Data, ContainsPayloads } = open(bytes);
      assertEquals([ClientID, MessageType, ContainsPayloads], ["xyz", TCP, true]);
      assertEquals(Data, batch.data);
      assertEquals(TotalSize, batch.data.length);
      const counts = { ...NOTHING_SENT, sent: 3, parts: 1, bytes: bytes.length };
      assertEquals([...sender.counts], [[TCP, counts]]);
      assertEquals(told, [[batch, bytes.length]]);
    },
  });
}

Deno.test("a name is sent to where it leads", async () => {
  using peer = new Peer((await resolveAddresses("localhost"))[0]);
  await using sender = senderTo(peer, {
    collector: { hostname: "localhost", port: peer.address.port },
  });
  for (let batch = 0; batch < 2; batch++) {
    await sender.send(batchOf(TCP, [10]));
    assertEquals(recordsOf(open(await peer.receive()).Data), 1);
  }
});

Deno.test("every datagram has a nonce of its own, and types are counted apart", async () => {
  using peer = new Peer();
  await using sender = senderTo(peer);
  const nonces = new Set<string>();
  const bytes = { [TCP]: 0, [UDP]: 0 };
  for (const type of [TCP, UDP, TCP, UDP, TCP]) {
    await sender.send(batchOf(type, [10, 10]));
    const datagram = await peer.receive();
    nonces.add(encodeHex(parseDatagram(datagram)!.nonce));
    bytes[type]! += datagram.length;
  }
  assertEquals(nonces.size, 5);
  assertEquals(Object.fromEntries(sender.counts), {
    [TCP]: { ...NOTHING_SENT, sent: 6, parts: 3, bytes: bytes[TCP] },
    [UDP]: { ...NOTHING_SENT, sent: 4, parts: 2, bytes: bytes[UDP] },
  });
});

Deno.test("a batch that one datagram cannot hold is split, and nothing is lost or out of order", async () => {
  using peer = new Peer();
  const told: Batch[] = [];
  await using sender = senderTo(peer, {
    maxDatagramBytes: 1400,
    onSent: (batch) => told.push(batch),
  });
  const random = randomNumbers(3);
  const batch = batchOf(TCP, Array.from({ length: 60 }, () => 1 + random(1000)));
  const before = batch.data.slice();
  await sender.send(batch);
  const { parts: datagrams, bytes, ...counts } = sender.counts.get(TCP)!;
  assertEquals(counts, {
    sent: 60,
    dropped: 0,
    tooLarge: 0,
    failed: 0,
    unwanted: 0,
    maybeTwice: 0,
    resumed: 0,
    spooled: 0,
  });
  assert(datagrams >= batch.data.length / 1400, `${datagrams} datagrams`);

  const parts: Uint8Array[] = [];
  let received = 0;
  for (let datagram = 0; datagram < datagrams; datagram++) {
    const one = await peer.receive();
    assert(one.length <= 1400, `${one.length} bytes`);
    received += one.length;
    const { MessageType, TotalSize, Data } = open(one);
    assertEquals([MessageType, TotalSize], [TCP, Data.length]);
    assertEquals(recordsOf(Data), told[datagram]!.count);
    parts.push(Data);
  }
  assertEquals(received, bytes);
  assertEquals(concat(parts), before);
  assertEquals(batch.data, before, "the batch itself is left as it was");
});

Deno.test("a datagram may be as long as the limit, to the byte", async () => {
  using peer = new Peer();
  const batch = batchOf(TCP, [500, 500]);
  await using measure = senderTo(peer);
  await measure.send(batch);
  const { length } = await peer.receive();

  await using exact = senderTo(peer, { maxDatagramBytes: length });
  await exact.send(batch);
  assertEquals((await peer.receive()).length, length);
  await using less = senderTo(peer, { maxDatagramBytes: length - 1 });
  await less.send(batch);
  assertEquals(less.counts.get(TCP)!.parts, 2);
});

Deno.test("a record that no datagram can hold is counted and told of; the others are sent", async () => {
  using peer = new Peer();
  const told: [Batch, string][] = [];
  await using sender = senderTo(peer, {
    maxDatagramBytes: 1000,
    onFailed: (...what) => told.push(what),
  });
  await sender.send(batchOf(TCP, [200, 200, 5000, 200, 200, 200, 950]));
  const { parts: datagrams, sent, tooLarge, failed } = sender.counts.get(TCP)!;
  assertEquals({ sent, tooLarge, failed }, { sent: 5, tooLarge: 2, failed: 0 });
  assertEquals(told.map(([{ type, count }]) => [type, count]), [[TCP, 1], [TCP, 1]]);
  for (const [, reason] of told) assertEquals(reason, "no datagram of 1000 bytes can hold it");
  let received = 0;
  for (let datagram = 0; datagram < datagrams; datagram++) {
    received += recordsOf(open(await peer.receive()).Data);
  }
  assertEquals(received, 5);
});

Deno.test("what the system refuses to send is counted and told of, and the next is sent", async () => {
  using peer = new Peer();
  const told: [Batch, string][] = [];
  const onFailed = (...what: [Batch, string]) => told.push(what);
  // Longer than any UDP datagram.
  await using sender = senderTo(peer, { maxDatagramBytes: 100_000, onFailed });
  await sender.send(batchOf(TCP, [70_000]));
  await sender.send(batchOf(TCP, [70]));
  assertEquals(recordsOf(open(await peer.receive()).Data), 1);
  const { sent, parts: datagrams, tooLarge, failed } = sender.counts.get(TCP)!;
  assertEquals([sent, datagrams, tooLarge, failed], [1, 1, 0, 1]);
  assertEquals(told.length, 1);
  assertEquals(told[0]![0].data.length, 70_003);
  assertMatch(told[0]![1], /^it is too long for the network$/);

  // There is no port 0 to send to.
  const collector = { hostname: "127.0.0.1", port: 0 };
  await using lost = senderTo(peer, { collector, onFailed });
  await lost.send(batchOf(UDP, [10, 10]));
  assertEquals(lost.counts.get(UDP), { ...NOTHING_SENT, failed: 2 });
  assertEquals(told.length, 2);
});

Deno.test("a name that cannot be found fails the batch, not the sender", async () => {
  using peer = new Peer();
  const told: string[] = [];
  await using sender = senderTo(peer, {
    collector: { hostname: "moved.invalid", port: 9 },
    resolve: () => Promise.reject(new Error("not found")),
    onFailed: (_batch, reason) => told.push(reason),
  });
  await sender.send(batchOf(TCP, [10, 10]));
  assertEquals(sender.counts.get(TCP)!.failed, 2);
  assertEquals(told.length, 1);
  assertMatch(told[0]!, /moved\.invalid" has no address/);
});

Deno.test("locate() finds the collector, or says in one line that it has no address", async () => {
  using peer = new Peer((await resolveAddresses("localhost"))[0]);
  const { port } = peer.address;
  await using sender = senderTo(peer, { collector: { hostname: "localhost", port } });
  await sender.locate();
  await sender.send(batchOf(TCP, [10]));
  assertEquals(recordsOf(open(await peer.receive()).Data), 1);

  const collector = { hostname: "300.1.2.3", port };
  await using lost = senderTo(peer, { collector });
  const error = await assertRejects(() => lost.locate(), ConfigError, '"300.1.2.3"');
  assertEquals(error.code, "address");
  assertEquals(error.message.includes("\n"), false);
});

Deno.test("a collector that is not there is not noticed", async () => {
  const gone = new Peer();
  gone[Symbol.dispose]();
  await using sender = senderTo(gone);
  for (let batch = 0; batch < 5; batch++) await sender.send(batchOf(TCP, [10]));
  assertEquals(sender.counts.get(TCP)!.sent, 5);
});

Deno.test("sending keeps the rate, each datagram counted with 512 bytes, after a burst of 32 KiB", async () => {
  using peer = new Peer();
  const told: number[] = [];
  using time = new VirtualTime();
  await using sender = senderTo(peer, {
    rate: 1_000_000,
    onSent: (_batch, bytes) => {
      told.push(bytes + 512);
      // What has gone is what the time so far allows, and one datagram that goes into debt.
      const gone = told.reduce((sum, cost) => sum + cost, 0);
      assertLess(gone - told.at(-1)!, 32 * 1024 + time.nowMs * 1000 + 1);
    },
  });
  for (let batch = 0; batch < 100; batch++) await sender.send(batchOf(TCP, [1000], batch));
  const cost = told.reduce((sum, cost) => sum + cost, 0);
  const wantedMs = (cost - told.at(-1)! - 32 * 1024) / 1000;
  assert(Math.abs(time.nowMs - wantedMs) < 2, `${time.nowMs} ms, not ${wantedMs}`);

  time.nowMs += 3_600_000;
  const waits = time.waits;
  let atOnce = 0;
  for (; time.waits === waits; atOnce++) await sender.send(batchOf(TCP, [1000], atOnce));
  assertEquals(atOnce, Math.floor(32 * 1024 / told[0]!) + 2, "a pause earns one burst");
});

Deno.test("without a rate nothing waits", async () => {
  using peer = new Peer();
  using time = new VirtualTime();
  await using sender = senderTo(peer);
  for (let batch = 0; batch < 100; batch++) await sender.send(batchOf(TCP, [5000]));
  assertEquals([time.waits, sender.counts.get(TCP)!.sent], [0, 100]);
  sender.limit(1000);
  for (let batch = 0; batch < 100; batch++) await sender.send(batchOf(TCP, [5000]));
  assert(time.waits > 0, "it can be told of one later");
});

Deno.test("a collector's key with which everybody could read is refused", () => {
  using peer = new Peer();
  const error = assertThrows(
    () => senderTo(peer, { collectorKey: new Uint8Array(32) }),
    KeyFileError,
    "low order",
  );
  assertEquals(error.code, "malformed");
});
