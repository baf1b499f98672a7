/** An outage of three days, in virtual time: what is made meanwhile is sent afterwards, beside what is new. */
import { assert, assertEquals } from "@std/assert";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { priorityOf } from "../../../lib/gather/priority.ts";
import type { PackedBatch } from "../../../lib/pack/packed_batch.ts";
import { keyIdOf } from "../../../lib/seal/agreement_key.ts";
import type { ChannelMessage } from "../../../lib/seal/channel_message.ts";
import { CreditPool } from "../../../lib/transport/server/credit_pool.ts";
import { SentCountsByType } from "../../../lib/transport/sent_counts.ts";
import type { NumberedBatch } from "../../../lib/transport/session/session_batch.ts";
import { MessageType } from "../../../lib/transport/session/session_message.ts";
import { SessionReceiver } from "../../../lib/transport/server/session_receiver.ts";
import { SessionSender } from "../../../lib/transport/sender/session_sender.ts";
import { SpoolFeed } from "../../../lib/transport/sender/spool_feed_io.ts";
import { Spool } from "../../../lib/write/spool/spool_io.ts";
import { Said } from "../../said.ts";
import { batchOf, VALUES } from "../../transport/session_batches.ts";
import { MemoryDisk } from "../files/memory_disk.ts";
import { COLLECTOR, FOLDER } from "./spooling_sensor.ts";

/** Of each priority one. */
const TYPES = ["Ethernet", "ICMPv4", "DNS"].map(typeNumber);
const HOUR_MS = 3_600_000;
/** So often a batch of each type is made. */
const STEP_MS = 240_000;
/** What the line carries at most, as a multiple of what is made. */
const LINE = 4;
const BODY_BYTES = 600;
const QUEUE_BYTES = 1 << 20;

/** A sensor, and a line to a collector that is there or not. */
class Site {
  nowMs = 0;
  made = 0;
  readonly stored: NumberedBatch[] = [];
  readonly counts = new SentCountsByType();
  readonly spool: Spool;
  readonly #sender: SessionSender;
  readonly #feed: SpoolFeed;
  readonly #sealedKeys: Uint8Array;
  #receiver: SessionReceiver | undefined;

  private constructor(spool: Spool, sealedKeys: Uint8Array) {
    this.spool = spool;
    this.#sealedKeys = sealedKeys;
    this.#sender = new SessionSender({
      newSession: () => 1n,
      name: "plant",
      maxQueueBytes: QUEUE_BYTES,
      priorityOf,
      onDropped: (batch) => this.counts.add("dropped", batch),
      onReturned: (batch) => this.#feed.returned(batch),
      onSettled: (batch) => {
        this.counts.add("sent", batch);
        this.#feed.settled(batch);
      },
    });
    this.#feed = new SpoolFeed({
      spool,
      sender: this.#sender,
      counts: this.counts,
      waits: false,
      spoolAfterMs: 5_000,
      maxQueueBytes: QUEUE_BYTES,
      onChange: () => {},
      clock: () => this.nowMs,
      log: new Said(),
    });
  }

  static async open(maxBytes: number): Promise<Site> {
    const spool = await Spool.open({
      folder: FOLDER,
      maxBytes,
      segmentBytes: 64 << 10,
      collectorKey: COLLECTOR.publicKey,
      priorityOf,
      log: new Said(),
      layer: new MemoryDisk(),
    });
    return new Site(spool, await keyIdOf(COLLECTOR.publicKey));
  }

  /** A batch of each type is made, and what the line carries in that time comes to the collector. */
  async step(types = TYPES): Promise<void> {
    this.nowMs += STEP_MS;
    await this.#work();
    for (const type of types) {
      const batch: PackedBatch = { ...batchOf(type, BODY_BYTES), minute: ++this.made };
      this.#sender.add(batch);
    }
    for (let left = LINE * TYPES.length; this.#receiver && left > 0;) {
      const message = this.#sender.nextMessage(this.nowMs);
      if (!message) {
        if (!this.#settle() && !await this.#work()) break;
        continue;
      }
      if (message.type === MessageType.Batch) left--;
      this.#receive(message);
    }
    this.#settle();
    await this.#work();
  }

  /** The collector is there. */
  connect(): void {
    const receiver = new SessionReceiver(new CreditPool(64 << 20), this.nowMs);
    this.#receiver = receiver;
    for (const message of this.#sender.connected()) this.#receive(message);
    const sink = {
      settled: 0n,
      accept: (batch: NumberedBatch) => {
        this.stored.push(batch);
        return "accepted" as const;
      },
    };
    const values = { ...VALUES, sealedKeys: this.#sealedKeys };
    this.#sender.receive(receiver.welcome(sink, "plant", values));
    this.#feed.welcome();
  }

  /** Does what there is to do on disk; whether there was anything. */
  async #work(): Promise<boolean> {
    let hasMoved = false;
    while (await this.#feed.step()) hasMoved = true;
    return hasMoved;
  }

  #receive(message: ChannelMessage): void {
    const receiver = this.#receiver!;
    assert(receiver.admits(message.type, message.body.length), receiver.refused);
    const step = receiver.receive(message, this.nowMs);
    assert(step.kind === "go on" || step.kind === "hello", step.kind);
  }

  /** What came is stored, and told; whether there was anything. */
  #settle(): boolean {
    const last = this.stored.at(-1);
    if (last) this.#receiver?.settled(last.sequence);
    const news = this.#receiver?.news();
    if (news) this.#sender.receive(news);
    return news !== undefined;
  }
}

