import { equalBytes } from "../../base/bytes/bytes.ts";
import { type CheckedSessionBatch, releaseParts } from "../../verify/check_session_batch.ts";
import type { StoredSession } from "../store.ts";
import type { TableSession } from "./batch_table.ts";

/** Makes batches durable, and that all up to `settled` are. */
type Write = (settled: bigint, batches: readonly CheckedSessionBatch[]) => Promise<void>;

/** One use of a session. What comes while something is being written is written together. */
export class OpenTableSession implements StoredSession {
  readonly #onSettled: (settled: bigint) => void;
  readonly #write: Write;
  readonly #onClosed: () => void;
  /** What was there above `settled` at the beginning: it may come again when it is settled. */
  readonly #foundAbove: ReadonlyMap<bigint, Uint8Array>;
  /** What is there above `settled` by now. */
  readonly #above: Map<bigint, Uint8Array>;
  /** By number, what is not there yet, the batches that are being written among it. */
  readonly #waiting = new Map<bigint, CheckedSessionBatch>();
  readonly #unwritten: CheckedSessionBatch[] = [];
  #settled: bigint;
  #isDue = false;
  #stored: Promise<void> = Promise.resolve();
  #isOpen = true;

  /** @param onClosed Told when this use has ended and nothing of it waits. */
  constructor(
    { settled, above }: TableSession,
    onSettled: (settled: bigint) => void,
    write: Write,
    onClosed: () => void,
  ) {
    this.#settled = settled;
    this.#foundAbove = above;
    this.#above = new Map(above);
    this.#onSettled = onSettled;
    this.#write = write;
    this.#onClosed = onClosed;
  }

  get settled(): bigint {
    return this.#settled;
  }

  skipTo(oldestHeld: bigint): bigint {
    let lost = 0n;
    const before = this.#settled;
    while (this.#settled + 1n < oldestHeld) {
      this.#settled++;
      if (!this.#above.delete(this.#settled)) lost++;
    }
    if (this.#settled > before) this.#store();
    return lost;
  }

  append(batch: CheckedSessionBatch): number | "fork" {
    if (!this.#isOpen) throw new TypeError("This use of the session has been closed");
    const { sequence, digest } = batch;
    const here = this.#waiting.get(sequence)?.digest ?? this.#above.get(sequence) ??
      this.#foundAbove.get(sequence);
    if (here !== undefined) {
      releaseParts(batch, []);
      return equalBytes(here, digest) ? 0 : "fork";
    }
    if (sequence <= this.#settled) throw new RangeError(`Batch ${sequence} is here already`);
    this.#waiting.set(sequence, batch);
    this.#unwritten.push(batch);
    this.#store();
    return Math.max(1, batch.parts.length);
  }

  drained(): Promise<void> {
    return this.#stored;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stored.catch(() => {}).then(this.#onClosed); // who asks whether it is drained is told
  }

  /** Has what is not written written behind what is being written. */
  #store(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#stored = this.#stored.then(() => this.#storeNow());
    this.#stored.catch(() => {}); // who asks whether it is drained is told
  }

  async #storeNow(): Promise<void> {
    this.#isDue = false;
    const batches = this.#unwritten.splice(0);
    for (const { sequence, digest } of batches) this.#above.set(sequence, digest);
    let settled = this.#settled;
    while (this.#above.has(settled + 1n)) settled++;
    await this.#write(settled, batches);
    for (const { sequence } of batches) this.#waiting.delete(sequence);
    for (let n = this.#settled + 1n; n <= settled; n++) this.#above.delete(n);
    if (settled <= this.#settled) return;
    this.#settled = settled;
    if (this.#isOpen) this.#onSettled(settled);
  }
}
