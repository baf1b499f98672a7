/** A batch above what is settled. */
interface Above {
  readonly digest: Uint8Array;
  /** Whether it is on disk for good; else it waits for that. */
  isDurable: boolean;
}

/**
 * What a store knows of one session of one client: up to which sequence all batches are durable
 * (`settled`), and which ones above it are here. Sequences without an entry above `settled` are not
 * here.
 */
export class SessionLog {
  /** Uses of the session that need this to stay. */
  users = 0;
  #settled: bigint;
  #recorded: bigint;
  #recordedIn: string;
  #waiting = 0;
  readonly #above = new Map<bigint, Above>();
  /** Of those that were here before some below them: they come again when they are settled already. */
  readonly #digestsFromBefore = new Map<bigint, Uint8Array>();
  #drain?: PromiseWithResolvers<void>;
  #failure?: unknown;

  /**
   * @param settled The highest one in a member that was on disk.
   * @param recordedIn Path of the file with that member.
   * @param stored Sequence and digest of each batch above it that is on disk.
   * @param recorded The highest one in a member that stays there, or less.
   */
  constructor(
    settled = 0n,
    recordedIn = "",
    stored: Iterable<readonly [bigint, Uint8Array]> = [],
    recorded = settled,
  ) {
    this.#settled = settled;
    this.#recorded = recorded;
    this.#recordedIn = recordedIn;
    for (const [sequence, digest] of stored) {
      if (sequence > settled) this.#above.set(sequence, { digest, isDurable: true });
    }
    this.#advance();
    for (const [sequence, { digest }] of this.#above) this.#digestsFromBefore.set(sequence, digest);
  }

  /** All batches up to this one are durable. */
  get settled(): bigint {
    return this.#settled;
  }

  /** The highest `settled` that a member on disk tells: what a recovery would find. */
  get recorded(): bigint {
    return this.#recorded;
  }

  /** The newest file that tells it; empty when none has a member of the session. */
  get recordedIn(): string {
    return this.#recordedIn;
  }

  /** Whether batches wait for the disk. */
  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** Whether nothing of the session is on disk or waits for that. */
  get isBlank(): boolean {
    return this.#recordedIn === "" && this.#above.size === 0;
  }

  /** Resolves when no batch waits; rejects when one never will be durable. */
  async drained(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting > 0) await (this.#drain ??= Promise.withResolvers()).promise;
  }

  /** Gives up what waits. */
  fail(error: unknown): void {
    this.#failure = error;
    this.#drain?.reject(error);
  }

  /** Digest of a batch above `settled` that is here, or was before some below it. */
  digestOf(sequence: bigint): Uint8Array | undefined {
    return this.#above.get(sequence)?.digest ?? this.#digestsFromBefore.get(sequence);
  }

  /** Notes a batch that waits for the disk from now on. */
  take(sequence: bigint, digest: Uint8Array): void {
    if (sequence <= this.#settled || this.#above.has(sequence)) {
      throw new RangeError(`Cannot take batch ${sequence} of a session: it is here already`);
    }
    this.#above.set(sequence, { digest, isDurable: false });
    this.#waiting++;
  }

  /**
   * Notes that a batch that waited is durable, in a member in the file at `path` that tells
   * `recorded`. Returns whether `settled` rose.
   */
  store(sequence: bigint, recorded: bigint, path: string): boolean {
    const batch = this.#above.get(sequence);
    if (!batch || batch.isDurable) {
      throw new RangeError(`Cannot settle batch ${sequence} of a session: it does not wait`);
    }
    batch.isDurable = true;
    if (--this.#waiting === 0) {
      this.#drain?.resolve();
      this.#drain = undefined;
    }
    this.record(recorded, path);
    return this.#advance();
  }

  /** Notes that a member is on disk, in the file at `path`, that tells `recorded`. */
  record(recorded: bigint, path: string): void {
    if (recorded < this.#recorded) return;
    this.#recorded = recorded;
    this.#recordedIn = path;
  }

  /** Notes that a file has another name now. */
  renamed(from: string, to: string): void {
    if (this.#recordedIn === from) this.#recordedIn = to;
  }

  /** Gives up what lies between `settled` and `oldestHeld` and is not here; returns how many that are. */
  skipTo(oldestHeld: bigint): bigint {
    if (this.#waiting > 0) throw new TypeError("Cannot skip batches of a session: some wait");
    let lost = 0n;
    if (this.#settled + 1n < oldestHeld) {
      lost = oldestHeld - 1n - this.#settled;
      for (const sequence of this.#above.keys()) {
        if (sequence >= oldestHeld) continue;
        this.#above.delete(sequence);
        lost--;
      }
      this.#settled = oldestHeld - 1n;
      this.#advance();
    }
    return lost;
  }

  #advance(): boolean {
    const before = this.#settled;
    for (let next = before + 1n; this.#above.get(next)?.isDurable; next++) {
      this.#above.delete(next);
      this.#settled = next;
    }
    return this.#settled > before;
  }
}
