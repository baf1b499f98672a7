/** How the cases of all formats read back what was exported: the numbers of connections, in any order. */
import type { ExportFormat } from "../../../lib/write/export/export_formats.ts";

/** Reads what readers of the format see in a folder. */
export type ReadBack = (folder: string) => Promise<number[]>;

/** Every format has its reader. */
export const EXPORTED: Readonly<Record<ExportFormat, ReadBack>> = {
  ndjson: (folder) => fieldOfLines(`${folder}/records.ndjson`, "ConnectionID"),
};

/** A field of each line of JSON that is whole; a last one without its end is not. */
async function fieldOfLines(path: string, name: string): Promise<number[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").slice(0, -1).map((line) => Number(JSON.parse(line)[name] ?? 0));
}
