import { Fifo } from "../../base/wait/fifo.ts";
import type { PackedBatch } from "../../pack/packed_batch.ts";
import { isSpooled } from "./batch_spool.ts";
import { batchCost } from "../session/session_batch.ts";
import { BOOKS_TYPE } from "../sent_counts.ts";
import { SCHEMA } from "../session/session_message.ts";

/** A batch with its number. */
export interface Sent {
  readonly sequence: bigint;
  readonly batch: PackedBatch;
  /** Whether it was in flight in a session before this one. */
  readonly isAgain: boolean;
}

/** Whether a batch holds rows of the sensor's books, which count nowhere. */
export function isBooks({ parts }: PackedBatch): boolean {
  return parts[0]!.type === BOOKS_TYPE;
}

/** What a batch takes while it is kept: of the credit at most, in any schema. */
export function keptBytes(batch: PackedBatch): number {
  return batchCost(SCHEMA, batch);
}

/** What all of them take. */
export function bytesOfAll(batches: Iterable<PackedBatch>): number {
  let bytes = 0;
  for (const batch of batches) bytes += keptBytes(batch);
  return bytes;
}

/**
 * The batches of a session that have numbers and are not settled, in their order. Of them all lie in a
 * spool, or none.
 */
export class InFlight {
  readonly #sent = new Fifo<Sent>();
  readonly #maxBytes: number;
  #bytes = 0;
  /** How many have been sent on this connection. */
  #sentHere = 0;

  /** @param maxBytes What all may take together. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many there are. */
  get length(): number {
    return this.#sent.length;
  }

  /** Memory that they take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What may be added; one may always be in flight. */
  get room(): number {
    return this.#maxBytes - this.#bytes;
  }

  /** Whether they lie in a spool. */
  get areSpooled(): boolean {
    const first = this.#sent.at(0);
    return first !== undefined && isSpooled(first.batch);
  }

  /** The lowest number. */
  get oldest(): bigint | undefined {
    return this.#sent.at(0)?.sequence;
  }

  /** The first that has not been sent on this connection. */
  get next(): Sent | undefined {
    return this.#sent.at(this.#sentHere);
  }

  /** How many have been sent on this connection. */
  get sentHere(): number {
    return this.#sentHere;
  }

  /** What those take that have not been sent on this connection. */
  get unsentBytes(): number {
    let bytes = 0;
    for (let at = this.#sentHere; at < this.length; at++) {
      bytes += keptBytes(this.#sent.at(at)!.batch);
    }
    return bytes;
  }

  /** All of them. */
  *batches(): IterableIterator<PackedBatch> {
    for (const { batch } of this.#sent) yield batch;
  }

  /** Adds the one with the next number. */
  push(sent: Sent): void {
    this.#sent.push(sent);
    this.#bytes += keptBytes(sent.batch);
  }

  /** Notes that {@linkcode InFlight.next} is sent. */
  send(): void {
    this.#sentHere++;
  }

  /** There is another connection, on which nothing has been sent. */
  rewind(): void {
    this.#sentHere = 0;
  }

  /** Takes out the first; undefined when there is none. */
  shift(): Sent | undefined {
    const sent = this.#sent.shift();
    if (!sent) return undefined;
    this.#sentHere = Math.max(0, this.#sentHere - 1);
    this.#bytes -= keptBytes(sent.batch);
    return sent;
  }

  /** Takes out those up to a number. */
  settle(through: bigint): Sent[] {
    const settled: Sent[] = [];
    while (this.oldest !== undefined && this.oldest <= through) settled.push(this.shift()!);
    return settled;
  }

  /** Takes out all. */
  clear(): Sent[] {
    const all: Sent[] = [];
    for (let sent = this.shift(); sent; sent = this.shift()) all.push(sent);
    return all;
  }
}
