import { counted } from "../../base/text/counted.ts";
import { StoreError } from "../../base/errors.ts";
import { printable } from "../../base/text/printable.ts";
import { typeName, typeNumber } from "../../base/record/record_types.ts";
import type { Log } from "../../base/program/log_io.ts";
import type { RosterEntry, SensorList } from "../../seal/roster.ts";
import type { Admitted, HostedSession, SessionHost } from "../../transport/server/session_host.ts";
import type { Acceptance } from "../../transport/server/session_receiver.ts";
import type { SessionAccess } from "../../transport/server/session_access.ts";
import type { NumberedBatch } from "../../transport/session/session_batch.ts";
import { type Hello, Rejection } from "../../transport/session/session_message.ts";
import { MadeRecords } from "../../verify/compact_parts.ts";
import {
  checkedBatch,
  type CheckedSessionBatch,
  checkSessionBatch,
  packedPart,
  REFUSAL_WORDS,
} from "../../verify/check_session_batch.ts";
import type { CheckThread } from "../../verify/check_thread_io.ts";
import { newSecret } from "../../verify/new_secret_io.ts";
import type { SensorWatch } from "../sensor_watch.ts";
import type { HostCounts } from "./host_counts.ts";
import { COLLECTOR_ITSELF } from "./client_name.ts";
import { partsOf } from "./session_log.ts";
import type { Store, StoredSession } from "../store.ts";

/** What a sensor says of itself is taken of every one. */
const BOOKS = typeNumber("SensorMinute");

/** Connects sessions with the roster, which says who may send, the check of batches, and the store. */
export class StoreHost implements SessionHost {
  readonly counts: HostCounts = { batches: 0, duplicates: 0, refused: 0, lost: 0n };
  /** Refused batches, by one of `RefusalReason`. */
  readonly refusals = new Map<number, number>();
  readonly storeId: Uint8Array;
  readonly #store: Store;
  readonly #made = new MadeRecords(() => performance.now(), newSecret());
  readonly access?: SessionAccess;
  readonly watch?: SensorWatch;
  readonly #roster: () => SensorList | undefined;
  readonly #log: Log;
  readonly #thread: CheckThread | undefined;

  /** @param roster Who may send now; everybody if undefined. */
  constructor(
    store: Store,
    roster: () => SensorList | undefined,
    log: Log,
    { access, watch, thread }: {
      readonly access?: SessionAccess;
      readonly watch?: SensorWatch;
      /** Looks at batches; without it this thread does. */
      readonly thread?: CheckThread | undefined;
    } = {},
  ) {
    this.#store = store;
    this.#thread = thread;
    if (access) this.access = access;
    if (watch) this.watch = watch;
    this.storeId = store.id;
    this.#roster = roster;
    this.#log = log;
  }

  admit(key: Uint8Array, wantedName: string): Admitted | { rejection: number } {
    const roster = this.#roster();
    const entry = roster ? roster.entryOf(key) : { name: wantedName };
    if (!entry || entry.name === COLLECTOR_ITSELF) return { rejection: Rejection.UnknownKey };
    const { name, types, maxRate }: Pick<RosterEntry, "name" | "types" | "maxRate"> = entry;
    return {
      name,
      ...(types && { wantedTypes: [...types, BOOKS] }),
      ...(maxRate !== undefined && { maxRate }),
    };
  }

  async open(
    { name, wantedTypes }: Admitted,
    { session, oldest, next }: Hello,
    onSettled: (sequence: bigint) => void,
    signal: AbortSignal,
  ): Promise<HostedSession | "fork"> {
    const stored = await this.#store.openSession(name, session, onSettled, signal)
      .catch((error) => {
        if (error instanceof StoreError) {
          this.#log.problem(`open ${name}`, error.message, { sensor: name });
        }
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
        { sensor: name },
      );
    } else if (lost > 0n) {
      this.counts.lost += lost;
      this.#log.problem(
        `lost ${name}`,
        `${lost} acknowledged batches of ${shownName} are lost: its files are older than they are, or damaged`,
        { sensor: name },
      );
    }
    const thread = this.#thread;
    return {
      ...(stored.fenced && { fenced: stored.fenced }),
      ...(thread && {
        prepare: async (batch: NumberedBatch) => {
          const ask = () => ({ batch, room: this.#made.room, wantedTypes });
          const found = await thread.check(name, ask);
          return found &&
            (() => this.#accept(name, stored, checkedBatch(batch, found, this.#made)));
        },
      }),
      get settled() {
        return stored.settled;
      },
      accept: (batch) =>
        this.#accept(name, stored, checkSessionBatch(batch, this.#made, wantedTypes)),
      drained: () => stored.drained(),
      close: (isOver) => stored.close(isOver),
    };
  }

  #accept(
    name: string,
    stored: StoredSession,
    checked: CheckedSessionBatch,
  ): Acceptance {
    const added = stored.append(checked);
    if (added === "fork") return "fork";
    const parts = partsOf(checked);
    this.counts.batches += parts;
    this.counts.duplicates += parts - added;
    if (added === 0) return "accepted";
    const { sequence, claims } = checked;
    const what = claims.map(({ type, count }) =>
      `${counted(count, "record")} of type NC_${typeName(type)}`
    );
    const shownName = printable(name);
    const about = { sensor: name };
    this.#log.detail(`batch ${sequence} from ${shownName}: ${what.join(", ")}`, about);
    const refused = checked.reason === 0
      ? checked.parts.filter((part) => "refused" in part)
      : [{ refused: checked.reason }];
    this.counts.refused += refused.length;
    for (const { refused: reason } of refused) {
      this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
    }
    if (refused[0]) {
      const why = REFUSAL_WORDS[refused[0].refused];
      const line = `Refused batch ${sequence} of ${shownName}: ${why}`;
      this.#log.problem(`batch ${why}`, line, about);
    }
    const [first] = checked.parts;
    if (this.watch && first?.type === BOOKS) this.watch.rows(name, packedPart(first));
    return "accepted";
  }
}
