import type { ChannelMessage } from "../../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import { CreditPool } from "../../../lib/transport/server/credit_pool.ts";
import {
  batchCost,
  encodeBatch,
  type NumberedBatch,
} from "../../../lib/transport/session/session_batch.ts";
import {
  BASE_CREDIT_BYTES,
  BYE,
  encodeHello,
  encodeRelease,
  encodeWant,
  MessageType,
  parseStored,
  parseWelcome,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import { RateLimits } from "../../../lib/transport/server/rate_limit.ts";
import { type BatchSink, SessionReceiver } from "../../../lib/transport/server/session_receiver.ts";
import { batchOf, greet, HELLO, OFFER, VALUES } from "../session_batches.ts";

const POOL_BYTES = 1 << 20;

function sink(settled = 0n): BatchSink & { taken: bigint[]; forkAt?: bigint } {
  return {
    settled,
    taken: [],
    accept(this: { taken: bigint[]; forkAt?: bigint }, { sequence }: NumberedBatch) {
      if (sequence === this.forkAt) return "fork";
      this.taken.push(sequence);
      return "accepted";
    },
  };
}

function opened(pool = new CreditPool(POOL_BYTES), to = sink()) {
  const receiver = new SessionReceiver(pool, 0);
  assertEquals(greet(receiver).kind, "hello");
  const { credit } = parseWelcome(receiver.welcome(to, "plant", VALUES).body, SCHEMA)!;
  return { receiver, pool, to, credit: Number(credit) };
}

/** One that has had a small batch settled. */
function proven(pool: CreditPool) {
  const sensor = opened(pool);
  sensor.receiver.receive(batch(1n, 100), 0);
  sensor.receiver.settled(1n);
  sensor.receiver.news();
  return sensor;
}

const batch = (sequence: bigint, bytes = 1000): ChannelMessage =>
  encodeBatch(SCHEMA, sequence, batchOf(7, bytes));

Deno.test("batches are taken in order, from the one after what is settled", () => {
  const { receiver, to } = opened(undefined, sink(41n));
  assertEquals(receiver.receive(batch(42n), 0).kind, "go on");
  assertEquals(receiver.receive(batch(43n), 0).kind, "go on");
  assertEquals(to.taken, [42n, 43n]);
  for (const wrong of [43n, 45n, 1n]) {
    assertEquals(receiver.receive(batch(wrong), 0).kind, "violation", `${wrong}`);
  }
});

Deno.test("a name with a limit is granted no more than that, all its sessions together, and that much", () => {
  const rate = 200_000;
  const limits = new RateLimits();
  const pool = new CreditPool(64 << 20);
  let sent = 0;
  const sensors = [1n, 2n, 3n].map(() => new Insatiable(pool, limits, rate));
  let nowMs = 0;
  for (; nowMs < 300_000; nowMs += 100) {
    for (const [n, sensor] of sensors.entries()) {
      if (nowMs === 100_000 && n === 0) sensors[n] = sensor.again(nowMs); // gains nothing by that
      sent += sensors[n]!.send(nowMs);
    }
  }
  const grant = 2 * rate * sensors.length;
  const allowed = rate * (nowMs / 1000 + 2) + grant;
  assert(sent <= allowed, `${sent} bytes, allowed ${allowed}`);
  assert(sent > 0.9 * rate * nowMs / 1000, `${sent} bytes of ${rate * nowMs / 1000}`);
});

/** A sensor that sends all that it may, with what it brings settled at once, and always wants more. */
class Insatiable {
  readonly #receiver: SessionReceiver;
  #granted: number;
  #used = 0;
  #sequence = 0n;
  #hasAsked = false;

  constructor(
    readonly pool: CreditPool,
    readonly limits: RateLimits,
    readonly rate: number,
    nowMs = 0,
  ) {
    this.#receiver = new SessionReceiver(pool, nowMs);
    greet(this.#receiver);
    const limit = limits.of("plant", rate, nowMs);
    const { body } = this.#receiver.welcome(sink(), "plant", VALUES, limit);
    this.#granted = Number(parseWelcome(body, SCHEMA)!.credit);
  }

  /** Another connection in its place. */
  again(nowMs: number): Insatiable {
    this.#receiver.close();
    return new Insatiable(this.pool, this.limits, this.rate, nowMs);
  }

  /** Returns the bytes of credit that it used. */
  send(nowMs: number): number {
    const before = this.#used;
    if (nowMs % 1000 === 0) this.#receiver.pace(nowMs);
    for (;;) {
      const news = this.#receiver.news();
      if (news) {
        const granted = Number(parseStored(news.body)!.credit);
        if (granted > this.#granted) this.#hasAsked = false;
        this.#granted = granted;
      }
      const packed = batchOf(7, 5000);
      const cost = batchCost(SCHEMA, packed);
      if (this.#used + cost > this.#granted) {
        if (this.#hasAsked) return this.#used - before;
        this.#hasAsked = true;
        const want = encodeWant({ next: cost, all: 8 << 20 });
        assertEquals(this.#receiver.receive(want, nowMs).kind, "go on");
        continue;
      }
      this.#used += cost;
      const message = encodeBatch(SCHEMA, ++this.#sequence, packed);
      assertEquals(this.#receiver.receive(message, nowMs).kind, "go on");
      this.#receiver.settled(this.#sequence);
    }
  }
}

Deno.test("what breaks the protocol settles nothing", () => {
  const wrong: [string, ChannelMessage][] = [
    ["a second hello", HELLO],
    ["more bytes than were granted", batch(1n, BASE_CREDIT_BYTES)],
    ["no batch", { type: 4, body: new Uint8Array(44) }],
    ["a message of the collector's", { type: 5, body: new Uint8Array(16) }],
    ["more given back than there was", encodeRelease(BASE_CREDIT_BYTES + 1)],
    ["an unknown type", { type: 200, body: new Uint8Array(0) }],
  ];
  for (const [what, message] of wrong) {
    const { receiver, to } = opened();
    assertEquals(receiver.receive(message, 0).kind, "violation", what);
    assertEquals(to.taken, [], what);
  }
  for (const early of [batch(1n), BYE, encodeWant({ next: 1, all: 1 })]) {
    const receiver = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
    assertEquals(receiver.receive(early, 0).kind, "violation");
  }
});

Deno.test("a bye before everything is settled is out of place", () => {
  const { receiver } = opened();
  receiver.receive(batch(1n), 0);
  assertEquals(receiver.receive(BYE, 0).kind, "violation");
  receiver.settled(1n);
  assertEquals(receiver.receive(BYE, 0).kind, "bye");
});

Deno.test("only the newest is told, of what this connection has brought", () => {
  const { receiver } = opened();
  for (const sequence of [1n, 2n, 3n]) receiver.receive(batch(sequence), 0);
  receiver.settled(1n);
  receiver.settled(2n);
  const cost = batchCost(SCHEMA, batchOf(7, 1000));
  assertEquals(parseStored(receiver.news()!.body), {
    settled: 2n,
    credit: BigInt(BASE_CREDIT_BYTES + 2 * cost),
  });
  assertEquals(receiver.news(), undefined);
  receiver.settled(9n); // the store has more from before a restart
  assertEquals(parseStored(receiver.news()!.body)?.settled, 3n);
  receiver.receive(batch(4n), 0);
  assertEquals(parseStored(receiver.news()!.body)?.settled, 4n);
});

Deno.test("a fork takes nothing more", () => {
  const { receiver, to } = opened();
  to.forkAt = 2n;
  receiver.receive(batch(1n), 0);
  assertEquals(receiver.receive(batch(2n), 0).kind, "fork");
});

Deno.test("who wants more gets it, within half of the pool; all promises stay within the pool", () => {
  const pool = new CreditPool(POOL_BYTES);
  const first = proven(pool);
  const second = proven(pool);
  const cost = batchCost(SCHEMA, batchOf(7, 100));
  first.receiver.receive(encodeWant({ next: 1000, all: 1 << 30 }), 0);
  const creditOf = ({ receiver }: typeof first) =>
    Number(parseStored(receiver.news()!.body)!.credit) - cost;
  assertEquals(creditOf(first), POOL_BYTES / 2);
  second.receiver.receive(encodeWant({ next: 1000, all: 1 << 30 }), 0);
  // Half of the pool is for what is due: the second gets what the first has left of the other half.
  assertEquals(creditOf(second), POOL_BYTES / 8);
  assertEquals(pool.free, POOL_BYTES - POOL_BYTES / 2 - POOL_BYTES / 8);
  first.receiver.close();
  second.receiver.close();
  assertEquals([pool.free, pool.busy], [POOL_BYTES, 0]);
});

Deno.test("who has not had a batch settled gets what its next one takes, and the rest with that", () => {
  const pool = new CreditPool(POOL_BYTES);
  const { receiver } = opened(pool);
  receiver.receive(encodeWant({ next: 100_000, all: 1 << 30 }), 0);
  assertEquals(Number(parseStored(receiver.news()!.body)!.credit), 100_000);
  receiver.receive(batch(1n, 90_000), 0);
  receiver.settled(1n);
  const cost = batchCost(SCHEMA, batchOf(7, 90_000));
  assertEquals(Number(parseStored(receiver.news()!.body)!.credit), POOL_BYTES / 2 + cost);
});

Deno.test("credit of a connection that is over comes back when its batches are settled", () => {
  const { receiver, pool } = opened();
  receiver.receive(batch(1n, 5000), 0);
  receiver.close();
  assertEquals(pool.free, POOL_BYTES - batchCost(SCHEMA, batchOf(7, 5000)));
  receiver.settled(1n);
  assertEquals(pool.free, POOL_BYTES);
});

Deno.test("who wished for more and has gone before its first batch is settled counts as busy no more", () => {
  const { receiver, pool } = opened();
  receiver.receive(encodeWant({ next: 1000, all: 1 << 30 }), 0);
  receiver.receive(batch(1n), 0);
  receiver.close();
  receiver.settled(1n);
  assertEquals([pool.free, pool.busy], [POOL_BYTES, 0]);
});

Deno.test("sensors that come to an empty pool wait for credit, and get it in turn", () => {
  const pool = new CreditPool(3 * BASE_CREDIT_BYTES);
  const sensors = Array.from({ length: 5 }, () => opened(pool));
  assertEquals(sensors.map(({ credit }) => credit > 0), [true, true, true, false, false]);
  sensors[0]!.receiver.close();
  const got = sensors.slice(3).map(({ receiver }) => receiver.news() !== undefined);
  assertEquals(got, [true, false]);
  sensors[1]!.receiver.close();
  assert(sensors[4]!.receiver.news());
});

Deno.test("a sensor that keeps more than the base for 30 s and sends nothing is noticed", () => {
  const { receiver } = opened();
  assertEquals(receiver.isHoarding(1000), false, "the base is everybody's");
  receiver.receive(encodeWant({ next: 100_000, all: 1 << 19 }), 1000);
  assertEquals(receiver.isHoarding(31_000), false);
  receiver.receive(encodeWant({ next: 100_000, all: 1 << 19 }), 31_000);
  receiver.heard(4000, 31_000);
  assertEquals(receiver.isHoarding(31_001), true, "a wish or a few bytes are nothing");
  receiver.heard(4200, 31_001);
  assertEquals(receiver.isHoarding(61_001), false, "it is in the middle of a batch");
  receiver.receive(batch(1n), 61_002);
  assertEquals(receiver.isHoarding(120_000), false, "what it sent is not settled");
  receiver.settled(1n);
  assertEquals(receiver.isHoarding(150_000), false);
  assertEquals(receiver.isHoarding(150_001), true);
});

Deno.test("when others wait for credit, 5 s are enough", () => {
  const pool = new CreditPool(8 * BASE_CREDIT_BYTES);
  const { receiver } = opened(pool);
  receiver.isHoarding(1000);
  receiver.receive(encodeWant({ next: 2 * BASE_CREDIT_BYTES, all: 1 << 30 }), 1000);
  assertEquals(receiver.isHoarding(7000), false);
  opened(pool).receiver.receive(encodeWant({ next: 100_000, all: 100_000 }), 7000);
  assertEquals([receiver.isHoarding(6000), receiver.isHoarding(6001)], [false, true]);
});

Deno.test("a sensor may wish once after each growth of its credit, not over and over", () => {
  const { receiver } = opened();
  const wish = encodeWant({ next: 1000, all: 1000 });
  assertEquals(receiver.receive(wish, 0).kind, "go on");
  assertEquals(receiver.receive(wish, 0).kind, "violation");
  const again = opened().receiver;
  again.receive(batch(1n), 0);
  again.settled(1n);
  again.receive(wish, 0);
  again.news();
  assertEquals(again.receive(wish, 0).kind, "go on", "what was settled has been granted anew");
});

Deno.test("a message may come that its state and its type allow, a batch within what credit others leave", () => {
  const fresh = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  assertEquals(fresh.admits(MessageType.Hello, 32 + 255), true);
  assertEquals(fresh.admits(MessageType.Batch, 100), false);
  assertEquals(fresh.refused, "no offer");
  for (const [type, length] of [[MessageType.Hello, 32 + 256], [MessageType.Bye, 0]] as const) {
    const receiver = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
    assertEquals([receiver.admits(type, length), receiver.refused], [false, "no hello"]);
  }
  const longest: [number, number][] = [
    [MessageType.Want, 8],
    [MessageType.Release, 4],
    [MessageType.Bye, 0],
    [99, 0],
  ];
  for (const [type, length] of longest) {
    assertEquals(greeted().admits(type, length), true);
    assertEquals(greeted().admits(type, length + 1), false, `${type}`);
  }
  const whole = BASE_CREDIT_BYTES - 512;
  assertEquals(greeted().admits(MessageType.Batch, whole), true);
  assertEquals(greeted().admits(MessageType.Batch, whole + 1), false);
  // Two that have begun before the first one was taken share the credit.
  const receiver = greeted();
  assertEquals(receiver.admits(MessageType.Batch, 40_000), true);
  assertEquals(receiver.admits(MessageType.Batch, 40_000), false);
  assertEquals(receiver.refused, "more bytes than were granted");
});

Deno.test("what unpacks to very much counts as credit until it is settled, so that no more of it is granted", () => {
  const { receiver, credit } = opened();
  const large = { ...batchOf(7, 2000), recordBytes: 2 << 20 };
  const small = { ...batchOf(7, 2000), recordBytes: 10_000 };
  const granted = (each: typeof large, sequence: bigint) => {
    receiver.receive(encodeBatch(SCHEMA, sequence, each), 0);
    receiver.receive(encodeBatch(SCHEMA, sequence + 1n, each), 0);
    receiver.settled(sequence); // of two, one is still to be settled
    const before = receiver.news();
    const grown = before ? Number(parseStored(before.body)!.credit) : 0;
    receiver.settled(sequence + 1n);
    return { grown, whole: Number(parseStored(receiver.news()!.body)!.credit) };
  };
  const ordinary = granted(small, 1n);
  assertEquals(ordinary.grown, credit + batchCost(SCHEMA, small));
  assertEquals(ordinary.whole, credit + 2 * batchCost(SCHEMA, small));
  const packed = granted(large, 3n);
  assertEquals(packed.grown, ordinary.whole, "none for the one, since the other fills the window");
  assertEquals(packed.whole, ordinary.whole + 2 * batchCost(SCHEMA, large));
});

Deno.test("a sensor of schema 2 is welcome after its offer, one of schema 1 at its hello", () => {
  const first = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  const hello = { schema: 1, session: 5n, oldest: 1n, next: 1n, name: "old" };
  assertEquals(first.receive(encodeHello(hello), 0), { kind: "hello", hello });
  const { body } = first.welcome(sink(), "old", VALUES);
  assertEquals(parseWelcome(body, 1)?.name, "old");
  assertEquals(first.receive(encodeBatch(1, 1n, batchOf(7, 100)), 0).kind, "go on");
  assertEquals(first.receive(OFFER, 0).kind, "violation", "an offer in a session of schema 1");

  const second = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  assertEquals(second.receive(HELLO, 0), { kind: "go on" });
  assertEquals(second.receive(OFFER, 0).kind, "hello");
  assertEquals(parseWelcome(second.welcome(sink(), "plant", VALUES).body, 2)?.values, VALUES);
  assertEquals(second.receive(encodeBatch(1, 1n, batchOf(7, 100)), 0).kind, "violation");

  const newer = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  const step = newer.receive(encodeHello({ ...hello, schema: 3 }), 0);
  assertEquals(step.kind, "hello", "whoever serves it says that its schema is not known");
});

Deno.test("between hello and offer nothing else may come", () => {
  const wrong: [string, ChannelMessage][] = [
    ["a batch", batch(1n)],
    ["a second hello", HELLO],
    ["an offer without delimited records", { ...OFFER, body: Uint8Array.of(1, 0, 1, 0, 2) }],
  ];
  for (const [what, message] of wrong) {
    const receiver = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
    receiver.admits(HELLO.type, HELLO.body.length);
    receiver.receive(HELLO, 0);
    assertEquals(receiver.admits(message.type, message.body.length), message.type === OFFER.type);
    assertEquals(receiver.receive(message, 0).kind, "violation", what);
  }
  const receiver = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  receiver.admits(HELLO.type, HELLO.body.length);
  assertEquals(receiver.admits(OFFER.type, 2049), false, "an offer that is too long");
});

/** One that has said hello and is welcome. */
function greeted(): SessionReceiver {
  const receiver = new SessionReceiver(new CreditPool(POOL_BYTES), 0);
  greet(receiver);
  receiver.welcome(sink(), "plant", VALUES);
  return receiver;
}
