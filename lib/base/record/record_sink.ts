import type { WireWriter } from "./wire_writer.ts";

/**
 * Where decoders write their records; the batches of `gather/` implement it. One record is open at
 * a time: `begin`, then `commit` or `rewind`.
 */
export interface RecordSink {
  /** The writer to put one record of this type into, placed where its first field goes. */
  begin(type: number): WireWriter;
  /** Keeps the record; false when it was larger than a record may be and has been dropped. */
  commit(type: number): boolean;
  /** Takes back what was written since `begin`. */
  rewind(type: number): void;
}
