import { concat } from "../../base/bytes/bytes.ts";
import { digestOf } from "../../pack/digest.ts";
import type { DurableBatch, SessionLog } from "../files/session_log.ts";
import type { EncodedMember, WaitingBatch } from "../files/waiting.ts";
import type { NewMessage } from "./engine.ts";
import { encodeHead, type MemberEntry, type SessionMark } from "./message_head.ts";
import { piecesOf } from "./pieces.ts";

/** One member of a batch that waits, and which records it is of. */
export interface PendingMember {
  readonly waiting: WaitingBatch;
  readonly type: number;
  readonly claims: MemberEntry["claims"];
}

/** A batch that waits for the engine, whole. */
export interface PendingBatch extends DurableBatch {
  readonly members: readonly PendingMember[];
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly containsPayloads: boolean;
}

/** A batch and what its members have become. */
interface PackedBatch {
  readonly batch: PendingBatch;
  readonly encoded: readonly EncodedMember[];
  readonly bytes: number;
}

/** What goes into one message, or one that is cut into pieces. */
export interface Run {
  readonly batches: readonly PackedBatch[];
  readonly messages: readonly NewMessage[];
}

/** What headers take, besides that of claims and of batches above what is settled. */
const HEAD_BYTES = 4096;
const ENTRY_BYTES = 48;
/** More are not joined: an entry of each is in the headers. */
const MAX_BATCHES = 512;

/** The batches of one subject that wait, which become messages: as many in one as fit. */
export class WaitingMessages {
  readonly #subject: string;
  readonly #client: string;
  readonly #session: bigint;
  readonly #log: SessionLog | undefined;
  readonly #pending: PendingBatch[] = [];
  /** It did not fit behind the last ones. */
  #ahead: PackedBatch | undefined;

  /** @param log Of the session; none for what comes without one. */
  constructor(subject: string, client: string, session: bigint, log?: SessionLog) {
    this.#subject = subject;
    this.#client = client;
    this.#session = session;
    this.#log = log;
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0 && !this.#ahead;
  }

  add(batch: PendingBatch): void {
    this.#pending.push(batch);
  }

  /** Takes the next ones; nothing may be on its way. */
  take(maxPayloadBytes: number): Run {
    const before = this.#mark([]);
    const limit = maxPayloadBytes - HEAD_BYTES - ENTRY_BYTES * before.above.length;
    const batches: PackedBatch[] = [];
    let bytes = 0;
    while (batches.length < MAX_BATCHES) {
      const next = this.#ahead ?? this.#pack();
      this.#ahead = undefined;
      if (!next) break;
      if (batches.length > 0 && bytes + next.bytes > limit) {
        this.#ahead = next;
        break;
      }
      batches.push(next);
      bytes += next.bytes;
    }
    return { batches, messages: this.#encode(batches, before, limit) };
  }

  /** A message that tells that the sensor has ended the session. */
  end(): NewMessage {
    return this.#message(this.#mark([]), [], new Uint8Array(), { isOver: true });
  }

  #pack(): PackedBatch | undefined {
    const batch = this.#pending.shift();
    if (!batch) return undefined;
    const settled = this.#log?.settled ?? 0n;
    const encoded = batch.members.map(({ waiting }) => waiting.encode(settled));
    const claims = batch.members.reduce((sum, { claims: { length } }) => sum + length, 0);
    const bytes = encoded.reduce((sum, { member }) => sum + member.length, 0);
    return { batch, encoded, bytes: bytes + ENTRY_BYTES * (1 + claims) };
  }

  #encode(batches: readonly PackedBatch[], before: SessionMark, limit: number): NewMessage[] {
    const payload = concat(batches.flatMap(({ encoded }) => encoded.map(({ member }) => member)));
    const pieces = piecesOf(payload, limit);
    const after = this.#mark(batches.map(({ batch }) => batch));
    const digest = digestOf(payload);
    return pieces.map((piece, at) => {
      const mark = at + 1 < pieces.length ? before : after;
      return this.#message(mark, batches, piece, { digest, piece: at + 1, pieces: pieces.length });
    });
  }

  #message(
    mark: SessionMark,
    batches: readonly PackedBatch[],
    payload: Uint8Array,
    { digest = digestOf(payload), piece = 1, pieces = 1, isOver = false },
  ): NewMessage {
    const all = batches.map(({ batch }) => batch);
    const sequences = all.map(({ sequence }) => sequence);
    const headers = encodeHead({
      ...mark,
      ...{ client: this.#client, session: this.#session, digest, piece, pieces, isOver },
      first: lowest(sequences),
      last: highest(sequences),
      firstTime: lowest(all.map(({ firstTime }) => firstTime)),
      lastTime: highest(all.map(({ lastTime }) => lastTime)),
      members: batches.flatMap(({ batch, encoded }) =>
        encoded.map(({ member }, n) => ({
          bytes: member.length,
          claims: batch.members[n]!.claims,
          sequence: batch.sequence,
          reason: batch.members[n]!.waiting.refused?.reason ?? 0,
        }))
      ),
      containsPayloads: all.some(({ containsPayloads }) => containsPayloads),
    });
    const hex = headers.find(([name]) => name === "Farcap-Digest")![1];
    const id = `${this.#subject}.${lowest(sequences)}.${hex}.${piece}`;
    return { subject: this.#subject, headers, payload, id };
  }

  /** How far the session is stored when these are, too. */
  #mark(batches: readonly DurableBatch[]): SessionMark {
    if (!this.#log) return { settled: 0n, above: [] };
    const above = new Map<bigint, DurableBatch>();
    for (const each of [...this.#log.durableAbove(), ...batches]) above.set(each.sequence, each);
    let { settled } = this.#log;
    while (above.delete(settled + 1n)) settled++;
    return { settled, above: [...above.values()] };
  }
}

function lowest(numbers: readonly bigint[]): bigint {
  return numbers.reduce((a, b) => a < b ? a : b, numbers[0] ?? 0n);
}

function highest(numbers: readonly bigint[]): bigint {
  return numbers.reduce((a, b) => a > b ? a : b, numbers[0] ?? 0n);
}
