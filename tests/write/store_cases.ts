/** What every store does, whatever it keeps records in: the cases of `Store` (lib/write/store.ts). */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { frameRows } from "../../lib/write/framed_rows.ts";
import type { Store, StoredSession } from "../../lib/write/store.ts";
import { type Need, needs } from "../needs.ts";
import { sessionBatch, TCP, UDP } from "./files/session_sensor.ts";
import { batchOf } from "./files/text_batches.ts";

/** A place that stores are opened at, one after the other. */
export interface StorePlace {
  open(): Promise<Store>;
  /**
   * How often each batch is there, read without the store: `alice/1/2` for batch 2 of alice's session 1,
   * `alice/1/2 1/2` for the first of its two parts, and the text of one without session. A text of a
   * session's batch is its name.
   */
  contents(): Promise<ReadonlyMap<string, number>>;
}

/** Registers the cases of a kind of store; `within` makes an empty place for each. */
export function storeCases(
  kind: string,
  within: (test: (place: StorePlace) => Promise<void>) => Promise<void>,
  ...needed: readonly Need[]
): void {
  for (const [name, run] of CASES) {
    Deno.test(needs(`${kind}: ${name}`, ...needed), () => within(run));
  }
}

const NAME = "alice";
const batch = (sequence: bigint, options?: Parameters<typeof sessionBatch>[2]) =>
  sessionBatch(sequence, `${NAME}/1/${sequence}`, options);
const open = (store: Store, told: (settled: bigint) => void = () => {}): Promise<StoredSession> =>
  store.openSession(NAME, 1n, told);

/** Opens a store, appends to alice's session 1, waits until that is settled, and ends the store. */
async function store(place: StorePlace, ...batches: ReturnType<typeof batch>[]): Promise<void> {
  await using store = await place.open();
  const session = await open(store);
  for (const each of batches) session.append(each);
  await session.drained();
}

