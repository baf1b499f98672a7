import { walkRecords } from "../../base/record/delimited.ts";
import { isMadeByCollector } from "../../base/record/record_types.ts";
import { equalBytes } from "../../base/bytes/bytes.ts";
import { digestOf } from "../../pack/digest.ts";
import {
  MEMBER_TRAILER_BYTES,
  type MemberHeader,
  type PackedRecords,
  parseMemberHeader,
  unpackMember,
} from "../../pack/member.ts";
import { u32le } from "../../base/bytes/bytes.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import type { CheckedPart, CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import type { FramedRows } from "../framed_rows.ts";
import type { MemberEntry, MessageHead } from "./message_head.ts";

/** What a whole message holds, as a store takes it. */
export interface MessageBatches {
  /** Of a session, in their order. */
  readonly ofSession: readonly CheckedSessionBatch[];
  /** Without session. */
  readonly loose: readonly CheckedBatch[];
  readonly rows: readonly FramedRows[];
}

/** A member with its records as they came. */
export interface FoundMember {
  readonly header: MemberHeader;
  readonly entry: MemberEntry;
  readonly packed: PackedRecords;
  readonly records: Uint8Array;
}

/** The batches in a message; why it is none of ours where it is not whole. All of it is unpacked, and checked. */
export function batchesOf(
  head: MessageHead,
  payload: Uint8Array,
): MessageBatches | { readonly problem: string } {
  const members = membersOf(head, payload);
  if ("problem" in members) return members;
  return head.session === 0n ? looseOf(head, members) : sessionBatchesOf(head, members);
}

/** The members of a message, in their order; why it is none of ours where it is not whole. */
export function membersOf(
  head: MessageHead,
  payload: Uint8Array,
): readonly FoundMember[] | { readonly problem: string } {
  if (!equalBytes(digestOf(payload), head.digest)) {
    return { problem: "it is not what its digest is of" };
  }
  const members: FoundMember[] = [];
  let at = 0;
  for (const entry of head.members) {
    const member = memberAt(payload.subarray(at, at + entry.bytes), entry, head);
    if (typeof member === "string") return { problem: member };
    members.push(member);
    at += entry.bytes;
  }
  if (at !== payload.length) return { problem: "there is more in it than its members" };
  return members;
}

function memberAt(bytes: Uint8Array, entry: MemberEntry, head: MessageHead): FoundMember | string {
  const header = parseMemberHeader(bytes, 0);
  if (typeof header === "string") return `the header of a member is ${header}`;
  if (header.length !== bytes.length) return "a member has another length than it says";
  if (header.session !== head.session) return "a member is of another session";
  const records = unpackMember(bytes, header);
  if (records === "damaged") return "a member is damaged";
  const { count, problem } = walkRecords(records, () => {});
  const said = header.reason === 0 ? entry.claims[0]!.count : 0;
  if (problem || count !== header.count || count !== said || entry.claims.length > MAX_CLAIMS) {
    return "a member holds another number of records than it says";
  }
  const trailerAt = bytes.length - MEMBER_TRAILER_BYTES;
  const body = bytes.subarray(header.headerBytes, trailerAt);
  return {
    ...{ header, entry, records },
    packed: { recordBytes: records.length, crc: u32le(bytes, trailerAt), body },
  };
}

const MAX_CLAIMS = 16;

function looseOf(head: MessageHead, members: readonly FoundMember[]): MessageBatches {
  const loose: CheckedBatch[] = [];
  const rows: FramedRows[] = [];
  for (const { entry: { claims }, records, header } of members) {
    const { type, count } = claims[0]!;
    const { firstTime, lastTime } = header;
    if (isMadeByCollector(type)) rows.push({ type, count, records, time: firstTime });
    else {
      const { client: clientId, containsPayloads } = head;
      loose.push({ clientId, type, count, records, firstTime, lastTime, containsPayloads });
    }
  }
  return { ofSession: [], loose, rows };
}

function sessionBatchesOf(
  { containsPayloads }: MessageHead,
  members: readonly FoundMember[],
): MessageBatches | { readonly problem: string } {
  const ofSession: CheckedSessionBatch[] = [];
  for (let at = 0; at < members.length;) {
    const { header: { sequence, parts, minute, digest, firstTime, lastTime, reason }, entry } =
      members[at]!;
    const ofBatch = members.slice(at, at + parts);
    const isWhole = sequence > 0n && ofBatch.length === parts &&
      ofBatch.every(({ header }, n) => header.sequence === sequence && header.part === n + 1);
    if (!isWhole) return { problem: "a batch lacks members" };
    const isRefused = parts === 1 && reason !== 0;
    ofSession.push({
      ...{ sequence, minute, digest, firstTime, lastTime, containsPayloads },
      reason: isRefused ? reason : 0,
      claims: isRefused ? entry.claims : ofBatch.map(({ entry }) => entry.claims[0]!),
      parts: isRefused ? [] : ofBatch.map(partOf),
    });
    at += parts;
  }
  return { ofSession, loose: [], rows: [] };
}

function partOf({ header: { reason }, entry: { claims }, packed }: FoundMember): CheckedPart {
  const { type, count } = claims[0]!;
  return reason === 0 ? { type, count, ...packed } : { type, count: 0, refused: reason };
}
