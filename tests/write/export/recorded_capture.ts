/** Captures that went the whole way into a store, exports of it, and what tshark says of the same. */
import { assertEquals } from "@std/assert";
import { runExport } from "../../../lib/run_export_io.ts";
import type { ExportFormat } from "../../../lib/write/export/export_formats.ts";
import type { ExportOptions } from "../../../lib/write/export/export_options.ts";
import { preparePython } from "../../../tools/python_venv.ts";
import type { Need } from "../../needs.ts";
import { piped } from "../../piped.ts";
import { PUBLIC_KEY, runProgram, startCollector } from "../../programs/program.ts";
import { namesIn } from "../files/in_folder.ts";

/** All that passes the switch of the recorded office. */
export const OFFICE = `${import.meta.dirname}/../../captures/office.pcap`;
/** Who sends it. */
export const SENSOR = "xyz";

const VENV = `${import.meta.dirname}/../../../.tools/parquet`;
const problem = await preparePython(VENV, `${import.meta.dirname}/requirements.txt`);
/** What {@linkcode python} has. */
export const READERS: Need = {
  what: `DuckDB, pyarrow and jsonschema for Python (${problem})`,
  isMet: () => problem === undefined,
};

/** Has a sensor read captures, whose records are in `records` below the folder then. */
export async function recordCaptures(folder: string, ...captures: string[]): Promise<void> {
  const { collector, address } = await startCollector(folder);
  await using _ = collector;
  const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", SENSOR];
  const read = captures.flatMap((capture) => ["-read", capture]);
  const { code, stderr } = await runProgram("sensor.ts", [...to, ...read]);
  assertEquals(code, 0, stderr);
  await collector.stop();
}

/** The folder that has the records of {@linkcode OFFICE}; made once for a file of tests, and removed behind it. */
export function recordedOffice(): Promise<string> {
  office ??= (async () => {
    const folder = await Deno.makeTempDir();
    addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    await recordCaptures(folder, OFFICE);
    return folder;
  })();
  return office;
}

let office: Promise<string> | undefined;

/** Lines in the files of a folder, which need not be there. */
async function linesIn(folder: string): Promise<number> {
  let lines = 0;
  for (const name of await namesIn(folder).catch(() => [])) {
    const { isFile } = await Deno.stat(`${folder}/${name}`);
    if (isFile) lines += (await Deno.readTextFile(`${folder}/${name}`)).split("\n").length - 1;
  }
  return lines;
}

/** Exports what is in `records`, and tells where that is. */
export async function exportRecords(
  folder: string,
  format: ExportFormat,
  more: Partial<ExportOptions> = {},
): Promise<string> {
  const said: string[] = [];
  const out = `${folder}/${format}`;
  const options = { format, paths: [`${folder}/records`], out, follow: false, ...more };
  const before = await linesIn(out);
  const code = await runExport(options, { say: (line) => said.push(line) });
  assertEquals(code, 0, said.join("\n"));
  if (format !== "parquet") {
    const told = /^exported (\d+) records(?: as (\d+) lines)? to /.exec(said.at(-1)!)!;
    assertEquals(Number(told[2] ?? told[1]), await linesIn(out) - before);
  }
  return out;
}

/** What a script prints as JSON that has a folder in its arguments. */
export async function python<T>(script: string, ...args: string[]): Promise<T> {
  const text = await piped(`${VENV}/bin/python`, ["-c", script, ...args], "");
  return JSON.parse(new TextDecoder().decode(text));
}

/** The lines of a file of JSON as jq reads them, each made to what the filter says. */
export async function jqLines<T>(path: string, filter: string): Promise<T[]> {
  const text = await piped("jq", ["-c", filter, path], "");
  return new TextDecoder().decode(text).trim().split("\n").filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Fields of the packets that a display filter lets through; of those that occur more than once the first. */
export async function tshark(
  capture: string,
  filter: string,
  ...fields: string[]
): Promise<string[][]> {
  const args = ["-n", "-r", capture, "-Y", filter, "-T", "fields", "-E", "occurrence=f"];
  const shown = await piped("tshark", [...args, ...fields.flatMap((field) => ["-e", field])], "");
  const text = new TextDecoder().decode(shown).trimEnd();
  return text === "" ? [] : text.split("\n").map((line) => line.split("\t"));
}

/** In an order of their own, so that they can be compared. */
export function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** The sum of a column. */
export function sum(rows: readonly string[][], column = 0): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}
