import { frameRecords } from "../base/record/delimited.ts";
import { typeNumber } from "../base/record/record_types.ts";

/** Rows of one type of a collector's books as framed records, as a batch has them. */
export interface FramedRows {
  readonly type: number;
  readonly count: number;
  readonly records: Uint8Array;
  /** Of all of them, ns since 1970. */
  readonly time: bigint;
}

/** Frames encoded rows of the type of that name. @param time Of all of them, ns since 1970. */
export function frameRows(name: string, time: bigint, rows: readonly Uint8Array[]): FramedRows {
  return { type: typeNumber(name), count: rows.length, records: frameRecords(rows), time };
}