const CASES: readonly (readonly [name: string, run: (place: StorePlace) => Promise<void>])[] = [
  ["its id lasts", async (place) => {
    const ids: Uint8Array[] = [];
    for (let n = 0; n < 2; n++) {
      await using store = await place.open();
      ids.push(store.id);
    }
    assertEquals(ids[0]!.length, 16);
    assert(ids[0]!.some((byte) => byte !== 0));
    assertEquals(ids[1], ids[0]);
  }],

  ["batches are settled in order, and that is told before nothing waits", async (place) => {
    await using store = await place.open();
    const told: bigint[] = [];
    const session = await open(store, (settled) => told.push(settled));
    assertEquals(session.settled, 0n);
    for (const n of [1n, 2n, 3n]) assertEquals(session.append(batch(n)), 1);
    assertEquals([session.settled, told], [0n, []], "nothing is settled at once");
    await session.drained();
    assertEquals([session.settled, told.at(-1)], [3n, 3n]);
    assertEquals(told, told.toSorted((a, b) => Number(a - b)));
    assertEquals(new Set(told).size, told.length, "told when it rises");
    assertEquals([...(await place.contents()).values()], [1, 1, 1]);
  }],

  ["a store that is opened later tells what is settled, and goes on", async (place) => {
    await store(place, batch(1n), batch(2n));
    await store(place, batch(3n));
    await using last = await place.open();
    assertEquals((await open(last)).settled, 3n);
    assertEquals([...(await place.contents())].toSorted(), [
      ["alice/1/1", 1],
      ["alice/1/2", 1],
      ["alice/1/3", 1],
    ]);
  }],

  [
    "above one that is missing nothing is settled, and what is there is known, then and later",
    async (place) => {
      {
        await using store = await place.open();
        const session = await open(store);
        session.append(batch(2n));
        assertEquals([session.append(batch(2n)), session.settled], [0, 0n]);
        await session.drained();
        assertEquals([session.append(batch(2n)), session.settled], [0, 0n]);
      }
      await using store = await place.open();
      const session = await open(store);
      assertEquals([session.settled, session.append(batch(1n))], [0n, 1]);
      await session.drained();
      assertEquals(session.settled, 2n);
      assertEquals(session.append(batch(2n)), 0, "it may come again though it is settled by now");
      assertEquals([...(await place.contents()).values()], [1, 1]);
    },
  ],

  [
    "another batch of a number that is there is a fork, whether or not it is durable yet",
    async (place) => {
      const other = sessionBatch(2n, "another");
      {
        await using store = await place.open();
        const session = await open(store);
        session.append(batch(2n));
        assertEquals(session.append(other), "fork");
        await session.drained();
        assertEquals(session.append(other), "fork");
      }
      await using store = await place.open();
      const session = await open(store);
      assertEquals(session.append(other), "fork");
      session.append(batch(1n));
      await session.drained();
      assertEquals([session.append(other), session.settled], ["fork", 2n]);
      assertEquals([...(await place.contents()).keys()].toSorted(), ["alice/1/1", "alice/1/2"]);
    },
  ],

  ["a batch of several types is settled as one, with each type's records once", async (place) => {
    const several = batch(1n, { types: [UDP, TCP] });
    {
      await using store = await place.open();
      const session = await open(store);
      assertEquals([session.append(several), session.append(several)], [2, 0]);
      await session.drained();
      assertEquals(session.settled, 1n);
    }
    await using store = await place.open();
    assertEquals((await open(store)).settled, 1n);
    assertEquals([...(await place.contents())].toSorted(), [
      ["alice/1/1 1/2", 1],
      ["alice/1/1 2/2", 1],
    ]);
  }],

  ["a refused batch is settled like any other, also one of several types", async (place) => {
    const refused = [batch(1n, { reason: 7 }), batch(2n, { reason: 4, types: [UDP, TCP] })];
    await store(place, ...refused, batch(3n), batch(5n, { reason: 1 }));
    await using last = await place.open();
    const session = await open(last);
    assertEquals([session.settled, session.append(batch(5n, { reason: 1 }))], [3n, 0]);
  }],

  ["sessions are told apart by client and number", async (place) => {
    for (const settled of [0n, 1n]) {
      await using store = await place.open();
      for (const [client, number] of [["alice", 1n], ["alice", 2n], ["bob", 1n]] as const) {
        const session = await store.openSession(client, number, () => {});
        assertEquals(session.settled, settled);
        const sequence = settled + 1n;
        session.append(sessionBatch(sequence, `${client}/${number}/${sequence}`));
        await session.drained();
        assertEquals(session.settled, sequence);
      }
    }
    assertEquals((await place.contents()).size, 6);
  }],

  [
    "a new use of a session ends the one before, and waits for what that appended",
    async (place) => {
      await using store = await place.open();
      const first = await open(store);
      first.append(batch(1n));
      const second = await open(store);
      assertEquals(second.settled, 1n);
      assertThrows(() => first.append(batch(2n)), TypeError, "closed");
      second.append(batch(2n));
      second.close();
      assertThrows(() => second.append(batch(3n)), TypeError, "closed");
      await second.drained();
      assertEquals((await open(store)).settled, 2n, "what was appended is stored");
    },
  ],

  ["what a sensor holds no more is given up and counted, but for what is there", async (place) => {
    await store(place, batch(1n), batch(4n));
    await using last = await place.open();
    const session = await open(last);
    assertEquals([session.skipTo(2n), session.settled], [0n, 1n]);
    assertEquals([session.skipTo(6n), session.settled], [3n, 5n]); // 2, 3 and 5
    session.append(batch(6n));
    await session.drained();
    assertEquals(session.settled, 6n);
  }],

  [
    "a batch that is settled and cannot be known any more is the caller's mistake",
    async (place) => {
      await using store = await place.open();
      const session = await open(store);
      session.append(batch(1n));
      await session.drained();
      assertThrows(() => session.append(batch(1n)), RangeError, "here already");
      await assertRejects(() => store.openSession(NAME, 0n, () => {}), RangeError, "session 0");
    },
  ],

  [
    "batches without session, and rows, are there when that is said, beside those of sessions",
    async (place) => {
      await using store = await place.open();
      const records = batchOf(NAME, TCP, "one");
      await store.append(records);
      records.records.fill(0); // they are the caller's again
      await store.append(batchOf("bob", TCP, "two"));
      const row = new TextEncoder().encode("three");
      await store.keep("carol", frameRows("SensorAlarm", 0n, [row]));
      const session = await open(store);
      session.append(batch(1n));
      await store.commit();
      const stored = await place.contents();
      assertEquals(["one", "two", "three"].map((text) => stored.get(text)), [1, 1, 1]);
      await session.drained();
      assertEquals((await place.contents()).get("alice/1/1"), 1);
    },
  ],

  ["whoever has gone need not wait", async (place) => {
    await using store = await place.open();
    const reason = new Error("gone");
    const opening = store.openSession(NAME, 1n, () => {}, AbortSignal.abort(reason));
    assertEquals(await opening.catch((error) => error), reason);
    assertEquals((await open(store)).settled, 0n);
  }],

  ["a store that is ended stores what it has, and takes nothing more", async (place) => {
    const last = await place.open();
    const session = await open(last);
    session.append(batch(1n));
    await last.append(batchOf(NAME, TCP, "one"));
    await last[Symbol.asyncDispose]();
    assertEquals((await place.contents()).size, 2);
    assertThrows(() => session.append(batch(2n)), TypeError);
    await assertRejects(() => last.append(batchOf(NAME, TCP, "two")), TypeError);
    await assertRejects(() => open(last), TypeError);
  }],
];
