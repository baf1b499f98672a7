import { create, type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { encodeMember, packRecords, WITHOUT_SESSION } from "../../lib/pack/member.ts";
import { HeaderSchema } from "../../proto/gen/netcap_pb.ts";

const MEMBER_BYTES = 128 << 10;

/** Writes a record file as the store does, of as many records as wanted, which ascend in time. */
export async function writeRecordFile<Schema extends DescMessage>(
  path: string,
  schema: Schema,
  count: number,
  recordOf: (number: number) => MessageShape<Schema>,
  timeOf: (record: MessageShape<Schema>) => bigint,
): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  const header = create(HeaderSchema, { Type: typeNumber(schema.name), Version: "v0.6.11" });
  const framed = [frameRecords([toBinary(HeaderSchema, header)])];
  let bytes = 0;
  let first = 0n;
  const flush = async (last: bigint, isHeader = false) => {
    const counted = isHeader ? 0 : framed.length;
    const origin = { ...WITHOUT_SESSION, arrival: last };
    const times = { count: counted, firstTime: first, lastTime: last };
    const member = encodeMember({ ...origin, ...times }, packRecords(concat(framed.splice(0))));
    for (let at = 0; at < member.length;) at += await file.write(member.subarray(at));
    bytes = 0;
  };
  await flush(0n, true);
  for (let number = 0; number < count; number++) {
    const record = recordOf(number);
    if (framed.length === 0) first = timeOf(record);
    framed.push(frameRecords([toBinary(schema, record)]));
    bytes += framed.at(-1)!.length;
    if (bytes >= MEMBER_BYTES || number === count - 1) await flush(timeOf(record));
  }
}
