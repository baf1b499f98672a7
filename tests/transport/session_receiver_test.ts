import { assert, assertEquals } from "@std/assert";
import { CreditPool } from "../../lib/transport/credit_pool.ts";
import {
  encodeBatch,
  encodeHello,
  encodeRelease,
  encodeWant,
  parseStored,
  parseWelcome,
} from "../../lib/transport/session_message.ts";
import { BASE_CREDIT_BYTES } from "../../lib/transport/session_sender.ts";
import { SessionReceiver } from "../../lib/transport/session_receiver.ts";

const POOL_BYTES = 64 << 20;
const HELLO = encodeHello({ schema: 1, session: 7n, oldest: 1n, next: 1n, name: "plant" });
const SINK = { settled: 0n, accept: () => "accepted" as const };

/** A sensor as its collector sees it. */
class Joined {
  readonly receiver: SessionReceiver;
  credit: number;

  constructor(pool: CreditPool) {
    this.receiver = new SessionReceiver(pool, 0);
    this.receiver.receive(HELLO, 0);
    this.credit = Number(parseWelcome(this.receiver.welcome(SINK, "plant").body)!.credit);
  }

  /** Asks for credit; returns what it may send in all. */
  want(next: number, all: number): number {
    this.receiver.receive(encodeWant({ next, all }), 0);
    return this.hear();
  }

  hear(): number {
    const news = this.receiver.news();
    if (news) this.credit = Number(parseStored(news.body)!.credit);
    return this.credit;
  }
}

function batchOf(bytes: number, sequence: bigint) {
  return encodeBatch(sequence, {
    type: 1,
    count: 1,
    firstTime: 0n,
    lastTime: 0n,
    crc: 0,
    recordBytes: bytes,
    containsPayloads: false,
    body: new Uint8Array(bytes),
  });
}

Deno.test("200 sensors that take all they can get and stand still do not stop others", () => {
  const pool = new CreditPool(POOL_BYTES);
  for (let n = 0; n < 200; n++) {
    const hoarder = new Joined(pool);
    assert(hoarder.credit >= BASE_CREDIT_BYTES);
    hoarder.want(1000, 1 << 30);
  }
  assert(pool.free >= POOL_BYTES / 4, `${pool.free} bytes are left`);
  for (let n = 0; n < 10; n++) {
    const good = new Joined(pool);
    assertEquals(good.credit, BASE_CREDIT_BYTES);
    const next = 150_000;
    assert(good.want(next, 10 * next) >= next, "a large batch can be sent");
    for (let sequence = 1n; sequence <= 100n; sequence++) {
      const step = good.receiver.receive(batchOf(140_000, sequence), 0);
      assertEquals(step, { kind: "go on" });
      good.receiver.settled(sequence);
      assert(good.hear() - Number(sequence) * 140_049 >= 140_049, `after ${sequence}`);
    }
  }
});

Deno.test("one sensor alone gets megabytes, and gives back what it does not use", () => {
  const pool = new CreditPool(POOL_BYTES);
  const only = new Joined(pool);
  const credit = only.want(100_000, 50 << 20);
  assertEquals(credit, 4 << 20);
  only.receiver.receive(encodeRelease(credit - BASE_CREDIT_BYTES), 0);
  assertEquals(pool.free, POOL_BYTES - BASE_CREDIT_BYTES);
  only.receiver.close();
  assertEquals([pool.free, pool.busy], [POOL_BYTES, 0]);
});

Deno.test("what a connection left unsettled comes back to the pool when it is settled", () => {
  const pool = new CreditPool(POOL_BYTES);
  const sensor = new Joined(pool);
  sensor.want(1_000_000, 8 << 20);
  for (let sequence = 1n; sequence <= 3n; sequence++) {
    assertEquals(sensor.receiver.receive(batchOf(900_000, sequence), 0).kind, "go on");
  }
  sensor.receiver.close();
  assertEquals(pool.free, POOL_BYTES - 3 * 900_049);
  sensor.receiver.settled(3n);
  assertEquals(pool.free, POOL_BYTES);
});

Deno.test("who finds the pool empty is granted credit when some comes back", () => {
  const pool = new CreditPool(128 << 10);
  const [first, second, third] = [new Joined(pool), new Joined(pool), new Joined(pool)];
  assertEquals([first.credit, second.credit, third.credit], [65_536, 65_536, 0]);
  first.receiver.receive(batchOf(60_000, 1n), 0);
  first.receiver.close();
  first.receiver.settled(1n);
  assertEquals(third.hear(), 65_536);
});

Deno.test("a sensor that holds much credit and says nothing for half a minute is found out", () => {
  const pool = new CreditPool(POOL_BYTES);
  const [silent, modest] = [new Joined(pool), new Joined(pool)];
  silent.want(100_000, 1 << 20);
  assertEquals([silent.receiver.isHoarding(30_000), silent.receiver.isHoarding(30_001)], [
    false,
    true,
  ]);
  assertEquals(modest.receiver.isHoarding(1_000_000), false);
});

Deno.test("bytes beyond the credit, a number that is not the next and a message too early break the protocol", () => {
  const whats = (...messages: { type: number; body: Uint8Array }[]) => {
    const { receiver } = new Joined(new CreditPool(POOL_BYTES));
    const last = messages.map((message) => receiver.receive(message, 0)).at(-1)!;
    return last.kind === "violation" ? last.what : last.kind;
  };
  assertEquals(whats(batchOf(BASE_CREDIT_BYTES - 49, 1n)), "go on");
  assertEquals(whats(batchOf(BASE_CREDIT_BYTES - 48, 1n)), "more bytes than were granted");
  assertEquals(whats(batchOf(1, 1n), batchOf(1, 3n)), "batch 3 instead of 2");
  assertEquals(whats(encodeRelease(65_537)), "more credit given back than there was");
  assertEquals(whats(HELLO), "a message of type 1");
  const early = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  assertEquals(early.receive(batchOf(1, 1n), 0), { kind: "violation", what: "no hello" });
});
