import { Fifo } from "../base/wait/fifo.ts";

/**
 * Batches that wait: by priority, within one in the order of their arrival. When there
 * is no room for one more, the oldest of the lowest priority go.
 */
export class DropQueue<Item> {
  readonly #priorityOf: (batch: Item) => number;
  readonly #bytesOf: (batch: Item) => number;
  /** By priority; the first is dropped first and taken last. */
  readonly #classes: Fifo<Item>[] = [];
  #bytes = 0;

  /**
   * @param priorityOf 0 and up, of a batch.
   * @param bytesOf What a batch takes of the queue's limit.
   */
  constructor(priorityOf: (batch: Item) => number, bytesOf: (batch: Item) => number) {
    this.#priorityOf = priorityOf;
    this.#bytesOf = bytesOf;
  }

  /** What the batches take. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a batch and drops others, or this one, until all take at most `maxBytes`.
   *
   * @returns The dropped ones.
   */
  add(batch: Item, maxBytes: number): Item[] {
    if (this.#bytesOf(batch) > maxBytes) return [batch];
    const priority = this.#priorityOf(batch);
    while (this.#classes.length <= priority) this.#classes.push(new Fifo());
    this.#classes[priority]!.push(batch);
    this.#bytes += this.#bytesOf(batch);
    const dropped: Item[] = [];
    while (this.#bytes > maxBytes) {
      const oldest = this.#classes.find(({ length }) => length > 0)!.shift()!;
      this.#bytes -= this.#bytesOf(oldest);
      dropped.push(oldest);
    }
    return dropped;
  }

  /** The next batch: the oldest of the highest priority. */
  peek(): Item | undefined {
    return this.#highest()?.at(0);
  }

  /** Takes that batch. */
  take(): Item | undefined {
    const batch = this.#highest()?.shift();
    if (batch) this.#bytes -= this.#bytesOf(batch);
    return batch;
  }

  /** Takes out all that are not to be kept; those are returned. */
  keep(isKept: (batch: Item) => boolean): Item[] {
    const others: Item[] = [];
    for (const batches of this.#classes) {
      for (let left = batches.length; left > 0; left--) {
        const batch = batches.shift()!;
        if (isKept(batch)) {
          batches.push(batch);
          continue;
        }
        this.#bytes -= this.#bytesOf(batch);
        others.push(batch);
      }
    }
    return others;
  }

  /** All that wait, in the order in which they would be taken. */
  *batches(): IterableIterator<Item> {
    for (const batches of this.#classes.toReversed()) yield* batches;
  }

  #highest(): Fifo<Item> | undefined {
    return this.#classes.findLast(({ length }) => length > 0);
  }
}
