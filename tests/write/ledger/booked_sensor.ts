/** A sensor that keeps books, for tests of the ledger: rows as docs/records.md describes them. */
import { create, toBinary } from "@bufbuild/protobuf";
import { createHash } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { type SensorMinute, SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { typeName } from "../../../lib/base/record/record_types.ts";
import type { ClientLedger } from "../../../lib/write/ledger/client_account.ts";
import { readClientLedger } from "../../../lib/write/ledger/client_ledger_io.ts";
import type { TimeSpan } from "../../../lib/base/time_span.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import type { StoredSession } from "../../../lib/write/store.ts";
import type { CheckedSessionBatch } from "../../../lib/verify/check_session_batch.ts";
import { frame } from "../files/record_file_bytes.ts";

const SENSOR_MINUTE = 1000;
/** Rows are written when the store is closed. */
const LONG_MS = 3_600_000;

/** What a test changes in a row before it is sent. */
export type RowChange = (row: SensorMinute) => void;

/** Stores what sensors do in it, and closes the store. */
export async function withStore(
  folder: string,
  act: (store: RecordStore) => Promise<void>,
  options: Partial<StoreOptions> = {},
): Promise<void> {
  await using store = await RecordStore.open(folder, {
    ...{ version: "v1.2.3", spanMs: LONG_MS, gatherMs: 0 },
    ...options,
  });
  await act(store);
}

/** Stores what a sensor, alice, does in it while it is connected, and closes the store. */
export function withSensor(
  folder: string,
  act: (sensor: BookedSensor, store: RecordStore) => Promise<void>,
  options: Partial<StoreOptions> = {},
): Promise<void> {
  return withStore(folder, async (store) => {
    const sensor = new BookedSensor("alice");
    await sensor.connect(store);
    await act(sensor, store);
  }, options);
}

/** The ledger of a client, now or later. */
export function ledgerOf(
  folder: string,
  client: string,
  wanted: TimeSpan = {},
  now = BigInt(Date.now()) * 1_000_000n,
): ClientLedger {
  return readClientLedger(`${folder}/${client}`, client, wanted, now);
}

/** Why something is missing, each with its count, or its words where it has none. */
export function missingOf({ causes }: ClientLedger): (string | number)[][] {
  return causes.filter(({ isMissing }) => isMissing).map(({ kind, count }) => [kind, count]);
}

export class BookedSensor {
  readonly client: string;
  readonly session: bigint;
  #open?: StoredSession;
  #sequence = 0n;
  #spanStart: bigint;
  row: SensorMinute;

  /** @param begin Ns since 1970. */
  constructor(client: string, session = 1n, begin = BigInt(Date.now()) * 1_000_000n) {
    this.client = client;
    this.session = session;
    this.#spanStart = begin;
    this.row = create(SensorMinuteSchema, { Run: session, Session: session });
  }

  async connect(store: RecordStore): Promise<void> {
    this.#open = await store.openSession(this.client, this.session, () => {});
  }

  close(isOver: boolean): void {
    this.#open!.close(isOver);
  }

  /** Its next run, which goes on with the session. */
  startAgain(run: bigint): void {
    this.row = create(SensorMinuteSchema, { Run: run, Session: this.session });
  }

  /** Finds records in the spool. */
  resume(type: number, records: number): void {
    this.#make(type, 0);
    this.of(type).Resumed += BigInt(records);
  }

  /** Makes records of a type, or takes resumed ones, and sends them in one batch; settled when this returns. */
  async send(type: number, records = 1, areMade = true): Promise<void> {
    const bodies = Array.from({ length: records }, (_, n) => {
      const text = `${this.client} ${this.session} ${this.#sequence + 1n} ${n}`;
      return frame(new TextEncoder().encode(text));
    });
    this.#make(type, areMade ? records : 0);
    this.of(type).Settled += BigInt(records);
    await this.#append(type, records, concat(bodies));
  }

  /** Makes records that stay with it. */
  hold(type: number, records: number): void {
    this.#make(type, records);
    this.of(type).Waiting += BigInt(records);
  }

  /** Makes records that go into its spool. */
  spool(type: number, records: number): void {
    this.#make(type, records);
    this.of(type).Spooled += BigInt(records);
  }

  /** Makes records that a full queue drops. */
  evict(type: number, records: number): void {
    this.#make(type, records);
    this.of(type).Evicted += BigInt(records);
  }

  /** Closes its books at a time and sends the row, with what a test changes of it. */
  async closeBooks(at = BigInt(Date.now()) * 1_000_000n, change: RowChange = () => {}) {
    this.row.SpanStart = this.#spanStart;
    this.row.Timestamp = this.#spanStart = at;
    this.row.Sequence = this.#sequence;
    const row = create(SensorMinuteSchema, structuredClone({ ...this.row }));
    change(row);
    const records = frame(toBinary(SensorMinuteSchema, row));
    await this.#append(SENSOR_MINUTE, 1, records, row.Timestamp);
  }

  /** The counts of a type. */
  of(type: number): SensorMinute["Types"][number] {
    const of = this.row.Types.find(({ Type }) => Type === type);
    if (!of) throw new Error(`nothing was made of ${typeName(type)}`);
    return of;
  }

  #make(type: number, records: number): void {
    if (!this.row.Types.some(({ Type }) => Type === type)) {
      const { Types } = create(SensorMinuteSchema, { Types: [{ Type: type }] });
      this.row.Types.push(...Types);
    }
    this.of(type).Made += BigInt(records);
  }

  async #append(type: number, count: number, records: Uint8Array, time = 0n): Promise<void> {
    const body = new Uint8Array(deflateRawSync(records));
    const batch: CheckedSessionBatch = {
      ...{ sequence: ++this.#sequence, minute: 0, containsPayloads: false, reason: 0 },
      ...{ firstTime: time, lastTime: time },
      digest: new Uint8Array(createHash("sha256").update(body).digest().subarray(0, 8)),
      claims: [{ type, count }],
      parts: [{ type, count, recordBytes: records.length, crc: crc32(records), body }],
    };
    this.#open!.append(batch);
    await this.#open!.drained();
  }
}
