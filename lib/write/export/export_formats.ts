/** The formats that there are. */
export const EXPORT_FORMAT_NAMES = ["ndjson", "parquet"] as const;

/** One of them. */
export type ExportFormat = typeof EXPORT_FORMAT_NAMES[number];

/** How often a commit is made unless somebody says. */
export const USUALLY_EVERY_MS: Readonly<Record<ExportFormat, number>> = {
  ndjson: 1000,
  parquet: 60_000,
};
