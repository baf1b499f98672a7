/**
 * Record files, read: their records as bytes or as messages, with filters, also while they grow; and
 * the ledger, which tells what is missing of them. For programs that neither capture nor send nor collect: nothing of these is loaded.
 *
 * ```ts
 * import { readRecords, Where } from "@farcap/farcap/records";
 * import { UDPSchema } from "@farcap/farcap/schemas";
 *
 * async function print(folder: string) {
 *   const bound = new Where("DstPort == 53").bind(UDPSchema);
 *   if ("problem" in bound) throw new Error(bound.problem);
 *   const wanted = { filterOf: () => bound.filter };
 *   for await (const { SrcIP } of readRecords(folder, UDPSchema, wanted)) console.log(SrcIP);
 * }
 * ```
 *
 * @module
 */
export { ConfigError, FarcapError, StoreError } from "../lib/base/errors.ts";
export { messageOf } from "../lib/base/record/message_of.ts";
export { recordSchema } from "../lib/base/record/record_schemas.ts";
export { RECORD_TYPES, typeName, typeNumber } from "../lib/base/record/record_types.ts";
export type { FileHeader, RecordOf, RecordSchema } from "../lib/base/record/schema_types.ts";
export type { TimeSpan } from "../lib/base/time_span.ts";
export type { Cause, CauseKind } from "../lib/write/ledger/cause.ts";
export type { ClientLedger } from "../lib/write/ledger/client_account.ts";
export type { TypeLedger } from "../lib/write/ledger/type_ledger.ts";
export { type LedgerReading, readLedger } from "../lib/write/ledger/read_ledger_io.ts";
export type { PacketCounts } from "../lib/write/ledger/sensor_run.ts";
export type { ReadProblem, RecordPlace, Wanted } from "../lib/write/read/record_reader.ts";
export type { FilterOf, RecordFilter } from "../lib/write/query/record_filter.ts";
export {
  type MessageOptions,
  type ReadOptions,
  readRecords,
} from "../lib/write/read/read_records_io.ts";
export { readRows, type RowOptions, type RowStep } from "../lib/write/read/read_rows_io.ts";
export type {
  FilePlace,
  FileStart,
  PlacedBurst,
  RecordBurst,
} from "../lib/write/read/record_burst.ts";
export type { SourceOptions } from "../lib/write/read/record_sources_io.ts";
export { type Binding, Where } from "../lib/write/query/where.ts";
export type { MissingField, Unbound } from "../lib/write/query/field_path.ts";
export type { ParseTime } from "../lib/write/query/value_tests.ts";
