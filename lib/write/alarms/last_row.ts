import { type SensorMinute, SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { walkRecords } from "../../base/record/delimited.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import { inflateRaw } from "../../pack/gzip.ts";
import type { PackedRecords } from "../../pack/member.ts";

/** The last of a sensor's rows that a checked batch holds: it tells what all before it do. */
export function lastRow({ body, recordBytes }: PackedRecords): SensorMinute | undefined {
  const unpacked = inflateRaw(body, recordBytes, recordBytes);
  if ("refusal" in unpacked) return undefined;
  let last: Uint8Array | undefined;
  walkRecords(unpacked.bytes, (at, end) => {
    last = unpacked.bytes.subarray(at, end);
  });
  return last && parseMessage(SensorMinuteSchema, last);
}
