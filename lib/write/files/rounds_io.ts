import { Condition } from "../../base/wait/condition_io.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { type WaitingBatch, type WaitingFile, waitsForRoom } from "./waiting.ts";

/** What is written together. */
export interface Round {
  readonly files: Map<string, WaitingFile>;
  /** What batches without session take in it. */
  bytes: number;
  /** Resolves when it is over, well or not. */
  readonly over: PromiseWithResolvers<void>;
}

/** What waits for a store's disk: the next round, and what could not be written in one before. */
export class Rounds {
  readonly #retryMs: number;
  #next = newRound();
  #current?: Round;
  readonly #stalled = new Map<string, WaitingFile>();
  #retryAtMs = 0;
  /** Notified when there may be something to write. */
  readonly #changed = new Condition();

  /** @param retryMs How long what could not be written waits. */
  constructor(retryMs: number) {
    this.#retryMs = retryMs;
  }

  /** What batches without session take that wait. */
  get bytes(): number {
    return this.#next.bytes + (this.#current?.bytes ?? 0);
  }

  /** Whether anything waits that is not being written. */
  get isEmpty(): boolean {
    return this.#next.files.size === 0 && this.#stalled.size === 0;
  }

  /** Whether something could not be written and is tried again. */
  get isStalled(): boolean {
    return this.#stalled.size > 0;
  }

  /** Whether nothing waits but what could not be written. */
  get hasNothingNew(): boolean {
    return this.#next.files.size === 0;
  }

  /** Resolves when the round that is under way, or else the next, is over. */
  get oneOver(): Promise<void> {
    return (this.#current ?? this.#next).over.promise;
  }

  /** Resolves when all that has been added is written, or has failed once. */
  get allOver(): Promise<void> | undefined {
    return (this.#next.files.size > 0 ? this.#next : this.#current)?.over.promise;
  }

  /**
   * Adds a batch to the next round.
   *
   * @param bytes What it takes while it waits, if its file has others that do; `fileBytes` more for
   * the first.
   */
  add(
    file: Omit<WaitingFile, "batches">,
    batch: WaitingBatch,
    bytes: number,
    fileBytes: number,
  ): void {
    let waiting = this.#next.files.get(file.path);
    if (!waiting) {
      waiting = { ...file, batches: [] };
      this.#next.files.set(file.path, waiting);
      this.#next.bytes += fileBytes;
    }
    waiting.batches.push(batch);
    this.#next.bytes += bytes;
    this.#changed.notify();
  }

  /** Keeps what could not be written of a file, to be tried again. */
  stall(file: WaitingFile, left: readonly WaitingBatch[]): void {
    this.#stalled.set(file.path, { ...file, batches: [...left] });
    this.#retryAtMs = performance.now() + this.#retryMs;
  }

  /** Waits until there is something to write. */
  async pause(gatherMs: number): Promise<void> {
    if (this.#next.files.size === 0) {
      await this.#changed.wait(this.#retryAtMs - performance.now());
    }
    if (gatherMs > 0) await rest(gatherMs);
  }

  /** Ends a pause. */
  wake(): void {
    this.#retryAtMs = 0;
    this.#changed.notify();
  }

  /** What is to be written now. Call `end` when that is done. */
  begin(): Round {
    const round = this.#current = this.#next;
    this.#next = newRound();
    const isTime = performance.now() >= this.#retryAtMs;
    for (const [path, stalled] of this.#stalled) {
      const later = round.files.get(path);
      round.files.delete(path);
      // Batches of sessions, and rows, stay in order; other batches wait for nobody.
      if (later) stalled.batches.push(...later.batches.filter(waitsForRoom));
      const others = later?.batches.filter((batch) => !waitsForRoom(batch)) ?? [];
      const batches = isTime ? [...stalled.batches, ...others] : others;
      if (batches.length > 0) round.files.set(path, { ...stalled, batches });
      if (isTime) this.#stalled.delete(path);
    }
    return round;
  }

  /** Lets nobody wait for what is not written any more. */
  giveUp(): void {
    this.#next.over.resolve();
    this.#next = newRound();
  }

  /** Ends the round that is under way. */
  end(): void {
    this.#current?.over.resolve();
    this.#current = undefined;
  }
}

function newRound(): Round {
  return { files: new Map(), bytes: 0, over: Promise.withResolvers() };
}
