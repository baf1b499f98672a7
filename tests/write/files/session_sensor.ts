/** Sensors for tests of the store, and a reader of its files that shares no code with it. */
import { createHash } from "node:crypto";
import { assert, assertEquals } from "@std/assert";
import { crc32, deflateRawSync, gunzipSync } from "node:zlib";
import type { CheckedSessionBatch } from "../../../lib/verify/check_session_batch.ts";
import type { StoredSession } from "../../../lib/write/store.ts";
import type { RecordStore } from "../../../lib/write/files/store_io.ts";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { assertPart, compactBatch } from "./compact_batch.ts";
import { frame } from "./record_file_bytes.ts";

// Numbers of the enum `Type` (netcap.proto).
export const UDP = 37;
export const TCP = 38;
/** No record has this type. */
export const NO_TYPE = 9999;

/** How a batch is to be. */
export interface BatchOptions {
  readonly type?: number;
  /** Several, ascending: a part for each. What a `Sensor` sends is a compact batch, of UDP and TCP. */
  readonly types?: readonly number[];
  /** Why it is refused. */
  readonly reason?: number;
}

/** A batch of a session with one record of each type that is a text; refused when there is a reason. */
export function sessionBatch(
  sequence: bigint,
  text: string,
  { type = TCP, types = [type], reason = 0 }: BatchOptions = {},
): CheckedSessionBatch {
  const records = frame(new TextEncoder().encode(text));
  const packed = {
    count: 1,
    recordBytes: records.length,
    crc: crc32(records),
    body: new Uint8Array(deflateRawSync(records)),
  };
  return {
    sequence,
    minute: 0,
    containsPayloads: false,
    reason,
    firstTime: sequence,
    lastTime: sequence,
    digest: new Uint8Array(createHash("sha256").update(packed.body).digest().subarray(0, 8)),
    claims: types.map((type) => ({ type, count: 1 })),
    parts: reason === 0 ? types.map((type) => ({ type, ...packed })) : [],
  };
}

/** What a sensor does: it holds its batches until they are settled, and sends the rest again. */
export class Sensor {
  readonly client: string;
  readonly session: bigint;
  /** The highest sequence that the store said to be settled. */
  settled = 0n;
  /** Batches that were given up as lost after they had been settled. */
  lost = 0n;
  readonly batches: CheckedSessionBatch[] = [];
  #open?: StoredSession;

  constructor(client: string, session: bigint) {
    this.client = client;
    this.session = session;
  }

