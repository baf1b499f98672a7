/** The formats that there are. */
export const EXPORT_FORMAT_NAMES = [
  "ecs",
  "eve",
  "ipfix",
  "ndjson",
  "parquet",
  "zeek-json",
] as const;

/** One of them. */
export type ExportFormat = typeof EXPORT_FORMAT_NAMES[number];

/** How a format is written. */
export interface ExportFormatTraits {
  /** How often a commit is made unless somebody says. */
  readonly everyMs: number;
  /** Whether it is lines that all go to one file, and so may go to standard output. */
  readonly isOneFile: boolean;
}

/** Flows of IPFIX a second over UDP unless somebody says. */
export const USUAL_RATE = 10_000;

/** What is so of each format. */
export const EXPORT_FORMATS: Readonly<Record<ExportFormat, ExportFormatTraits>> = {
  ecs: { everyMs: 1000, isOneFile: true },
  eve: { everyMs: 1000, isOneFile: true },
  ipfix: { everyMs: 1000, isOneFile: false },
  ndjson: { everyMs: 1000, isOneFile: true },
  parquet: { everyMs: 60_000, isOneFile: false },
  "zeek-json": { everyMs: 1000, isOneFile: false },
};
