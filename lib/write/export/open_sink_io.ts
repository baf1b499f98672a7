import { DENO_FILES } from "../files/deno_files_io.ts";
import type { ExportFormat } from "./export_formats.ts";
import type { ExportSink } from "./export_sink.ts";
import type { LineFormat } from "./line_format.ts";

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
  const { LineFiles } = await import("./line_files_io.ts");
  type State = Parameters<typeof LineFiles.open>[3];
  return await LineFiles.open(DENO_FILES, folder, await lineFormat(format), state as State);
}

async function lineFormat(format: ExportFormat): Promise<LineFormat> {
  switch (format) {
    case "ndjson":
      return (await import("./ndjson.ts")).ndjson;
  }
}
