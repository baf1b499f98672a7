import { type SensorMinute, SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { walkRecords } from "../../base/record/delimited.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import type { RecordOf, RecordSchema } from "../../base/record/schema_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import {
  MAX_MEMBER_RECORDS_BYTES,
  MEMBER_HEADER_BYTES,
  type MemberHeader,
  type MemberProblem,
  parseMemberHeader,
  unpackMember,
} from "../../pack/member.ts";
import { MemberGlance } from "../../pack/member_glance.ts";
import { readTimestamp } from "../../pack/record_time.ts";
import { FileBytes } from "./file_bytes_io.ts";
import { type RowMember, visitChanges, wantedPoints } from "./row_points.ts";

/** A longer member is none of rows. */
const MAX_ROWS_BYTES = 2 * MAX_MEMBER_RECORDS_BYTES;
/** Of a file with more members of rows all are looked at. */
const MAX_MEMBERS = 100_000;

/** Told of what is wrong with a file, in words that follow its name. */
export type OnDamage = (what: string) => void;

/**
 * Shows the header of each member of a record file. A file may end amid a member: it is being written, or
 * was when the collector was killed.
 *
 * @param isOutside Whether a member need not be shown; of such a one only what follows it is looked for.
 * @throws The runtime's exceptions when the file cannot be opened or read; so do the others here.
 */
export function readHeaders(
  path: string,
  onDamage: OnDamage,
  isOutside: (session: bigint, sequence: number) => boolean,
  visit: (header: MemberHeader) => void,
): void {
  using file = new FileBytes(path);
  hop(file, onDamage, (_at, header) => visit(header), isOutside);
}

/** Reads the rows in a record file whose members say to be of the times that are wanted. */
export function readRows<Schema extends RecordSchema>(
  path: string,
  schema: Schema,
  { from, to }: TimeSpan,
  onDamage: OnDamage,
  visit: (row: RecordOf<Schema>, header: MemberHeader) => void,
): void {
  using file = new FileBytes(path);
  hop(file, onDamage, (at, header) => {
    const isWanted = isOfRows(header) && (from === undefined || header.lastTime >= from) &&
      (to === undefined || header.firstTime <= to);
    if (!isWanted) return;
    for (const row of rowsOf(file, { at, header }, schema, onDamage)) visit(row, header);
  });
}

/**
 * Reads the rows of a sensor in a file: all of them, or where a time is asked for those that have to be
 * looked at ({@linkcode visitChanges}).
 */
export function readSensorRows(
  path: string,
  wanted: TimeSpan,
  onDamage: OnDamage,
  visit: (row: SensorMinute, header: MemberHeader) => void,
): void {
  const isAll = wanted.from === undefined && wanted.to === undefined;
  if (isAll) return readRows(path, SensorMinuteSchema, wanted, onDamage, visit);
  using file = new FileBytes(path);
  const members: RowMember[] = [];
  hop(file, onDamage, (at, header) => {
    if (isOfRows(header) && members.length <= MAX_MEMBERS) members.push({ at, header });
  });
  if (members.length > MAX_MEMBERS) {
    return readRows(path, SensorMinuteSchema, {}, onDamage, visit);
  }
  const unpacked = new Map<RowMember, readonly Uint8Array[]>();
  const recordsIn = (member: RowMember) => {
    const records = unpacked.get(member) ?? recordsOf(file, member, onDamage);
    unpacked.set(member, records);
    return records;
  };
  const points = wantedPoints(
    members,
    wanted,
    (member) =>
      member.header.count === 1
        ? [member.header.lastTime]
        : recordsIn(member).map((record) => readTimestamp(record, 0, record.length)),
  );
  visitChanges(points, ({ member, nth }) => {
    const record = recordsIn(member)[nth];
    return record && rowOf(SensorMinuteSchema, record, onDamage);
  }, visit);
}

function hop(
  file: FileBytes,
  onDamage: OnDamage,
  visit: (at: number, header: MemberHeader) => void,
  isOutside?: (session: bigint, sequence: number) => boolean,
): void {
  const glance = new MemberGlance();
  for (let at = 0; at < file.size;) {
    const place = file.placeOf(at, Math.min(MEMBER_HEADER_BYTES, file.size - at));
    const bytes = file.window;
    if (isOutside && glance.read(bytes, place) && isOutside(glance.session, glance.sequence)) {
      at += glance.length;
      continue;
    }
    const header: MemberHeader | MemberProblem = parseMemberHeader(bytes, place);
    if (header === "cut short") return;
    if (typeof header === "string") return onDamage(`what begins at ${at} is ${header}`);
    if (at + header.length > file.size) return;
    visit(at, header);
    at += header.length;
  }
}

function isOfRows({ count, length }: MemberHeader): boolean {
  return count > 0 && length <= MAX_ROWS_BYTES;
}

function rowsOf<Schema extends RecordSchema>(
  file: FileBytes,
  member: RowMember,
  schema: Schema,
  onDamage: OnDamage,
): RecordOf<Schema>[] {
  return recordsOf(file, member, onDamage).flatMap((record) =>
    rowOf(schema, record, onDamage) ?? []
  );
}

/** The records of a member. */
function recordsOf(
  file: FileBytes,
  { at, header }: RowMember,
  onDamage: OnDamage,
): readonly Uint8Array[] {
  const records = unpackMember(file.view(at, header.length), header);
  if (records === "damaged") {
    onDamage("a member does not hold what was written");
    return [];
  }
  const all: Uint8Array[] = [];
  walkRecords(records, (at, end) => all.push(records.subarray(at, end)));
  return all;
}

function rowOf<Schema extends RecordSchema>(
  schema: Schema,
  record: Uint8Array,
  onDamage: OnDamage,
): RecordOf<Schema> | undefined {
  const row = parseMessage(schema, record);
  if (row === undefined) onDamage("a record is no message");
  return row;
}
