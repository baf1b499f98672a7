import { encodeHex } from "../../base/bytes/bytes.ts";
import { messageOf, StoreError } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { type ActLog, numbered, withoutStored } from "../../seal/access/act_log.ts";
import { lookedAt } from "../../seal/access/listed_state.ts";
import type { RosterEntry } from "../../seal/roster.ts";
import { within } from "../../transport/within_io.ts";
import type { AccessPlace, KeptState } from "../access/kept_state.ts";
import { COLLECTOR_ITSELF } from "../files/client_name.ts";
import type { Store } from "../store.ts";
import { actBatch } from "./act_batch.ts";

/** The sessions of the collector's own that hold what lay in either state. */
const SESSIONS = { access: 1n, listed: 2n } as const;
const RETRY_MS = 10_000;
/** What another collector stores is looked for again so much later. */
const LOOK_MS = 1_000;
/** How long the end waits for a disk without room; what waits is written by the next collector. */
const END_MS = 2_000;

/**
 * Makes records of what operators did. An act lies in the state that it changed until it is stored under
 * its number in a session of the collector's own; so it becomes one record, whatever stops in between, and
 * however many collectors do this for the same state.
 */
export class ActKeeper implements AsyncDisposable {
  readonly #place: AccessPlace;
  readonly #store: Store;
  readonly #log: Log;
  readonly #endMs: number;
  readonly #retryMs: number;
  #seen: { readonly key: string; readonly entries: ReadonlyMap<string, RosterEntry> } = {
    key: "",
    entries: new Map(),
  };
  #working: Promise<void> = Promise.resolve();
  /** What is tried again, by what it is about. */
  readonly #retries = new Map<keyof typeof SESSIONS, ReturnType<typeof setTimeout>>();
  #isPoked = false;
  #isOver = false;

  /**
   * @param endMs How long its end waits for what is being written.
   * @param retryMs After how long what could not be written is tried again.
   */
  constructor(place: AccessPlace, store: Store, log: Log, endMs = END_MS, retryMs = RETRY_MS) {
    this.#place = place;
    this.#store = store;
    this.#log = log;
    this.#endMs = endMs;
    this.#retryMs = retryMs;
  }

  /** What the operator has written down is this now: the collector's key, and by key who may send. */
  look(collectorKey: Uint8Array, entries: ReadonlyMap<string, RosterEntry>): void {
    this.#seen = { key: encodeHex(collectorKey), entries };
    this.#do("listed", async () => {
      const { listed } = this.#place;
      const { key, entries } = this.#seen; // the newest, also when this is tried again
      const { state } = await listed.change((state) => ({
        state: lookedAt(state, key, entries, Date.now()),
      }));
      await this.#keep(listed, SESSIONS.listed, state.acts);
    });
  }

  /** Acts may wait in what the collector knows itself of who may send. */
  poke(): void {
    if (this.#isPoked) return;
    this.#isPoked = true;
    this.#do("access", async () => {
      this.#isPoked = false;
      const { access } = this.#place;
      await this.#keep(access, SESSIONS.access, (await access.read()).acts);
    });
  }

  /** Resolves when what has been asked for is done, or has failed. */
  get done(): Promise<void> {
    return this.#working;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const retry of this.#retries.values()) clearTimeout(retry);
    await within(this.#endMs, this.#working);
  }

  #do(about: keyof typeof SESSIONS, work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error) => {
      if (this.#isOver) return;
      const isAnothers = error instanceof AnotherStores;
      if (!isAnothers) {
        this.#log.problem("acts", `Cannot write down what was done: ${messageOf(error)}`);
      }
      clearTimeout(this.#retries.get(about));
      const waitMs = isAnothers ? LOOK_MS : this.#retryMs;
      this.#retries.set(about, setTimeout(() => this.#do(about, work), waitMs));
    });
  }

  async #keep<State extends { readonly acts: ActLog }>(
    kept: KeptState<State>,
    session: bigint,
    acts: ActLog,
  ): Promise<void> {
    for (let log = acts; log.waiting.length > 0;) {
      const stored = await storeActs(this.#store, session, log);
      const { state } = await kept.change((state) => {
        const left = withoutStored(state.acts, stored);
        return { state: left === state.acts ? state : { ...state, acts: left } };
      });
      log = state.acts;
    }
  }
}

/** Another collector stores the same acts just now. */
class AnotherStores extends Error {}

/**
 * Stores the groups of a log that are not stored yet.
 *
 * @returns Up to which number all groups are stored; a number that no group has when the log is older than
 *   what is stored: nothing of it was stored then.
 * @throws AnotherStores
 */
async function storeActs(store: Store, session: bigint, log: ActLog): Promise<number> {
  const stored = await store.openSession(COLLECTOR_ITSELF, session, () => {});
  try {
    if (stored.settled >= BigInt(log.next)) return Number(stored.settled);
    const groups = numbered(log);
    stored.skipTo(BigInt(groups[0]![0])); // those before are not there any more, in an older copy
    for (const [number, acts] of groups) {
      const sequence = BigInt(number);
      if (sequence <= stored.settled) continue;
      if (stored.append(actBatch(sequence, acts)) === "fork") return log.next;
    }
    await stored.drained();
    return log.next - 1;
  } catch (error) {
    const isFenced = stored.fenced && error instanceof StoreError && error.code === "locked";
    throw isFenced ? new AnotherStores() : error;
  } finally {
    stored.close(true);
  }
}
