import { Fifo } from "../base/fifo.ts";
import type { PackedBatch } from "../pack/packed_batch.ts";
import { BATCH_OVERHEAD_BYTES, batchCost } from "./session_message.ts";

/** Bytes that a batch takes of a queue's limit. */
export function queueCost(batch: PackedBatch): number {
  return batch.body.length + BATCH_OVERHEAD_BYTES;
}

/**
 * Batches that wait to be sent for the first time: by priority of their type, within one in the
 * order of their arrival. When there is no room for one more, the oldest of the lowest priority go.
 */
export class SendQueue {
  readonly #priorityOf: (type: number) => number;
  /** By priority; the first is dropped first and sent last. */
  readonly #classes: Fifo<PackedBatch>[] = [];
  #bytes = 0;
  #cost = 0;

  /** @param priorityOf 0 and up, of a record type. */
  constructor(priorityOf: (type: number) => number) {
    this.#priorityOf = priorityOf;
  }

  /** Memory that the batches take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Credit that the batches take together. */
  get cost(): number {
    return this.#cost;
  }

  /**
   * Adds a batch and drops others, or this one, until all take at most `maxBytes`.
   *
   * @returns The dropped ones.
   */
  add(batch: PackedBatch, maxBytes: number): PackedBatch[] {
    if (queueCost(batch) > maxBytes) return [batch];
    const priority = this.#priorityOf(batch.type);
    while (this.#classes.length <= priority) this.#classes.push(new Fifo());
    this.#classes[priority]!.push(batch);
    this.#count(batch, 1);
    const dropped: PackedBatch[] = [];
    while (this.#bytes > maxBytes) {
      const oldest = this.#classes.find(({ length }) => length > 0)!.shift()!;
      this.#count(oldest, -1);
      dropped.push(oldest);
    }
    return dropped;
  }

  /** The batch to be sent next: the oldest of the highest priority. */
  peek(): PackedBatch | undefined {
    return this.#highest()?.at(0);
  }

  /** Takes that batch. */
  take(): PackedBatch | undefined {
    const batch = this.#highest()?.shift();
    if (batch) this.#count(batch, -1);
    return batch;
  }

  /** All that wait, in the order in which they would be sent. */
  *batches(): IterableIterator<PackedBatch> {
    for (const batches of this.#classes.toReversed()) yield* batches;
  }

  #highest(): Fifo<PackedBatch> | undefined {
    return this.#classes.findLast(({ length }) => length > 0);
  }

  #count(batch: PackedBatch, sign: 1 | -1): void {
    this.#bytes += sign * queueCost(batch);
    this.#cost += sign * batchCost(batch);
  }
}
