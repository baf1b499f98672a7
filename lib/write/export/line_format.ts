import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { PrintedRecord } from "../read/printed_record.ts";
import type { JoinRule } from "./mapped/join_rule.ts";

/** A record, or several of a client that are one line. */
export interface ExportedRecord extends PrintedRecord {
  /** The records that were joined, by the part that each plays. */
  readonly parts?: Readonly<Record<string, Message>>;
}

/** A format of text lines. */
export interface LineFormat {
  /** How records of a type become lines; undefined when the format has no place for them. */
  linesOf(schema: DescMessage): TypeLines | undefined;
  /** How records of a type are joined to lines with others; without, each is a line. */
  joinOf?(schema: DescMessage): JoinRule | undefined;
}

/** The lines of one type. */
export interface TypeLines {
  /** The name of the file that they go to. */
  readonly file: string;
  /** The line of a record with its end, or nothing. */
  line(record: ExportedRecord): string;
}

/** The lines of each type that a format has a place for. */
export class LinesByType {
  readonly #format: LineFormat;
  readonly #types = new Map<DescMessage, TypeLines | undefined>();
  #made = 0;

  constructor(format: LineFormat) {
    this.#format = format;
  }

  /** How many lines were made. */
  get made(): number {
    return this.#made;
  }

  of(schema: DescMessage): TypeLines | undefined {
    if (!this.#types.has(schema)) this.#types.set(schema, this.#format.linesOf(schema));
    return this.#types.get(schema);
  }

  /** The line of a record with its end, or nothing, and the name of its file. */
  make(record: ExportedRecord): { readonly file: string; readonly text: string } {
    const { file, line } = this.of(record.schema)!;
    const text = line(record);
    if (text !== "") this.#made++;
    return { file, text };
  }
}
