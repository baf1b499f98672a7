/** The formats that there are. */
export const EXPORT_FORMAT_NAMES = ["ndjson"] as const;

/** One of them. */
export type ExportFormat = typeof EXPORT_FORMAT_NAMES[number];
