import { DENO_FILES } from "../files/deno_files_io.ts";
import type { ExportFormat } from "./export_formats.ts";
import type { ExportSink } from "./export_sink.ts";
import type { LineFilesState } from "./line_files_io.ts";
import type { LineFormat } from "./line_format.ts";
import type { ParquetState } from "./parquet_files_io.ts";

/**
 * Opens what an export writes to, in a folder; a format is loaded when it is asked for.
 *
 * @param state What its last commit gave; undefined for the first run.
 */
export async function openSink(
  format: ExportFormat,
  folder: string,
  state: unknown,
): Promise<ExportSink> {
  switch (format) {
    case "ndjson":
      return await openLines((await import("./ndjson.ts")).ndjson, folder, state);
    case "parquet": {
      const { ParquetFiles } = await import("./parquet_files_io.ts");
      return await ParquetFiles.open(DENO_FILES, folder, state as ParquetState | undefined);
    }
  }
}

async function openLines(format: LineFormat, folder: string, state: unknown): Promise<ExportSink> {
  const { LineFiles } = await import("./line_files_io.ts");
  return await LineFiles.open(DENO_FILES, folder, format, state as LineFilesState | undefined);
}