  /** Opens its session and sends what is not settled there. */
  async connect(store: RecordStore): Promise<StoredSession> {
    const told = (settled: bigint) => {
      assert(settled > this.settled, "what is settled rises");
      this.settled = settled;
    };
    const session = this.#open = await store.openSession(this.client, this.session, told);
    this.lost += session.skipTo(this.settled + 1n);
    this.settled = session.settled;
    for (const batch of this.batches) {
      if (batch.sequence <= session.settled) continue;
      assert(session.append(this.#again(batch)) !== "fork");
    }
    return session;
  }

  /** The store owns the bytes of what was appended, and gives back those of compact batches. */
  #again(batch: CheckedSessionBatch): CheckedSessionBatch {
    const isCompact = batch.parts.some((part) => "of" in part);
    return isCompact ? compactBatch(this.session, batch.sequence) : batch;
  }

  /** Makes a batch and sends it. */
  send(options: BatchOptions & { text?: string } = {}): void {
    const sequence = BigInt(this.batches.length + 1);
    const { text = `${this.client}/${this.session}/${sequence}` } = options;
    const { types = [], reason = 0 } = options;
    const batch = types.length > 1 && reason === 0
      ? compactBatch(this.session, sequence)
      : sessionBatch(sequence, text, options);
    this.batches.push(batch);
    this.#open?.append(batch);
  }

  /** What {@linkcode batchesIn} calls the members of the batches that are settled. */
  *settledNames(): Generator<string> {
    for (const { sequence, reason, claims } of this.batches) {
      if (sequence > this.settled) break;
      const parts = reason === 0 ? claims.length : 1;
      for (let part = 1; part <= parts; part++) {
        yield `${this.client}/${this.session}/${sequence}${partName(part, parts)}`;
      }
    }
  }

  /** Waits until all is settled. */
  async drained(): Promise<void> {
    await this.#open!.drained();
  }
}

function partName(part: number, parts: number): string {
  return parts === 1 ? "" : ` ${part}/${parts}`;
}

/** A member of a record file. */
export interface FoundMember {
  readonly version: number;
  readonly part: number;
  readonly parts: number;
  readonly minute: number;
  readonly digest: Uint8Array;
  readonly reason: number;
  readonly session: bigint;
  readonly sequence: bigint;
  readonly count: number;
  /** When it came, ns since 1970. */
  readonly arrival: bigint;
  readonly settled: bigint;
  readonly records: Uint8Array;
}

/** The members of a file that was put aside since it is damaged that are whole. */
function wholeMembersOf(file: Uint8Array, path: string): FoundMember[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const members: FoundMember[] = [];
  for (let at = 0; at + 92 < file.length && view.getUint32(at) === 0x1f8b0804;) {
    const length = view.getUint32(at + 20, true);
    if (length === 0) break; // torn off with its page
    const header = file.subarray(0, view.getUint32(20, true));
    try {
      const member = file.subarray(at, at + length);
      members.push(...membersOf(concat([header, member]), path).slice(1));
    } catch {
      // this one is not
    }
    at += length;
  }
  return members;
}

/**
 * Takes a record file apart by docs/protocol.md; fails unless all of it is whole members and any
 * gzip reader can read it.
 */
export function membersOf(file: Uint8Array, path: string): FoundMember[] {
  const members: FoundMember[] = [];
  for (let at = 0; at < file.length;) {
    const view = new DataView(file.buffer, file.byteOffset + at);
    assertEquals(view.getUint32(0), 0x1f8b0804, `${path}: a member at ${at}`);
    const length = view.getUint32(20, true);
    assert(at + length <= file.length, `${path}: the member at ${at} is whole`);
    const version = view.getUint8(16);
    assert(version === 1 || version === 2, `${path}: version ${version}`);
    const crcAt = version === 1 ? 84 : 88;
    assertEquals(crc32(file.subarray(at + 16, at + crcAt)), view.getUint32(crcAt, true), path);
    const records = new Uint8Array(gunzipSync(file.subarray(at, at + length)));
    members.push({
      version,
      part: version === 1 ? 1 : view.getUint8(18),
      parts: version === 1 ? 1 : view.getUint8(19),
      minute: version === 1 ? 0 : view.getUint32(84, true),
      digest: file.slice(at + 68, at + 76),
      reason: view.getUint8(17),
      session: view.getBigUint64(24, true),
      sequence: view.getBigUint64(32, true),
      count: view.getUint32(40, true),
      arrival: view.getBigInt64(60, true),
      settled: view.getBigUint64(76, true),
      records,
    });
    at += length;
  }
  const versions = new Set(members.map(({ version }) => version));
  assertEquals(versions.size, 1, `${path} has members of one version`);
  assertEquals(members[0]?.count, 0, `${path} begins with its header`);
  const sum = members.reduce((bytes, { records }) => bytes + records.length, 0);
  assertEquals(gunzipSync(file).length, sum, path);
  return members;
}

/**
 * The batches in all record files of a store, each with how often it is there.
 *
 * @param assertRecords Looks at the framed records of a part of several.
 */
export function batchesIn(
  files: ReadonlyMap<string, Uint8Array>,
  assertRecords: typeof assertPart = assertPart,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const [path, bytes] of files) {
    if (!path.endsWith(".ncap.gz")) continue;
    const client = path.split("/").at(-2);
    const members = path.includes(".damaged-")
      ? wholeMembersOf(bytes, path)
      : membersOf(bytes, path);
    for (const { session, sequence, part, parts, reason, count, records } of members) {
      if (session === 0n && count === 0) continue; // the header
      if (session !== 0n && sequence === 0n) continue; // a note
      const text = new TextDecoder().decode(records.subarray(1));
      const batch = `${client}/${session}/${sequence}`;
      const name = session === 0n ? text : batch + partName(part, parts);
      if (session !== 0n && reason !== 0) assertEquals(text, "");
      else if (parts > 1) {
        assertRecords(path.includes("/UDP") ? UDP : TCP, records, session, sequence);
      } else if (session !== 0n) assertEquals(text, batch);
      found.set(name, (found.get(name) ?? 0) + 1);
    }
  }
  return found;
}
