/** A sensor that spools, and a collector that has what it was sent: what tests of a spool compare with. */
import { assert, assertEquals } from "@std/assert";
import type { BatchPart, PackedBatch } from "../../../lib/pack/packed_batch.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import type { SpooledBatch, SpooledSession } from "../../../lib/transport/sender/batch_spool.ts";
import { Spool } from "../../../lib/write/spool/spool_io.ts";
import { Said } from "../../said.ts";
import { batchOf } from "../../transport/session_batches.ts";
import type { MemoryDisk } from "../files/memory_disk.ts";

export const FOLDER = "/spool";
export const COLLECTOR = newKeyPair();
/** Record types, which are their priorities. */
export const TYPES = [0, 1, 2];
const MAX_BYTES = 64 << 20;
/** Small, so that a few batches fill a file. */
const SEGMENT_BYTES = 500;

/** A batch that can be told from others by its minute, which stands in clear. */
export function packed(id: number, type: number, bodyBytes = 40): PackedBatch {
  return { ...batchOf(type, bodyBytes), minute: id };
}

export function openSpool(
  disk: MemoryDisk,
  log = new Said(),
  maxBytes = MAX_BYTES,
): Promise<Spool> {
  return Spool.open({
    folder: FOLDER,
    maxBytes,
    segmentBytes: SEGMENT_BYTES,
    collectorKey: COLLECTOR.publicKey,
    priorityOf: (type) => type,
    log,
    layer: disk,
  });
}

/** Appends a batch; what was dropped for it. */
export async function append(spool: Spool, batch: PackedBatch): Promise<BatchPart[]> {
  const dropped: BatchPart[] = [];
  await spool.append(batch, (parts) => dropped.push(...parts));
  return dropped;
}

/** The next batches of a spool by their ids, which are let go of. */
export async function drained(spool: Spool): Promise<number[]> {
  const ids: number[] = [];
  for (let batches = await spool.read(1); batches.length > 0; batches = await spool.read(1)) {
    for (const batch of batches) {
      ids.push(batch.minute);
      spool.release(batch);
    }
  }
  await spool.tidy();
  return ids;
}

/** Runs one after another on one disk; each may end at any moment. */
export class SpoolingSensor {
  /** What the collector has of each session, by number - 1. */
  readonly #sessions = new Map<bigint, SpooledBatch[]>();
  /** Batches that were durable, as the spool said. */
  readonly synced = new Set<number>();
  /** Records that a full disk had no room for. */
  dropped = 0;
  #added = 0;
  #newest = 0n;

  /** Goes on with what is on the disk, and adds batches meanwhile. */
  async run(disk: MemoryDisk, rounds: number): Promise<void> {
    const spool = await openSpool(disk);
    try {
      await this.#run(spool, rounds);
    } finally {
      spool[Symbol.dispose]();
    }
  }

  async #run(spool: Spool, rounds: number): Promise<void> {
    assertEquals(spool.unsure, [], "a crash makes no number unsure");
    let session = spool.numbered?.session ?? this.#begin();
    let next = spool.numbered?.first ?? 1n;
    let inFlight = [...spool.numbered?.batches ?? []];
    for (const batch of inFlight) this.#deliver(session, next++, batch);
    for (let round = 0; round < rounds || spool.hasUnread || inFlight.length > 0; round++) {
      if (round < rounds) await this.#append(spool, round);
      // All but the last are known to be settled.
      const settled = inFlight.splice(0, round < rounds ? inFlight.length - 1 : inFlight.length);
      for (const batch of settled) spool.release(batch);
      await spool.tidy();
      if (round % 4 === 3 && inFlight.length > 0) {
        session = this.#begin(); // it stores somewhere else now
        for (const batch of inFlight) this.#forget(batch.minute);
        await spool.number({ session, first: 1n, batches: inFlight });
        next = 1n;
        for (const batch of inFlight) this.#deliver(session, next++, batch);
      }
      const batches = await spool.read(100);
      if (batches.length === 0) continue;
      await spool.number({ session, first: next, batches });
      for (const batch of batches) this.#deliver(session, next++, batch);
      inFlight = [...inFlight, ...batches];
    }
    await spool.tidy();
    assert(spool.isClear, "nothing is left");
  }

  /** What the collector has, once each. */
  get stored(): number[] {
    return [...this.#sessions.values()].flatMap((batches) =>
      batches.filter(Boolean).map(({ minute }) => minute)
    );
  }

  /** Of each session the ids of one type, in the order of their numbers. */
  storedOf(type: number): number[][] {
    return [...this.#sessions.values()].map((batches) =>
      batches.filter((batch) => batch?.parts[0]?.type === type).map(({ minute }) => minute)
    );
  }

  async #append(spool: Spool, round: number): Promise<void> {
    const ids: number[] = [];
    for (const type of round % 2 === 0 ? TYPES : [0, 2]) {
      const id = ++this.#added;
      for (const { count } of await append(spool, packed(id, type))) this.dropped += count;
      ids.push(id);
    }
    if (round % 3 === 1) return; // the next numbers make them durable, or the next round
    await spool.sync();
    for (const id of ids) this.synced.add(id);
  }

  #begin(): SpooledSession {
    this.#newest++;
    return { session: this.#newest, storeId: new Uint8Array(16).fill(7), encodings: [1] };
  }

  /** What it had in an older session counts no more: in a new one it may be twice, and is said to be. */
  #forget(id: number): void {
    for (const batches of this.#sessions.values()) {
      const at = batches.findIndex((batch) => batch?.minute === id);
      if (at >= 0) delete batches[at];
    }
  }

  #deliver({ session }: SpooledSession, sequence: bigint, batch: SpooledBatch): void {
    const batches = this.#sessions.get(session) ?? [];
    this.#sessions.set(session, batches);
    const index = Number(sequence) - 1;
    assert(index <= batches.length, `number ${sequence} of session ${session} leaves a gap`);
    const known = batches[index];
    if (known) assertEquals(batch.body, known.body, `number ${sequence} is another batch: a fork`);
    else batches[index] = batch;
    this.synced.add(batch.minute);
  }
}
