import type { DescMessage } from "@bufbuild/protobuf";
import type { PrintedRecord } from "../read/printed_record.ts";

/** Where an export goes. What it is given becomes durable with {@linkcode ExportSink.commit}, never in part. */
export interface ExportSink {
  /** Whether the format has a place for records of that type. */
  takes(schema: DescMessage): boolean;
  /** Takes a record of such a type, of so many bytes; when that is true, call {@linkcode flush} before more. */
  add(record: PrintedRecord, bytes: number): boolean;
  /** Told that no more will be read in this run or any other: what waits for more records waits no longer. */
  end?(): void;
  /** Whether records of all types are to come about in the order of their times. */
  readonly isByTime?: boolean;
  /** How many lines it has made of them, if it makes lines. */
  readonly lines?: number;
  /** Gives what has been taken out of hand, as far as the format can. */
  flush(): Promise<void>;
  /** Whether so much has been taken since the last commit that one is due. */
  readonly isFull: boolean;
  /**
   * Makes durable what has been taken, so that a position may be written with the state that comes back:
   * whoever opens the sink with it has all that up to now, and nothing that came later.
   */
  commit(): Promise<unknown>;
  /** Told that the position is durable: what has been committed may be shown to readers. */
  committed(): Promise<void>;
  /** Called when no more comes, before the last commit: what only an end makes sure is made sure. */
  finish?(): Promise<void>;
  /** Frees what is open; what has not been committed is lost. */
  close(): void;
}
