import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { timeFieldOf } from "../../base/record/record_schemas.ts";
import { findField } from "./field_path.ts";
import { integerTest } from "./integer_tests.ts";
import { type Probe, RecordCursor } from "./record_cursor.ts";
import type { RecordFilter } from "./record_filter.ts";

/**
 * The filter for records whose time is `from` or later and before `to`, in nanoseconds since 1970;
 * undefined without both. A record without a time has the time 0.
 */
export function spanFilter(
  schema: DescMessage,
  from: bigint | undefined,
  to: bigint | undefined,
): RecordFilter | undefined {
  if (from === undefined && to === undefined) return undefined;
  const isLate: Probe = from === undefined ? () => true : integerTest(ScalarType.INT64, ">=", from);
  const isEarly: Probe = to === undefined ? () => true : integerTest(ScalarType.INT64, "<", to);
  const isWithin: Probe = (bytes, at, end) => isLate(bytes, at, end) && isEarly(bytes, at, end);
  const field = timeFieldOf(schema);
  const found = field === undefined ? undefined : findField(schema, field.name);
  if (found === undefined || "problem" in found) return () => isWithin(NOTHING, 0, 0);
  const cursor = new RecordCursor();
  const look = cursor.some(found.path, isWithin);
  return (bytes, at, end) => {
    cursor.begin(bytes, at, end);
    return look() || cursor.isDamaged;
  };
}

const NOTHING = new Uint8Array(0);
