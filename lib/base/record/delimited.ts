/**
 * The framing of records in batches and files: `uvarint(length) bytes[length]`, one after another.
 */
import { readUvarint, uvarintBytes, uvarintEnd, writeUvarint } from "../bytes/uvarint.ts";

/** What a walk over framed records found. */
export interface Framing {
  /** Whole records before `end`. */
  readonly count: number;
  /** Position after the last whole record: the length of the input when all is well. */
  readonly end: number;
  /** Why the walk ended before the end of the input. */
  readonly problem?: "record cut short" | "length is not a number";
}

/**
 * Walks the records of `data`, calling `visit` with the interval of each one's body.
 *
 * ```ts
 * import { walkRecords } from "./delimited.ts";
 *
 * const { count } = walkRecords(new Uint8Array([1, 0x08, 2, 0x08, 0x01]), () => {});
 * if (count !== 2) throw new Error("two records");
 * ```
 */
export function walkRecords(
  data: Uint8Array,
  visit: (at: number, end: number) => void,
): Framing {
  let count = 0;
  let at = 0;
  while (at < data.length) {
    const bodyAt = uvarintEnd(data, at, data.length);
    if (bodyAt === -2) return { count, end: at, problem: "length is not a number" };
    if (bodyAt === -1) return { count, end: at, problem: "record cut short" };
    const end = bodyAt + readUvarint(data, at, bodyAt);
    if (end > data.length) return { count, end: at, problem: "record cut short" };
    visit(bodyAt, end);
    count++;
    at = end;
  }
  return { count, end: at };
}

/** The bodies of framed records, which are whole: views, no copies. */
export function splitRecords(data: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  walkRecords(data, (at, end) => records.push(data.subarray(at, end)));
  return records;
}

/** These records with their lengths, one after another, in bytes of their own. */
export function frameRecords(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = records.reduce((sum, { length }) => sum + uvarintBytes(length) + length, 0);
  const framed = new Uint8Array(bytes);
  let at = 0;
  for (const record of records) {
    at = writeUvarint(framed, at, record.length);
    framed.set(record, at);
    at += record.length;
  }
  return framed;
}
