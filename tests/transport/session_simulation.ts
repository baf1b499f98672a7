/**
 * A sensor, a link and a collector in one thread and without a clock: everything that can happen is a
 * step, and a seed chooses the steps. Connections are ordered streams, as QUIC's are; they are cut at any
 * moment, one end may learn of it long after the other, and old ones go on delivering beside new ones.
 * The collector's disk is a model too: files become durable one by one, and a receipt is given for
 * what all of them have.
 */
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { assert, assertEquals } from "@std/assert";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import { randomFractions } from "../base/random_numbers.ts";
import { CreditPool } from "../../lib/transport/server/credit_pool.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { encodeRejected, Rejection } from "../../lib/transport/session/session_message.ts";
import { type BatchSink, SessionReceiver } from "../../lib/transport/server/session_receiver.ts";
import { SessionSender } from "../../lib/transport/sender/session_sender.ts";
import { batchOf, VALUES } from "./session_batches.ts";
import { SessionTable } from "../../lib/transport/server/session_table.ts";

export type Event = "crash collector" | "crash sensor" | "cut";

const NAME = "plant";
const POOL_BYTES = 1 << 20;
const QUEUE_BYTES = 96 << 10;
/** Record types, by priority: each is a file of its own at the collector. */
const TYPES = [0, 1, 2];

interface Link {
  readonly toCollector: ChannelMessage[];
  readonly toSensor: ChannelMessage[];
  isCutForCollector: boolean;
  readonly receiver: SessionReceiver;
  /** What the hello said, until the welcome can be given. */
  hello?: { session: bigint; oldest: bigint };
  isStopped: boolean;
}

/** What the disk has of one session. */
class StoredSession implements BatchSink {
  settled = 0n;
  /** On disk, by number. */
  readonly durable = new Map<bigint, string>();
  /** Accepted, not on disk: lost in a crash. */
  readonly waiting = new Map<bigint, { id: string; type: number }>();

  accept({ sequence, parts, body }: NumberedBatch): "accepted" | "fork" {
    const { type } = parts[0]!;
    const id = new TextDecoder().decode(body).trim();
    const known = this.durable.get(sequence) ?? this.waiting.get(sequence)?.id;
    if (known !== undefined) return known === id ? "accepted" : "fork";
    this.waiting.set(sequence, { id, type });
    return "accepted";
  }

  /** Syncs the file of one type. */
  sync(type: number): void {
    for (const [sequence, batch] of this.waiting) {
      if (batch.type !== type) continue;
      this.durable.set(sequence, batch.id);
      this.waiting.delete(sequence);
    }
  }

  advance(): void {
    while (this.durable.has(this.settled + 1n)) this.settled++;
  }
}

export class Simulation {
  readonly #random: () => number;
  #nowMs = 0;
  #sessions = 0n;
  #ids = 0;
  #sender: SessionSender;
  /** The sensor's connection, as the sensor sees it. */
  #link: Link | undefined;
  /** All that the collector sees. */
  #links: Link[] = [];
  #pool = new CreditPool(POOL_BYTES);
  #table = new SessionTable<Link>();
  readonly #disk = new Map<bigint, StoredSession>();
  readonly added = new Set<string>();
  readonly dropped = new Set<string>();
  readonly settled = new Set<string>();
  /** Lost with a sensor. */
  readonly lost = new Set<string>();

  constructor(seed: number) {
    this.#random = randomFractions(seed);
    this.#sender = this.#newSender();
  }

  /** One thing happens. */
  step(): void {
    this.#nowMs += Math.floor(this.#random() * 40);
    const chance = this.#random();
    if (chance < 0.14) this.#add();
    else if (chance < 0.2) this.#connect();
    else if (chance < 0.4) this.#send();
    else if (chance < 0.65) this.#deliverToCollector();
    else if (chance < 0.82) this.#deliverToSensor();
    else if (chance < 0.9) this.#syncOne();
    else if (chance < 0.99) this.#commit();
    else if (chance < 0.993) this.#learnOfCuts();
    else this.happen("cut");
    this.#check();
  }

