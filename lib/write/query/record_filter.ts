import type { RecordSchema } from "../../base/record/schema_types.ts";

/**
 * Tells whether a record is wanted: the one whose wire form is `bytes[at, end)`. It keeps nothing of
 * the bytes, never throws, and wants what is too damaged to tell, so that whoever decodes the record
 * complains.
 */
export type RecordFilter = (bytes: Uint8Array, at: number, end: number) => boolean;

/** The filter for records of a type; undefined where all of them are wanted. */
export type FilterOf = (schema: RecordSchema) => RecordFilter | undefined;
