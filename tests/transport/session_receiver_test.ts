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
    this.receiver.receive(HELLO);
    this.credit = Number(parseWelcome(this.receiver.welcome(SINK, "plant").body)!.credit);
  }

  /** Asks for credit; returns what it may send in all. */
  want(next: number, all: number): number {
    this.receiver.receive(encodeWant({ next, all }));
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
    hoarder.want(1 << 20, 1 << 30);
  }
  assert(pool.free >= POOL_BYTES / 4, `${pool.free} bytes are left`);
  for (let n = 0; n < 10; n++) {
    const good = new Joined(pool);
    assertEquals(good.credit, BASE_CREDIT_BYTES);
    for (let sequence = 1n; sequence <= 100n; sequence++) {
      const step = good.receiver.receive(batchOf(50_000, sequence));
      assertEquals(step, { kind: "go on" });
      good.receiver.settled(sequence);
      assert(good.hear() - Number(sequence) * 50_049 >= 50_049, `after ${sequence}`);
    }
  }
});

Deno.test("one sensor alone gets megabytes, and gives back what it does not use", () => {
  const pool = new CreditPool(POOL_BYTES);
  const only = new Joined(pool);
  assertEquals(only.want(100_000, 50 << 20), 4 << 20);
  only.receiver.receive(encodeRelease((4 << 20) - BASE_CREDIT_BYTES));
  assertEquals(pool.free, POOL_BYTES - BASE_CREDIT_BYTES);
  only.receiver.close();
  assertEquals([pool.free, pool.busy], [POOL_BYTES, 0]);
});

Deno.test("while credit is scarce a sensor gets more of it as it brings something", () => {
  const pool = new CreditPool(POOL_BYTES);
  while (!pool.isScarce) new Joined(pool).want(1000, 1 << 30);
  const late = new Joined(pool);
  assertEquals(late.want(100_000, 50 << 20), 128 << 10);
  const ahead: number[] = [];
  for (let sequence = 1n; sequence <= 20n; sequence++) {
    assertEquals(late.receiver.receive(batchOf(100_000, sequence)), { kind: "go on" });
    late.receiver.settled(sequence);
    ahead.push(late.hear() - Number(sequence) * 100_049);
  }
  assertEquals(ahead[0], (128 << 10) + 2 * 100_049);
  assert(ahead.at(-1)! > 2 << 20);
});

Deno.test("what a connection left unsettled comes back to the pool when it is settled", () => {
  const pool = new CreditPool(POOL_BYTES);
  const sensor = new Joined(pool);
  sensor.want(900_049, 8 << 20);
  assertEquals(sensor.receiver.receive(batchOf(900_000, 1n)).kind, "go on");
  sensor.receiver.close();
  assertEquals(pool.free, POOL_BYTES - 900_049);
  sensor.receiver.settled(1n);
  assertEquals(pool.free, POOL_BYTES);
});

Deno.test("who finds the pool empty is granted credit when some comes back", () => {
  const pool = new CreditPool(128 << 10);
  const [first, second, third] = [new Joined(pool), new Joined(pool), new Joined(pool)];
  assertEquals([first.credit, second.credit, third.credit], [65_536, 65_536, 0]);
  first.receiver.receive(batchOf(60_000, 1n));
  first.receiver.close();
  first.receiver.settled(1n);
  assertEquals(third.hear(), 65_536);
});

Deno.test("a sensor that holds much credit and sends nothing is found out, sooner when others want it", () => {
  const pool = new CreditPool(POOL_BYTES);
  const [silent, modest] = [new Joined(pool), new Joined(pool)];
  silent.want(100_000, 1 << 20);
  const isHoarding = (ms: number) => silent.receiver.isHoarding(ms);
  assertEquals(isHoarding(0), false);
  assertEquals([isHoarding(30_000), isHoarding(30_001)], [false, true]);
  for (let n = 0; !pool.isShort; n++) new Joined(pool).want(1 << 20, 1 << 30);
  assertEquals([isHoarding(5000), isHoarding(5001)], [false, true]);
  silent.receiver.heard(10_000);
  assertEquals([isHoarding(15_000), isHoarding(15_001)], [false, true]);
  silent.receiver.receive(batchOf(10, 1n));
  assertEquals(isHoarding(1_000_000), false, "it waits for the disk");
  assertEquals(modest.receiver.isHoarding(1_000_000), false);
});

Deno.test("a batch above the base is granted piece by piece, as others give back", () => {
  const pool = new CreditPool(1 << 20);
  const busy = new Joined(pool);
  busy.want(580_000, 1 << 20);
  const other = new Joined(pool);
  assert(other.want(150_000, 150_000) < 150_000);
  assertEquals(other.receiver.isHoarding(1_000_000), false, "it waits itself");
  for (let sequence = 1n; other.hear() < 150_000; sequence++) {
    assert(sequence < 100n, "it waits in vain");
    assertEquals(busy.receiver.receive(batchOf(20_000, sequence)), { kind: "go on" });
    busy.receiver.settled(sequence);
  }
});

Deno.test("bytes beyond the credit, a number that is not the next and a message too early break the protocol", () => {
  const whats = (...messages: { type: number; body: Uint8Array }[]) => {
    const { receiver } = new Joined(new CreditPool(POOL_BYTES));
    const last = messages.map((message) => receiver.receive(message)).at(-1)!;
    return last.kind === "violation" ? last.what : last.kind;
  };
  assertEquals(whats(batchOf(BASE_CREDIT_BYTES - 49, 1n)), "go on");
  assertEquals(whats(batchOf(BASE_CREDIT_BYTES - 48, 1n)), "more bytes than were granted");
  assertEquals(whats(batchOf(1, 1n), batchOf(1, 3n)), "batch 3 instead of 2");
  assertEquals(whats(encodeRelease(65_537)), "more credit given back than there was");
  assertEquals(whats(HELLO), "a message of type 1");
  const early = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  assertEquals(early.receive(batchOf(1, 1n)), { kind: "violation", what: "no hello" });
});
