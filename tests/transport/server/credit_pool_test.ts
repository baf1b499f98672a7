import { assert, assertEquals } from "@std/assert";
import { CreditPool } from "../../../lib/transport/server/credit_pool.ts";
import { encodeBatch } from "../../../lib/transport/session/session_batch.ts";
import {
  BASE_CREDIT_BYTES,
  encodeRelease,
  encodeWant,
  parseStored,
  parseWelcome,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import { SessionReceiver } from "../../../lib/transport/server/session_receiver.ts";
import { batchOf, greet, VALUES } from "../session_batches.ts";

const POOL_BYTES = 64 << 20;
const SINK = { settled: 0n, accept: () => "accepted" as const };

/** A sensor as its collector sees it. */
class Joined {
  readonly receiver: SessionReceiver;
  credit: number;

  constructor(pool: CreditPool) {
    this.receiver = new SessionReceiver(pool, 0);
    greet(this.receiver);
    const { body } = this.receiver.welcome(SINK, "plant", VALUES);
    this.credit = Number(parseWelcome(body, SCHEMA)!.credit);
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

const numbered = (bytes: number, sequence: bigint) =>
  encodeBatch(SCHEMA, sequence, batchOf(1, bytes));

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
      const step = good.receiver.receive(numbered(140_000, sequence), 0);
      assertEquals(step, { kind: "go on" });
      good.receiver.settled(sequence);
      assert(good.hear() - Number(sequence) * 140_568 >= 140_568, `after ${sequence}`);
    }
  }
});

Deno.test("one sensor alone gets megabytes, and gives back what it does not use", () => {
  const pool = new CreditPool(POOL_BYTES);
  const only = new Joined(pool);
  only.receiver.receive(numbered(100, 1n), 0);
  only.receiver.settled(1n);
  const used = 668;
  const credit = only.want(100_000, 50 << 20);
  assertEquals(credit - used, 4 << 20);
  only.receiver.receive(encodeRelease(credit - used - BASE_CREDIT_BYTES), 0);
  assertEquals(pool.free, POOL_BYTES - BASE_CREDIT_BYTES);
  only.receiver.close();
  assertEquals([pool.free, pool.busy], [POOL_BYTES, 0]);
});

Deno.test("200 sensors that ask for the largest batch and stand still do not stop those that are at work", () => {
  const pool = new CreditPool(POOL_BYTES);
  const good = Array.from({ length: 10 }, () => new Joined(pool));
  for (const { receiver } of good) {
    receiver.receive(numbered(100, 1n), 0);
    receiver.settled(1n);
  }
  for (let n = 0; n < 200; n++) new Joined(pool).want(1 << 20, 1 << 30);
  for (const sensor of good) {
    const used = 668;
    assert(sensor.want(1 << 20, 1 << 30) - used >= 1 << 20);
    sensor.receiver.receive(numbered(1_000_000, 2n), 0);
    sensor.receiver.settled(2n);
    assert(sensor.hear() - used - 1_000_556 >= 1 << 20);
  }
  const windows = good.map((sensor) => sensor.hear() - 656 - 1_000_556);
  const sum = windows.reduce((a, b) => a + b);
  assert(sum >= 24 << 20, `${sum} bytes are for those at work, in windows`);
  assertEquals(new Joined(pool).credit, BASE_CREDIT_BYTES);
});
