import { encodeHex } from "../../base/bytes/bytes.ts";
import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { type ActLog, numbered, withoutStored } from "../../seal/access/act_log.ts";
import {
  formatListed,
  type ListedState,
  lookedAt,
  NOTHING_LISTED,
  parseListed,
} from "../../seal/access/listed_state.ts";
import type { RosterEntry } from "../../seal/roster.ts";
import { within } from "../../transport/within_io.ts";
import { AccessFolder } from "../access/access_folder_io.ts";
import { StateFile } from "../access/state_file_io.ts";
import { COLLECTOR_ITSELF } from "../files/client_name.ts";
import type { FileLayer } from "../files/file_layer.ts";
import type { Store } from "../store.ts";
import { actBatch } from "./act_batch.ts";

/** The sessions of the collector's own that hold what lay in either file. */
const SESSIONS = { access: 1n, listed: 2n } as const;
const RETRY_MS = 10_000;
/** How long the end waits for a disk without room; what waits is written by the next collector. */
const END_MS = 2_000;

/**
 * Makes records of what operators did. An act lies in the file that it changed, `.access/sensors.json` or
 * `.access/listed.json`, until it is stored under its number in a session of the collector's own; so it
 * becomes one record, whatever stops in between.
 */
export class ActKeeper implements AsyncDisposable {
  readonly #store: Store;
  readonly #log: Log;
  readonly #endMs: number;
  readonly #access: AccessFolder;
  readonly #listed: StateFile<ListedState>;
  #seen: { readonly key: string; readonly entries: ReadonlyMap<string, RosterEntry> } = {
    key: "",
    entries: new Map(),
  };
  #working: Promise<void> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /**
   * @param out The folder of the records.
   * @param endMs How long its end waits for what is being written.
   */
  constructor(layer: FileLayer, out: string, store: Store, log: Log, endMs = END_MS) {
    this.#endMs = endMs;
    this.#store = store;
    this.#log = log;
    this.#access = new AccessFolder(layer, out);
    this.#listed = new StateFile(layer, out, {
      name: "listed.json",
      nothing: NOTHING_LISTED,
      format: formatListed,
      parse: parseListed,
    });
  }

  /** What the operator has written down is this now: the collector's key, and by key who may send. */
  look(collectorKey: Uint8Array, entries: ReadonlyMap<string, RosterEntry>): void {
    this.#seen = { key: encodeHex(collectorKey), entries };
    this.#do(async () => {
      const { key, entries } = this.#seen; // the newest, also when this is tried again
      const { state } = await this.#listed.change((state) => ({
        state: lookedAt(state, key, entries, Date.now()),
      }));
      await this.#keep(this.#listed, SESSIONS.listed, state.acts);
    });
  }

  /** Acts may wait in what the collector knows itself of who may send. */
  poke(): void {
    this.#do(async () => {
      await this.#keep(this.#access, SESSIONS.access, (await this.#access.read()).acts);
    });
  }

  /** Resolves when what has been asked for is done, or has failed. */
  get done(): Promise<void> {
    return this.#working;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#retry);
    await within(this.#endMs, this.#working);
  }

  #do(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error) => {
      if (this.#isOver) return;
      this.#log.problem("acts", `Cannot write down what was done: ${messageOf(error)}`);
      this.#retry = setTimeout(() => this.#do(work), RETRY_MS);
    });
  }

  async #keep<State extends { readonly acts: ActLog }>(
    file: StateFile<State>,
    session: bigint,
    acts: ActLog,
  ): Promise<void> {
    for (let log = acts; log.waiting.length > 0;) {
      const stored = await storeActs(this.#store, session, log);
      const { state } = await file.change((state) => {
        const left = withoutStored(state.acts, stored);
        return { state: left === state.acts ? state : { ...state, acts: left } };
      });
      log = state.acts;
    }
  }
}

/**
 * Stores the groups of a log that are not stored yet.
 *
 * @returns Up to which number all groups are stored; a number that no group has when the log is older than
 *   what is stored: nothing of it was stored then.
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
  } finally {
    stored.close(true);
  }
}
