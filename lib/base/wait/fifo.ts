/** First in, first out, with constant cost at both ends however long it gets. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  /** Where the first item is; what stands before it has been taken. */
  #head = 0;

  /** How many items are in it. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The item at `index` from the front; undefined beyond the end. */
  at(index: number): Item | undefined {
    return this.#items[this.#head + index];
  }

  /** Adds an item at the end. */
  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes the first item; undefined when there is none. */
  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (2 * this.#head > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Its items, first to last. */
  *[Symbol.iterator](): IterableIterator<Item> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index]!;
  }
}
