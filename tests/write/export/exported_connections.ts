/** How the cases of all formats read back what was exported: the numbers of connections, in any order. */
import { parquetReadObjects } from "hyparquet";
import {
  EXPORT_FORMAT_NAMES,
  type ExportFormat,
} from "../../../lib/write/export/export_formats.ts";
import { connection } from "./stored_connections.ts";

/** Reads what readers of the format see in a folder. */
export type ReadBack = (folder: string) => Promise<number[]>;

/** A format that is files in a folder. */
type FileFormat = Exclude<ExportFormat, "ipfix">;

export const FILE_FORMATS = EXPORT_FORMAT_NAMES.filter((name): name is FileFormat =>
  name !== "ipfix"
);

/** Every format of files has its reader. */
export const EXPORTED: Readonly<Record<FileFormat, ReadBack>> = {
  ndjson: (folder) => fieldOfLines(`${folder}/records.ndjson`, "ConnectionID"),
  eve: (folder) => fieldOfLines(`${folder}/eve.json`, "flow", numberOfFlow),
  ecs: (folder) => fieldOfLines(`${folder}/ecs.ndjson`, "@timestamp", numberOfTime),
  "zeek-json": (folder) => fieldOfLines(`${folder}/conn.log`, "ts", numberAt),
  parquet: async (folder) => {
    const numbers: number[] = [];
    for (const path of await parquetFiles(folder)) {
      const file = new Uint8Array(await Deno.readFile(path)).buffer;
      const rows = await parquetReadObjects({ file, columns: ["ConnectionID"] });
      numbers.push(...rows.map(({ ConnectionID }) => Number(ConnectionID)));
    }
    return numbers;
  },
};

/** A field of each line of JSON that is whole; a last one without its end is not. */
async function fieldOfLines(
  path: string,
  name: string,
  numberOf: (value: unknown) => number = (value = 0) => Number(value),
): Promise<number[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").slice(0, -1).map((line) => numberOf(JSON.parse(line)[name]));
}

/** The number of the connection that began then, in seconds since 1970. */
function numberAt(time: unknown): number {
  return Math.floor(Number(time) - Number(connection(0).TimestampFirst! / 1_000_000_000n));
}

/** The number of the connection whose times Suricata would write so. */
function numberOfFlow(flow: unknown): number {
  const { start } = flow as { readonly start: string };
  return numberOfTime(start.replace("+0000", "Z"));
}

/** The number of the connection that began at a time that is text. */
function numberOfTime(time: unknown): number {
  return numberAt(Date.parse(time as string) / 1000);
}

/** The files that readers of a folder find, who pass over names that begin with a dot. */
async function parquetFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, isDirectory } of await entriesOf(folder)) {
    if (name.startsWith(".")) continue;
    if (isDirectory) found.push(...await parquetFiles(`${folder}/${name}`));
    else found.push(`${folder}/${name}`);
  }
  return found;
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch {
    return []; // it is not there yet
  }
}
