import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import type { PackedRecords } from "../../pack/member.ts";
import { nameOfKey } from "../../seal/key.ts";
import { PACKET_COUNTERS, RECORD_COUNTERS } from "../../transport/ledger/counters.ts";
import type { ArrivedSensor, SensorVisit } from "../../transport/server/session_watch.ts";
import { lastRow } from "../alarms/last_row.ts";
import { COLLECTOR_ITSELF } from "../files/client_name.ts";
import type { SensorWatch } from "../sensor_watch.ts";

/** Under which all sensors are told that came when there were enough names already. */
export const OTHERS = "other";
/** Sensors without a name of their own whose last row is remembered: some MB. */
const MAX_OTHERS = 4096;
const COUNTERS = [...PACKET_COUNTERS, ...RECORD_COUNTERS];

/** The last row of a sensor's books. */
export interface LastRow {
  /** Tells this run of the sensor from others. */
  readonly run: bigint;
  /** As {@linkcode PACKET_COUNTERS} and then {@linkcode RECORD_COUNTERS} have them, all types together. */
  readonly numbers: readonly number[];
  /** When the books were closed, by the sensor's clock, ms since 1970. */
  readonly timeMs: number;
  /** Whether the sensor has ended in order. */
  readonly isLast: boolean;
}

/** What is known of a sensor, or of the others together. */
export interface SensorState {
  /** The name that it has here; {@linkcode OTHERS} of the others. */
  readonly name: string;
  /** Connections that it has; undefined where it has never had one here. */
  connected?: number;
  /** When it was last connected, or something of it stored, ms since 1970; undefined for the others. */
  seenMs?: number;
  /** What the key begins with that it came with last; undefined for the others. */
  key?: string;
  /** Its last row; of the others, the numbers are what they have added since they are known. */
  row?: Omit<LastRow, "run">;
  /** How far its clock is ahead of the collector's, as it told last, ms. */
  aheadMs?: number;
  /** Records of it that are on disk, since the collector runs. */
  storedRecords: number;
  /** What these take in record files, bytes. */
  storedBytes: number;
}

/** Remembers the last row and the presence of each sensor: of the first ones by name, of all others together. */
export class SensorStates implements SensorWatch {
  readonly #maxNames: number;
  readonly #now: () => number;
  readonly #named = new Map<string, SensorState>();
  readonly #others: SensorState = { ...newState(OTHERS), connected: 0 };
  #hasOthers = false;
  readonly #rowsOfOthers = new Map<string, LastRow>();

  /**
   * @param maxNames How many are told by name.
   * @param now The time, ms since 1970.
   */
  constructor(maxNames: number, now: () => number) {
    this.#maxNames = maxNames;
    this.#now = now;
  }

  came({ name, key }: Pick<ArrivedSensor, "name" | "key">): SensorVisit {
    const state = this.#seen(name);
    if (state !== this.#others) state.key = nameOfKey(key);
    state.connected = (state.connected ?? 0) + 1;
    return {
      clock: ({ offsetMs }) => {
        const state = this.#of(name);
        if (state !== this.#others) state.aheadMs = offsetMs;
      },
      left: () => {
        this.#seen(name).connected!--;
      },
    };
  }

  /** That is an alarm, which others raise. */
  forked(): void {}

  rows(client: string, rows: PackedRecords): void {
    const last = lastRow(rows);
    if (!last) return;
    const row = readRow(last);
    const state = this.#seen(client);
    if (state === this.#others) this.#addToOthers(client, row);
    else state.row = row;
  }

  /** Records of a sensor are on disk, in so many bytes. */
  stored(client: string, records: number, bytes: number): void {
    if (client === COLLECTOR_ITSELF) return; // which is no sensor
    const state = this.#seen(client);
    state.storedRecords += records;
    state.storedBytes += bytes;
  }

  /** Under which name a sensor is told. */
  nameOf(client: string): string {
    return this.#of(client).name;
  }

  /** All of them; those that are connected are seen now. */
  get states(): SensorState[] {
    const named = [...this.#named.values()].map((state) =>
      state.connected ? { ...state, seenMs: this.#now() } : { ...state }
    );
    return this.#hasOthers ? [...named, { ...this.#others }] : named;
  }

  #seen(name: string): SensorState {
    const state = this.#of(name);
    if (state !== this.#others) state.seenMs = this.#now();
    return state;
  }

  #of(name: string): SensorState {
    let state = this.#named.get(name);
    if (!state) {
      if (this.#named.size >= this.#maxNames || name === OTHERS) {
        this.#hasOthers = true;
        return this.#others;
      }
      state = newState(name);
      this.#named.set(name, state);
    }
    return state;
  }

  /** What a row has more than the one before it; of a sensor that is new here, or began again, all of it. */
  #addToOthers(name: string, row: LastRow): void {
    const before = this.#rowsOfOthers.get(name);
    this.#rowsOfOthers.delete(name);
    this.#rowsOfOthers.set(name, row);
    const isSameRun = before?.run === row.run;
    const sums = this.#others.row?.numbers ?? COUNTERS.map(() => 0);
    const numbers = row.numbers.map((number, at) => {
      // What is there just now belongs to one sensor: of many, only what rises is told.
      if (COUNTERS[at]!.isGauge) return 0;
      return sums[at]! + Math.max(0, number - (isSameRun ? before!.numbers[at]! : 0));
    });
    this.#others.row = { numbers, timeMs: row.timeMs, isLast: false };
    if (this.#rowsOfOthers.size <= MAX_OTHERS) return;
    this.#rowsOfOthers.delete(this.#rowsOfOthers.keys().next().value!);
  }
}

function newState(name: string): SensorState {
  return { name, storedRecords: 0, storedBytes: 0 };
}

function readRow(row: SensorMinute): LastRow {
  const numbers = [
    ...PACKET_COUNTERS.map(({ name }) => Number(row[name as keyof SensorMinute])),
    ...RECORD_COUNTERS.map(({ name }) =>
      row.Types.reduce((sum, each) => sum + Number(each[name as keyof typeof each]), 0)
    ),
  ];
  return { run: row.Run, numbers, timeMs: Number(row.Timestamp / 1_000_000n), isLast: row.IsLast };
}
