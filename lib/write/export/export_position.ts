import type { FilePlace } from "../read/record_burst.ts";
import type { ExportFormat } from "./export_formats.ts";

/** How far an export is: all records before these places are in what `sink` describes, and no others. */
export interface ExportPosition {
  readonly format: ExportFormat;
  /** Records that have been exported. */
  readonly records: number;
  /** By the row of files, as in `xyz/TCP.ncap.gz`. */
  readonly rows: ReadonlyMap<string, FilePlace>;
  /** What the sink needs to go on. */
  readonly sink: unknown;
}

const VERSION = 1;

/** A position as text: JSON. */
export function formatPosition({ rows, ...rest }: ExportPosition): string {
  return `${JSON.stringify({ version: VERSION, ...rest, rows: Object.fromEntries(rows) })}\n`;
}

/** The position in a text; undefined when there is none that this version understands. */
export function parsePosition(text: string): ExportPosition | undefined {
  try {
    const { version, format, records, rows, sink } = JSON.parse(text);
    if (version !== VERSION || typeof rows !== "object") return undefined;
    return { format, records, rows: new Map(Object.entries(rows)), sink };
  } catch {
    return undefined;
  }
}
