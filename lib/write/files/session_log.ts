import { equalBytes } from "../../base/bytes/bytes.ts";
import { digestOf } from "../../pack/digest.ts";
import { inflateRaw } from "../../pack/gzip.ts";
import { MAX_MEMBER_RECORDS_BYTES, type MemberHeader } from "../../pack/member.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";

/** What a member tells of a batch. */
export type StoredPart = Pick<
  MemberHeader,
  "sequence" | "version" | "digest" | "reason" | "part" | "parts"
>;

/** A batch above what is settled that is durable in all its parts. */
export interface DurableBatch {
  readonly sequence: bigint;
  /** Of its body as it came. */
  readonly digest: Uint8Array;
  /** How many it has. */
  readonly parts: number;
}

/** A batch above what is settled; parts are bits, the first the lowest. */
interface Above {
  readonly digest: Uint8Array;
  /** Whether that is of the records, as in members of version 1, and not of the body. */
  readonly isOfRecords: boolean;
  /** All that it has. */
  readonly all: number;
  /** On disk for good, or waiting for that. */
  here: number;
  /** On disk for good. */
  durable: number;
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
  readonly #fromBefore = new Map<bigint, Above>();
  #drain?: PromiseWithResolvers<void>;
  #failure?: unknown;

  /**
   * @param settled The highest one in a member that was on disk.
   * @param recordedIn Path of the file with that member.
   * @param stored The parts of batches above it that are on disk.
   * @param recorded The highest one in a member that stays there, or less.
   */
  constructor(
    settled = 0n,
    recordedIn = "",
    stored: Iterable<StoredPart> = [],
    recorded = settled,
  ) {
    this.#settled = settled;
    this.#recorded = recorded;
    this.#recordedIn = recordedIn;
    for (const part of stored) if (part.sequence > settled) this.#found(part);
    this.#advance();
    for (const [sequence, above] of this.#above) this.#fromBefore.set(sequence, above);
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

  /** The highest batch of which something is here, or waits for the disk. */
  get highest(): bigint {
    let highest = this.#settled;
    for (const sequence of this.#above.keys()) if (sequence > highest) highest = sequence;
    return highest;
  }

  /** Those above what is settled that are durable. */
  *durableAbove(): Generator<DurableBatch> {
    for (const [sequence, { digest, all, durable }] of this.#above) {
      if (durable === all) yield { sequence, digest, parts: 32 - Math.clz32(all) };
    }
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

  /**
   * Which parts of a batch that comes are not here, from 1: none of a duplicate. `"fork"` when another
   * batch of its number is here.
   */
  missing(batch: CheckedSessionBatch): readonly number[] | "fork" {
    const known = this.#above.get(batch.sequence) ?? this.#fromBefore.get(batch.sequence);
    const all = allOf(partsOf(batch));
    if (!known) return numbersIn(all);
    if (!isOfDigest(batch, known)) return "fork";
    if (known.here === known.all) return [];
    if (batch.reason !== 0) return [1];
    return known.all === all ? numbersIn(all & ~known.here) : "fork";
  }

  /** Notes parts of a batch, those that are missing, that wait for the disk from now on. */
  take(batch: CheckedSessionBatch, missing: readonly number[]): void {
    const { sequence, digest } = batch;
    const all = allOf(partsOf(batch));
    let above = this.#above.get(sequence);
    if (sequence <= this.#settled || (above && above.here === above.all)) {
      throw new RangeError(`Cannot take batch ${sequence} of a session: it is here already`);
    }
    if (above?.all !== all) {
      above = { digest, isOfRecords: false, all, here: 0, durable: 0 };
      this.#above.set(sequence, above);
    }
    for (const part of missing) above.here |= bitOf(part);
    this.#waiting += missing.length;
  }

  /**
   * Notes that a part of a batch that waited is durable, in a member in the file at `path` that tells
   * `recorded`. Returns whether `settled` rose.
   */
  store(sequence: bigint, part: number, recorded: bigint, path: string): boolean {
    const above = this.#above.get(sequence);
    const bit = bitOf(part);
    if (!above || (above.durable & bit) !== 0 || (above.here & bit) === 0) {
      throw new RangeError(`Cannot settle batch ${sequence} of a session: it does not wait`);
    }
    above.durable |= bit;
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
      for (const [sequence, { here, all }] of this.#above) {
        if (sequence >= oldestHeld) continue;
        this.#above.delete(sequence);
        if (here === all) lost--;
      }
      this.#settled = oldestHeld - 1n;
      this.#advance();
    }
    return lost;
  }

  #found({ sequence, version, digest, reason, part, parts }: StoredPart): void {
    const all = allOf(parts);
    let above = this.#above.get(sequence);
    // A batch that is refused as a whole is settled by that, whatever else there is of it.
    if (!above || (reason !== 0 && parts === 1)) {
      const isOfRecords = version === 1 && reason === 0;
      this.#above.set(sequence, above = { digest, isOfRecords, all, here: 0, durable: 0 });
    }
    if (above.all === all) above.here = above.durable |= bitOf(part);
  }

  #advance(): boolean {
    const before = this.#settled;
    for (let next = before + 1n;; next++) {
      const above = this.#above.get(next);
      if (!above || above.durable !== above.all) break;
      this.#above.delete(next);
      this.#settled = next;
    }
    return this.#settled > before;
  }
}

/** In how many members a batch is stored. */
export function partsOf({ reason, parts }: CheckedSessionBatch): number {
  return reason === 0 ? parts.length : 1;
}

function allOf(parts: number): number {
  return (1 << parts) - 1;
}

function bitOf(part: number): number {
  return 1 << (part - 1);
}

function numbersIn(bits: number): number[] {
  const numbers: number[] = [];
  for (let part = 1; bits >> (part - 1); part++) if (bits & bitOf(part)) numbers.push(part);
  return numbers;
}

/** Whether a batch is the one that is here. */
function isOfDigest(batch: CheckedSessionBatch, { isOfRecords, digest }: Above): boolean {
  const [part] = batch.parts;
  if (!isOfRecords || !part || "of" in part || "refused" in part) {
    return equalBytes(batch.digest, digest);
  }
  const unpacked = inflateRaw(part.body, MAX_MEMBER_RECORDS_BYTES, part.recordBytes);
  return "bytes" in unpacked && equalBytes(digestOf(unpacked.bytes), digest);
}