  /** Something goes wrong. */
  happen(event: Event): void {
    if (event === "cut") {
      this.#link = undefined; // the collector learns later, and goes on reading what is under way
      this.#sender.disconnected();
      return;
    }
    if (event === "crash sensor") {
      this.#link = undefined;
      for (const batch of this.#sender.unsettled()) this.lost.add(idOf(batch));
      this.#sender = this.#newSender();
      return;
    }
    for (const link of this.#links) link.toSensor.length = 0;
    this.#links = [];
    this.#link = undefined;
    this.#sender.disconnected();
    this.#pool = new CreditPool(POOL_BYTES);
    this.#table = new SessionTable();
    for (const stored of this.#disk.values()) {
      for (const type of TYPES) if (this.#random() < 0.3) stored.sync(type);
      stored.waiting.clear();
      stored.advance();
    }
  }

  /** Nothing goes wrong any more: everything that is left arrives. */
  finish(): void {
    for (let n = 0; n < 100_000 && !this.#sender.isDrained; n++) {
      this.#nowMs += 10;
      this.#connect();
      this.#send();
      this.#deliverToCollector();
      this.#deliverToSensor();
      this.#commit();
      this.#check();
    }
    assert(this.#sender.isDrained, "the rest never arrived");
    const all = this.settled.size + this.dropped.size + this.lost.size;
    assertEquals(all, this.added.size, "added = settled + dropped + lost with a sensor");
  }

  #newSender(): SessionSender {
    return new SessionSender({
      newSession: () => ++this.#sessions,
      name: NAME,
      maxQueueBytes: QUEUE_BYTES,
      priorityOf: (type) => type,
      onDropped: (batch) => this.dropped.add(idOf(batch)),
      onSettled: (batch) => {
        const id = idOf(batch);
        assertEquals(this.#copiesOf(id), 1, `${id} was acknowledged`);
        assert(!this.settled.has(id), `${id} was acknowledged twice`);
        this.settled.add(id);
      },
    });
  }

  #add(): void {
    const id = `b${++this.#ids}`;
    const body = new TextEncoder().encode(id.padEnd(Math.floor(200 + this.#random() * 12_000)));
    const type = Math.floor(this.#random() * TYPES.length);
    this.added.add(id);
    this.#sender.add({ ...batchOf(type, body.length), body });
  }

  #connect(): void {
    if (this.#link) return;
    const link: Link = {
      toCollector: this.#sender.connected(),
      toSensor: [],
      isCutForCollector: false,
      receiver: new SessionReceiver(this.#pool, this.#nowMs),
      isStopped: false,
    };
    this.#link = link;
    this.#links.push(link);
  }

  #send(): void {
    const message = this.#link && this.#sender.nextMessage(this.#nowMs);
    if (message) this.#link!.toCollector.push(message);
  }

  #deliverToCollector(): void {
    const link = this.#pick(this.#links);
    if (!link || link.isStopped) return;
    if (link.hello) return this.#welcome(link);
    const message = link.toCollector.shift();
    if (!message) {
      if (link !== this.#link) this.#end(link); // the stream is at its end
      return;
    }
    const step = link.receiver.receive(message, this.#nowMs);
    switch (step.kind) {
      case "hello": {
        const before = this.#table.claim(NAME, step.hello.session, link);
        if (before) this.#end(before);
        link.hello = step.hello;
        return;
      }
      case "violation":
        throw new Error(step.what);
      case "fork":
        link.toSensor.push(encodeRejected({ reason: Rejection.Fork, settled: 0n }));
        return this.#end(link);
      case "bye":
        throw new Error("nobody said bye");
    }
  }

  /** Once what an older connection brought is on disk. */
  #welcome(link: Link): void {
    const { session, oldest } = link.hello!;
    if (!this.#table.holds(NAME, session, link)) return this.#end(link);
    let stored = this.#disk.get(session);
    if (!stored) this.#disk.set(session, stored = new StoredSession());
    if (stored.waiting.size > 0) return;
    stored.advance();
    assert(oldest <= stored.settled + 1n, "the collector never loses what it acknowledged");
    delete link.hello;
    link.toSensor.push(link.receiver.welcome(stored, NAME, VALUES));
  }

  #deliverToSensor(): void {
    const message = this.#link?.toSensor.shift();
    if (!message) return;
    const step = this.#sender.receive(message);
    assertEquals(step.kind, "go on", JSON.stringify(step));
  }

  #syncOne(): void {
    for (const stored of this.#disk.values()) stored.sync(this.#pick(TYPES)!);
  }

  #commit(): void {
    for (const [session, stored] of this.#disk) {
      if (stored.waiting.size === 0 && !stored.durable.has(stored.settled + 1n)) continue;
      for (const type of TYPES) stored.sync(type);
      stored.advance();
      for (const link of this.#links) {
        if (this.#table.holds(NAME, session, link)) link.receiver.settled(stored.settled);
      }
    }
    for (const link of this.#links) {
      const news = link.receiver.news();
      if (news) link.toSensor.push(news);
    }
  }

  #learnOfCuts(): void {
    for (const link of [...this.#links]) if (link !== this.#link) this.#end(link);
  }

  #end(link: Link): void {
    link.isStopped = true;
    link.receiver.close();
    link.receiver.settled(2n ** 63n); // its batches are the store's now
    this.#links = this.#links.filter((each) => each !== link);
    if (this.#link === link) {
      this.#link = undefined;
      this.#sender.disconnected();
    }
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #copiesOf(id: string): number {
    let copies = 0;
    for (const { durable } of this.#disk.values()) {
      for (const each of durable.values()) if (each === id) copies++;
    }
    return copies;
  }

  #check(): void {
    assert(this.#sender.queuedBytes <= QUEUE_BYTES, "the queue is over its limit");
    assert(this.#pool.free >= 0 && this.#pool.free <= POOL_BYTES, `${this.#pool.free} bytes free`);
  }

  /** Everything stored at most once: looked at at the end, since it takes a while. */
  checkCopies(): void {
    const seen = new Set<string>();
    for (const { durable } of this.#disk.values()) {
      for (const id of durable.values()) {
        assert(!seen.has(id), `${id} is stored twice`);
        seen.add(id);
        assert(!this.dropped.has(id), `${id} is stored, and counted as dropped`);
      }
    }
    for (const id of this.settled) assert(seen.has(id), `${id} was acknowledged and is not there`);
  }
}

function idOf({ body }: PackedBatch): string {
  return new TextDecoder().decode(body).trim();
}
