import { DENO_FILES } from "../files/deno_files_io.ts";
import type { Output } from "../read/text_output_io.ts";
import { USUAL_RATE } from "./export_formats.ts";
import type { ExportOptions } from "./export_options.ts";
import type { ExportSink } from "./export_sink.ts";
import type { CollectorTarget, ExportTarget } from "./export_target.ts";
import type { LineFilesState } from "./line_files_io.ts";
import type { JoiningState } from "./mapped/joining_sink.ts";
import type { LineFormat } from "./line_format.ts";
import type { ParquetState } from "./parquet_files_io.ts";

/** What a sink is opened with. */
export interface SinkSurroundings {
  /** What its last commit gave; undefined for the first run. */
  readonly state: unknown;
  /** Standard output. */
  readonly output: Output;
  /** Ends the export. */
  readonly signal?: AbortSignal | undefined;
  readonly say: (line: string) => void;
}

/** Opens what an export writes to; a format is loaded when it is asked for. */
export async function openSink(
  { format, follow, rate = USUAL_RATE }: ExportOptions,
  target: ExportTarget,
  { state, output, signal, say }: SinkSurroundings,
): Promise<ExportSink> {
  if (target.kind === "collector") {
    const { IpfixSink } = await import("./ipfix_sink_io.ts");
    return new IpfixSink(target, { rate, isPatient: follow, signal, say });
  }
  if (format === "parquet" && target.kind === "folder") {
    const { ParquetFiles } = await import("./parquet_files_io.ts");
    return await ParquetFiles.open(DENO_FILES, target.path, state as ParquetState | undefined);
  }
  const lines = await lineFormat(format);
  const { joinOf } = lines;
  if (joinOf === undefined) return await openLines(lines, target, { state, output });
  const { JoiningSink } = await import("./mapped/joining_sink.ts");
  const { held, lines: lineState } = (state ?? {}) as Partial<JoiningState>;
  const sink = await openLines(lines, target, { state: lineState, output });
  return new JoiningSink(joinOf, sink, held);
}

async function openLines(
  lines: LineFormat,
  target: Exclude<ExportTarget, CollectorTarget>,
  { state, output }: Pick<SinkSurroundings, "state" | "output">,
): Promise<ExportSink> {
  if (target.kind === "output") {
    const { LineOutput } = await import("./line_output_io.ts");
    return new LineOutput(lines, output);
  }
  const { LineFiles } = await import("./line_files_io.ts");
  return await LineFiles.open(DENO_FILES, target.path, lines, state as LineFilesState | undefined);
}

async function lineFormat(format: ExportOptions["format"]): Promise<LineFormat> {
  switch (format) {
    case "ndjson":
      return (await import("./ndjson.ts")).ndjson;
    case "ecs":
      return (await import("./ecs/ecs.ts")).ecs;
    case "eve":
      return (await import("./eve/eve.ts")).eve;
    case "zeek-json":
      return (await import("./zeek/zeek_json.ts")).zeekJson;
    case "ipfix":
    case "parquet":
      throw new TypeError(`${format} is no format of lines`);
  }
}
