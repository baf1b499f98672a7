import type { FileHeader, RecordSchema } from "../../base/record/schema_types.ts";
import type { ReadProblem, RecordPlace } from "./record_reader.ts";

/** What is known of a file when its header has been read. */
export interface FileStart {
  /** The file, or `-` for standard input; of a row of files the one that is appended to. */
  readonly path: string;
  /** Who sent the records, if the file or its folder tells. */
  readonly client?: string;
  /** The record that the file begins with. */
  readonly header: FileHeader;
  /** Schema of the records; it accepts any bytes as text. */
  readonly schema: RecordSchema;
}

/** Some of a file's records, in the order in which they are read; there may be none. */
export interface RecordBurst extends FileStart {
  /** The bodies of the records, for fromBinary(schema, body). */
  readonly records: readonly Uint8Array[];
  /** How many records were counted in place of being handed over. */
  readonly counted: number;
  /** Why records are missing, or come again. */
  readonly problems: readonly ReadProblem[];
  /** How many of the records are older than one that has been handed over before. */
  readonly late?: number;
}

/** A burst for whoever asked for places. */
export interface PlacedBurst extends RecordBurst {
  /** Where the file was left behind these records. */
  readonly place?: FilePlace;
}

/** Which file of a row somebody is in, and where. */
export interface FilePlace extends RecordPlace {
  /** What tells the file from others of its row; it keeps that when it is renamed or copied. */
  readonly file: string;
  /** Whether it has been read to its end, and no more will come. */
  readonly isDone: boolean;
}

/** What comes out of a source: records, or that there are no more by now, but may be later. */
export type Step = PlacedBurst | "idle";
