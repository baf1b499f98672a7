import { StoreError } from "../../base/errors.ts";
import { equalBytes } from "../../base/bytes.ts";
import { printable } from "../../base/printable.ts";
import { typeName } from "../../base/record_types.ts";
import type { Log } from "../../base/log_io.ts";
import type { Roster } from "../../seal/roster.ts";
import type { HostedSession, SessionHost } from "../../transport/session_host.ts";
import { type Hello, type NumberedBatch, Rejection } from "../../transport/session_message.ts";
import { checkSessionBatch, REFUSAL_WORDS } from "../../verify/check_session_batch.ts";
import type { StoredSession } from "./stored_session.ts";
import type { RecordStore } from "./store_io.ts";

/** What became of the batches of all sessions: `batches = duplicates + refused + stored`, once settled. */
export interface HostCounts {
  /** Taken, in the order of their sequence. */
  batches: number;
  /** Were on disk already: the sensor had not heard of that. */
  duplicates: number;
  /** Said something else than they held; that is on disk too. */
  refused: number;
  /** Batches that had been acknowledged and are not on disk: it has been put back to an older state. */
  lost: bigint;
}

/** Connects sessions with the roster, which says who may send, the check of batches, and the store. */
export class StoreHost implements SessionHost {
  readonly counts: HostCounts = { batches: 0, duplicates: 0, refused: 0, lost: 0n };
  readonly #store: RecordStore;
  readonly #roster: () => Roster | undefined;
  readonly #log: Log;

  /** @param roster Who may send now; everybody if undefined. */
  constructor(store: RecordStore, roster: () => Roster | undefined, log: Log) {
    this.#store = store;
    this.#roster = roster;
    this.#log = log;
  }

  admit(key: Uint8Array, wantedName: string): { name: string } | { rejection: number } {
    const roster = this.#roster();
    if (!roster) return { name: wantedName };
    const entry = roster.entryOf(key);
    return entry ? { name: entry.name } : { rejection: Rejection.UnknownKey };
  }

  async open(
    name: string,
    { session, oldest, next }: Hello,
    onSettled: (sequence: bigint) => void,
    signal: AbortSignal,
  ): Promise<HostedSession | "fork"> {
    const stored = await this.#store.openSession(name, session, onSettled, signal)
      .catch((error) => {
        if (error instanceof StoreError) this.#log.problem(`open ${name}`, error.message);
        throw error;
      });
    if (next <= stored.settled) {
      stored.close();
      return "fork";
    }
    const shownName = printable(name);
    const isKnown = stored.settled > 0n;
    const lost = stored.skipTo(oldest);
    if (lost > 0n && !isKnown) {
      this.#log.problem(
        `begun ${name}`,
        `${shownName} continues a session that did not begin here: it had another name, or is older than ` +
          `these records; the oldest batch that it still has is ${oldest}`,
      );
    } else if (lost > 0n) {
      this.counts.lost += lost;
      this.#log.problem(
        `lost ${name}`,
        `${lost} acknowledged batches of ${shownName} are lost: its files are older than they are, or damaged`,
      );
    }
    return {
      get settled() {
        return stored.settled;
      },
      accept: (batch) => this.#accept(shownName, stored, batch),
      drained: () => stored.drained(),
      close: (isOver) => stored.close(isOver),
    };
  }

  #accept(shownName: string, stored: StoredSession, batch: NumberedBatch): "accepted" | "fork" {
    const checked = checkSessionBatch(batch);
    const known = stored.digestOf(batch.sequence);
    if (known) {
      if (!equalBytes(known, checked.digest)) return "fork";
      this.counts.batches++;
      this.counts.duplicates++;
      return "accepted";
    }
    stored.append(checked);
    this.counts.batches++;
    this.#log.detail(
      `batch ${batch.sequence} of type NC_${typeName(batch.type)} from ${shownName}: ` +
        `${batch.count} records`,
    );
    if (checked.reason !== 0) {
      this.counts.refused++;
      const why = REFUSAL_WORDS[checked.reason];
      this.#log.problem(`batch ${why}`, `Refused batch ${batch.sequence} of ${shownName}: ${why}`);
    }
    return "accepted";
  }
}
