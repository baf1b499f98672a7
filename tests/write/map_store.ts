import { equalBytes } from "../../lib/base/bytes/bytes.ts";
import type { CheckedBatch } from "../../lib/verify/check_batch.ts";
import type { CheckedSessionBatch } from "../../lib/verify/check_session_batch.ts";
import type { FramedRows } from "../../lib/write/framed_rows.ts";
import type { Store, StoredSession } from "../../lib/write/store.ts";

/** What is stored of a session. */
interface StoredBatches {
  settled: bigint;
  /** By number; those that are settled stay. */
  readonly batches: Map<bigint, CheckedSessionBatch>;
}

/** A place that outlives its stores, as a disk does. */
export interface MapPlace {
  readonly id: Uint8Array;
  /** By client and session. */
  readonly sessions: Map<string, StoredBatches>;
  /** The records of batches without session. */
  readonly boxes: Uint8Array[];
  contents(): Map<string, number>;
}

export function newMapPlace(): MapPlace {
  const sessions = new Map<string, StoredBatches>();
  const boxes: Uint8Array[] = [];
  return {
    id: crypto.getRandomValues(new Uint8Array(16)),
    sessions,
    boxes,
    contents() {
      const found = new Map<string, number>();
      const add = (name: string) => found.set(name, (found.get(name) ?? 0) + 1);
      for (const records of boxes) add(new TextDecoder().decode(records.subarray(1)));
      for (const [key, { batches }] of sessions) {
        for (const [sequence, { parts }] of batches) {
          const names = parts.length > 1
            ? parts.map((_, n) => `${key}/${sequence} ${n + 1}/${parts.length}`)
            : [`${key}/${sequence}`];
          names.forEach(add);
        }
      }
      return found;
    },
  };
}

/** A store that keeps everything in a map, a moment after it was told to. */
export class MapStore implements Store {
  readonly id: Uint8Array;
  readonly #place: MapPlace;
  readonly #open = new Map<string, OpenMap>();
  #isClosed = false;
  #last: Promise<void> = Promise.resolve();

  constructor(place: MapPlace) {
    this.id = place.id;
    this.#place = place;
  }

  append({ records }: CheckedBatch): Promise<void> {
    if (this.#isClosed) return Promise.reject(new TypeError("it has been closed"));
    const copy = records.slice();
    this.#later(() => void this.#place.boxes.push(copy));
    return Promise.resolve();
  }

  keep(_client: string, { records }: FramedRows): Promise<void> {
    if (this.#isClosed) return Promise.reject(new TypeError("it has been closed"));
    this.#later(() => void this.#place.boxes.push(records));
    return Promise.resolve();
  }

  commit(): Promise<void> {
    return this.#last;
  }

  async openSession(
    client: string,
    session: bigint,
    onSettled: (settled: bigint) => void,
    signal?: AbortSignal,
  ): Promise<StoredSession> {
    if (session === 0n) throw new RangeError("Cannot open session 0");
    if (this.#isClosed) throw new TypeError("it has been closed");
    signal?.throwIfAborted();
    const key = `${client}/${session}`;
    this.#open.get(key)?.close();
    await this.#last;
    const stored = this.#place.sessions.get(key) ?? { settled: 0n, batches: new Map() };
    this.#place.sessions.set(key, stored);
    const opened = new OpenMap(stored, onSettled, (work) => this.#later(work));
    this.#open.set(key, opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const session of this.#open.values()) session.close();
    await this.#last;
  }

  #later(work: () => void): Promise<void> {
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
    return this.#last = this.#last.then(wait).then(work);
  }
}

class OpenMap implements StoredSession {
  readonly #stored: StoredBatches;
  readonly #onSettled: (settled: bigint) => void;
  readonly #later: (work: () => void) => Promise<void>;
  /** Appended, not stored yet. */
  readonly #waiting = new Map<bigint, CheckedSessionBatch>();
  /** What was settled when it was opened, and what is known above that. */
  readonly #known: ReadonlySet<bigint>;
  #drained: Promise<void> = Promise.resolve();
  #isOpen = true;

  constructor(
    stored: StoredBatches,
    onSettled: (settled: bigint) => void,
    later: (work: () => void) => Promise<void>,
  ) {
    this.#stored = stored;
    this.#onSettled = onSettled;
    this.#later = later;
    this.#known = new Set([...stored.batches.keys()].filter((each) => each > stored.settled));
  }

  get settled(): bigint {
    return this.#stored.settled;
  }

  skipTo(oldestHeld: bigint): bigint {
    let lost = 0n;
    for (let next = this.settled + 1n; next < oldestHeld; next++) {
      if (!this.#stored.batches.has(next)) lost++;
      this.#stored.settled = next;
    }
    this.#advance();
    return lost;
  }

  append(batch: CheckedSessionBatch): number | "fork" {
    if (!this.#isOpen) throw new TypeError("it has been closed");
    const { sequence } = batch;
    const isKnown = sequence > this.settled || this.#known.has(sequence);
    const known = this.#waiting.get(sequence) ?? this.#stored.batches.get(sequence);
    if (!isKnown) throw new RangeError(`Batch ${sequence} is here already`);
    if (known) return equalBytes(known.digest, batch.digest) ? 0 : "fork";
    this.#waiting.set(sequence, batch);
    this.#drained = this.#later(() => {
      this.#waiting.delete(sequence);
      this.#stored.batches.set(sequence, batch);
      if (this.#advance() && this.#isOpen) this.#onSettled(this.settled);
    });
    return Math.max(1, batch.parts.length);
  }

  drained(): Promise<void> {
    return this.#drained;
  }

  close(): void {
    this.#isOpen = false;
  }

  #advance(): boolean {
    const before = this.settled;
    while (this.#stored.batches.has(this.settled + 1n)) this.#stored.settled++;
    return this.settled > before;
  }
}
