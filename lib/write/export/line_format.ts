import type { DescMessage } from "@bufbuild/protobuf";
import type { PrintedRecord } from "../read/printed_record.ts";

/** A format of text lines. */
export interface LineFormat {
  /** How records of a type become lines; undefined when the format has no place for them. */
  linesOf(schema: DescMessage): TypeLines | undefined;
}

/** The lines of one type. */
export interface TypeLines {
  /** The name of the file that they go to. */
  readonly file: string;
  /** The line of a record with its end, or nothing. */
  line(record: PrintedRecord): string;
}

/** The lines of each type that a format has a place for. */
export class LinesByType {
  readonly #format: LineFormat;
  readonly #types = new Map<DescMessage, TypeLines | undefined>();

  constructor(format: LineFormat) {
    this.#format = format;
  }

  of(schema: DescMessage): TypeLines | undefined {
    if (!this.#types.has(schema)) this.#types.set(schema, this.#format.linesOf(schema));
    return this.#types.get(schema);
  }
}
