import type { DescField } from "@bufbuild/protobuf";
import { file_netcap, Type } from "../../proto/gen/netcap_pb.ts";
import type { RecordSchema } from "./schema_types.ts";

const PREFIX = "NC_";

/** The fields that hold when a record was: the first that a record type has counts. */
const TIMES = ["Timestamp", "TimestampFirst"];

/**
 * The messages that can be the type of a record file or batch, by their number in the enum `Type`.
 * They are the ones that carry a time of their own; the others are parts of them.
 */
const RECORDS: ReadonlyMap<number, RecordSchema> = new Map(
  file_netcap.messages
    .filter((message) => timeFieldOf(message) !== undefined)
    .map((message) => [typeNumber(message.name), message]),
);

/** The numbers of all record types, ascending. */
export const RECORD_TYPES: readonly number[] = [...RECORDS.keys()].sort((a, b) => a - b);

/**
 * The schema of a record type; undefined for any other number.
 *
 * ```ts
 * import { recordSchema, typeName, typeNumber } from "./record_types.ts";
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
  return schema.fields.find(({ name }) => TIMES.includes(name));
}

/** The name of a type without prefix, as in file names: `TCP`; the number for an unknown one. */
export function typeName(type: number): string {
  return Type[type]?.slice(PREFIX.length) ?? String(type);
}

/** The number of the type of that name (`TCP`). Names that are not in the enum are a mistake of ours. */
export function typeNumber(name: string): number {
  const number = Type[`${PREFIX}${name}` as keyof typeof Type];
  if (number === undefined) throw new TypeError(`No record type has the name "${name}"`);
  return number;
}