const idsOf = (batches: readonly NumberedBatch[]) => batches.map(({ minute }) => minute);

Deno.test("72 hours without a collector are sent within 36, oldest first and in order, beside what is new", async () => {
  const site = await Site.open(64 << 20);
  using _ = site.spool;
  while (site.nowMs < 72 * HOUR_MS) await site.step();
  const backlog = site.made;
  assertEquals(site.spool.held.get(TYPES[2]!), backlog / TYPES.length);
  site.connect();
  const beganMs = site.nowMs;
  while (!site.spool.isClear) {
    await site.step();
    assert(site.nowMs < beganMs + 36 * HOUR_MS, `${site.spool.bytes} bytes are left`);
  }
  // At least three times as much came as was made meanwhile.
  assert(site.stored.length >= 3 * (site.made - backlog), `${site.stored.length} came`);
  for (let n = 0; n < 10; n++) await site.step();
  await site.step([]);
  assertEquals(
    idsOf(site.stored).sort((a, b) => a - b),
    Array.from({ length: site.made }, (_, n) => n + 1),
  );
  for (const type of TYPES) {
    const ids = idsOf(site.stored.filter(({ parts }) => parts[0]!.type === type));
    assertEquals(ids, ids.toSorted((a, b) => a - b), `order of type ${type}`);
  }
  const sealed = idsOf(site.stored.filter(({ isSealed }) => isSealed));
  assertEquals(Math.min(...sealed), 1);
  assert(!site.stored.at(-1)!.isSealed, "in the end nothing goes to disk any more");
});

Deno.test("a spool that three days do not fit into keeps what is worth most, from its first hour on", async () => {
  const site = await Site.open(3 << 19);
  using _ = site.spool;
  while (site.nowMs < 72 * HOUR_MS) await site.step();
  assert(site.spool.bytes <= 3 << 19);
  site.connect();
  while (!site.spool.isClear) await site.step();
  await site.step([]);
  const [ethernet, icmp, dns] = TYPES.map((type) =>
    idsOf(site.stored.filter(({ parts }) => parts[0]!.type === type))
  );
  const madeOfEach = site.made / TYPES.length;
  assertEquals(dns!.length, madeOfEach, "all of the rarest");
  assert(ethernet!.length < icmp!.length, "the most common went first");
  for (const [n, ids] of [ethernet!, icmp!, dns!].entries()) {
    assertEquals(ids, ids.toSorted((a, b) => a - b));
    assertEquals(site.counts.of(TYPES[n]!).dropped, madeOfEach - ids.length, "all is counted");
  }
});
