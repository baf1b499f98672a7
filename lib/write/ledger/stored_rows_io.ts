import { parseMessage } from "../../base/parse_message.ts";
import type { RecordOf, RecordSchema } from "../../base/schema_types.ts";
import { walkRecords } from "../../base/delimited.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import {
  MAX_MEMBER_RECORDS_BYTES,
  MEMBER_HEADER_BYTES,
  type MemberHeader,
  parseMemberHeader,
  unpackMember,
} from "../../pack/member.ts";
import { DENO_FILES } from "../files/deno_files_io.ts";
import { FileWindow, hopMembers } from "../files/member_survey_io.ts";

/** A longer member is none of rows. */
const MAX_ROWS_BYTES = 2 * MAX_MEMBER_RECORDS_BYTES;

/** Told of what is wrong with a file, in words that follow its name. */
export type OnDamage = (what: string) => void;

/**
 * Reads the rows in a record file whose members say to be of the times that are wanted, each with the
 * header of its member. What cannot be read is passed over and told.
 *
 * @throws The runtime's exceptions when the file cannot be opened or read.
 */
export async function* readRows<Schema extends RecordSchema>(
  path: string,
  schema: Schema,
  { from, to }: TimeSpan,
  onDamage: OnDamage,
): AsyncGenerator<[row: RecordOf<Schema>, header: MemberHeader]> {
  const file = await DENO_FILES.open(path, "read");
  try {
    const { size } = await file.stat();
    const window = new FileWindow(file);
    for (let at = 0; at < size;) {
      const length = Math.min(MEMBER_HEADER_BYTES, size - at);
      const bytes = window.has(at, length)
        ? window.view(at, length)
        : await window.read(at, length);
      const header = parseMemberHeader(bytes, 0);
      if (typeof header === "string") return header === "cut short" ? undefined : onDamage(header);
      if (at + header.length > size) return; // it is being written, or was when the collector was killed
      const isWanted = header.count > 0 && header.length <= MAX_ROWS_BYTES &&
        (from === undefined || header.lastTime >= from) &&
        (to === undefined || header.firstTime <= to);
      if (isWanted) {
        const member = await window.read(at, header.length);
        yield* rowsIn(unpackMember(member, header), header, schema, onDamage);
      }
      at += header.length;
    }
  } finally {
    file.close();
  }
}

/** Shows the header of each member of a record file; returns what is wrong behind the last whole one. */
export async function readHeaders(
  path: string,
  visit: (header: MemberHeader) => void,
): Promise<string | undefined> {
  const file = await DENO_FILES.open(path, "read");
  try {
    const { size } = await file.stat();
    const { problem } = await hopMembers(
      new FileWindow(file),
      size,
      (_at, header) => visit(header),
    );
    return problem === "cut short" ? undefined : problem;
  } finally {
    file.close();
  }
}

function* rowsIn<Schema extends RecordSchema>(
  records: Uint8Array | "damaged",
  header: MemberHeader,
  schema: Schema,
  onDamage: OnDamage,
): Generator<[row: RecordOf<Schema>, header: MemberHeader]> {
  if (records === "damaged") return onDamage("a member does not hold what was written");
  const bodies: Uint8Array[] = [];
  walkRecords(records, (at, end) => bodies.push(records.subarray(at, end)));
  for (const body of bodies) {
    const row = parseMessage(schema, body);
    if (row === undefined) onDamage("a record is no message");
    else yield [row, header];
  }
}
