import { SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { concat } from "../../base/bytes/bytes.ts";
import { frameRecords, walkRecords } from "../../base/record/delimited.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import { digestOf } from "../../pack/digest.ts";
import { deflateRaw, SMALL } from "../../pack/gzip.ts";
import {
  encodeMember,
  MEMBER_VERSION,
  type MemberHeader,
  packRecords,
  parseMemberHeader,
  unpackMember,
} from "../../pack/member.ts";
import { TimeRange } from "../../pack/record_time.ts";
import { joinCollectorRows, joinSensorRows, type PlacedRow } from "./joined_rows.ts";
import { falseRow } from "./sensor_row_checks.ts";

/** Rows go into one member up to so many bytes: more of them are packed no better. */
const MEMBER_ROWS_BYTES = 32 << 10;
/** The clock of a sensor may be ahead by so much, ns. */
const MAX_AHEAD_NS = 3_600_000_000_000n;

/** A member and the rows in it; none in one that stays as it is. */
interface BookMember {
  readonly bytes: Uint8Array;
  readonly header: MemberHeader;
  readonly rows: readonly PlacedRow<MemberHeader>[];
}

/**
 * A file of the books with its rows in few members, neighbouring ones joined. A member of a session has
 * the number of the last batch of which it holds rows, and tells what is settled of its session by now:
 * so a recovery finds no less in it than before.
 *
 * @param type Name of the record type.
 * @param settledOf Up to which sequence all of a session is durable; undefined when that is not known.
 * @returns Undefined where nothing is gained, or lost: a file that is damaged, that holds rows which
 *   cannot be, or the only evidence of a batch.
 */
export function compactBooks(
  file: Uint8Array,
  type: string,
  settledOf: (session: bigint) => bigint | undefined,
): Uint8Array | undefined {
  const members = membersOf(file, type);
  if (!members) return undefined;
  const isEvidence = members.some(({ header: { session, sequence } }) =>
    session !== 0n && sequence > (settledOf(session) ?? -1n)
  );
  if (isEvidence) return undefined;
  const compacted: Uint8Array[] = [];
  for (const group of groupsOf(members)) {
    const [{ header, rows }] = group as [BookMember];
    if (rows.length === 0) compacted.push(...group.map(({ bytes }) => bytes));
    else {
      const settled = header.session === 0n ? 0n : settledOf(header.session)!;
      for (const chunk of chunksOf(joined(type, group.flatMap(({ rows }) => rows)))) {
        compacted.push(memberOf(chunk, settled));
      }
    }
  }
  return compacted.length < members.length ? concat(compacted) : undefined;
}

/** Undefined for a file in which something is wrong. */
function membersOf(file: Uint8Array, type: string): BookMember[] | undefined {
  const members: BookMember[] = [];
  for (let at = 0; at < file.length;) {
    const header = parseMemberHeader(file, at);
    if (typeof header === "string" || header.version !== MEMBER_VERSION) return undefined;
    const bytes = file.subarray(at, at += header.length);
    if (bytes.length < header.length) return undefined;
    const records = unpackMember(bytes, header);
    if (records === "damaged") return undefined;
    const rows: PlacedRow<MemberHeader>[] = [];
    if (header.count > 0) {
      walkRecords(records, (at, end) => {
        const bytes = records.subarray(at, end);
        const row = type === "SensorMinute" ? parseMessage(SensorMinuteSchema, bytes) : undefined;
        rows.push({ bytes, place: header, ...(row && { row }) });
      });
    }
    if (rows.length !== header.count) return undefined;
    if (type === "SensorMinute" && !rows.every(canBe)) return undefined;
    members.push({ bytes, header, rows });
  }
  return members;
}

/** Whether a row of a sensor is none that the ledger is to name. */
function canBe({ row, place: { session, sequence, arrival } }: PlacedRow<MemberHeader>): boolean {
  return row !== undefined && session !== 0n && falseRow(row) === undefined &&
    row.Timestamp <= arrival + MAX_AHEAD_NS &&
    (row.Session !== session || row.Sequence < sequence);
}

/** Neighbours of one session that hold rows; each other member by itself. */
function groupsOf(members: readonly BookMember[]): BookMember[][] {
  const groups: BookMember[][] = [];
  for (const member of members) {
    const before = groups.at(-1)?.at(-1);
    const isNext = before && before.rows.length > 0 && member.rows.length > 0 &&
      before.header.session === member.header.session;
    if (isNext) groups.at(-1)!.push(member);
    else groups.push([member]);
  }
  return groups;
}

function joined(
  type: string,
  rows: readonly PlacedRow<MemberHeader>[],
): readonly PlacedRow<MemberHeader>[] {
  if (type === "SensorMinute") return joinSensorRows(rows);
  return type === "CollectorSpan" ? joinCollectorRows(rows) : rows;
}

/** Rows of one batch are not parted: no two members have the same number. */
function chunksOf(rows: readonly PlacedRow<MemberHeader>[]): PlacedRow<MemberHeader>[][] {
  const chunks: PlacedRow<MemberHeader>[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const isOfLast = chunks.at(-1)?.at(-1)?.place === row.place;
    if (bytes >= MEMBER_ROWS_BYTES && !isOfLast) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)!.push(row);
    bytes += row.bytes.length;
  }
  return chunks;
}

function memberOf(rows: readonly PlacedRow<MemberHeader>[], settled: bigint): Uint8Array {
  const { place } = rows.at(-1)!;
  const records = frameRecords(rows.map(({ bytes }) => bytes));
  const body = deflateRaw(records, SMALL);
  const times = new TimeRange();
  for (const { bytes } of rows) times.add(bytes, 0, bytes.length);
  const digest = place.session === 0n ? place.digest : digestOf(body);
  const { session, sequence, minute, arrival } = place;
  return encodeMember({
    ...{ reason: 0, session, sequence, part: 1, parts: 1, minute, digest },
    ...{ count: rows.length, firstTime: times.first, lastTime: times.last, arrival, settled },
  }, packRecords(records, body));
}
