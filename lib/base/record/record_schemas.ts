import type { DescField } from "@bufbuild/protobuf";
import { file_netcap } from "../../../proto/gen/netcap_pb.ts";
import { TIME_FIELDS, typeNumber } from "./record_types.ts";
import type { RecordSchema } from "./schema_types.ts";

/** The messages that can be the type of a record file or batch, by their number in the enum `Type`. */
const RECORDS: ReadonlyMap<number, RecordSchema> = new Map(
  file_netcap.messages
    .filter((message) => timeFieldOf(message) !== undefined)
    .map((message) => [typeNumber(message.name), message]),
);

/**
 * The schema of a record type; undefined for any other number.
 *
 * ```ts
 * import { recordSchema, typeName, typeNumber } from "@farcap/farcap/records";
 *
 * const tcp = typeNumber("TCP");
 * if (recordSchema(tcp)?.name !== typeName(tcp)) throw new Error("both are TCP");
 * ```
 */
export function recordSchema(type: number): RecordSchema | undefined {
  return RECORDS.get(type);
}

/** The field that holds when a record was, in nanoseconds since 1970; only records have one. */
export function timeFieldOf(schema: RecordSchema): DescField | undefined {
  return schema.fields.find(({ name }) => TIME_FIELDS.includes(name));
}
