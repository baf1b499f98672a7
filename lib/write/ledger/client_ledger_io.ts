import {
  CollectorFileSchema,
  CollectorSpanSchema,
  SensorMinuteSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { StoreError } from "../../base/errors.ts";
import { isMadeByCollector } from "../../base/record_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import { DENO_FILES } from "../files/deno_files_io.ts";
import { parseFileName, typeOfFile } from "../files/file_names.ts";
import { ClientAccount, type ClientLedger } from "./client_account.ts";
import { MAX_SILENCE_NS } from "./coverage.ts";
import { readHeaders, readRows } from "./stored_rows_io.ts";

/** Files are deleted and get other names while they are read: then all is read again. */
const MAX_TRIES = 5;

/** A record file, and the times in which batches may have arrived in it, ns since 1970. */
interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly begin: bigint;
  readonly end: bigint;
}

/**
 * Reads the books of one client, and counts what is stored of it. The collector may run; nothing is
 * locked. Of a file that names cannot tell to be of other times, the header of every member is read.
 *
 * @param folder The client's.
 * @param wanted All that there is if it has no ends.
 * @param now Ns since 1970.
 * @throws StoreError "read-failed" when files cannot be read.
 */
export async function readClientLedger(
  folder: string,
  client: string,
  wanted: TimeSpan,
  now: bigint,
): Promise<ClientLedger> {
  for (let tries = 1;; tries++) {
    try {
      const names = await DENO_FILES.readFolder(folder);
      const ledger = await readOnce(folder, names, client, wanted, now);
      const later = await DENO_FILES.readFolder(folder);
      if (tries >= MAX_TRIES || lastNames(names) === lastNames(later)) return ledger;
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound && tries < MAX_TRIES) continue;
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new StoreError("read-failed", `Cannot read the books in "${folder}": ${words}`, {
        cause,
      });
    }
  }
}

/** Names that files have got for good. */
function lastNames(names: readonly string[]): string {
  return names.filter((name) => parseFileName(name)?.kind !== "live").sort().join();
}

async function readOnce(
  folder: string,
  names: readonly string[],
  client: string,
  wanted: TimeSpan,
  now: bigint,
): Promise<ClientLedger> {
  const account = new ClientAccount(client, wanted, now);
  const around = {
    ...(wanted.from !== undefined && { from: wanted.from - MAX_SILENCE_NS }),
    ...(wanted.to !== undefined && { to: wanted.to + MAX_SILENCE_NS }),
  };
  const files = filesIn(folder, names);
  const isAround = ({ begin, end }: StoredFile) =>
    (around.from === undefined || end >= around.from) &&
    (around.to === undefined || begin <= around.to);
  const damageOf = ({ name }: StoredFile) => (what: string) =>
    account.addDamage(`${name} is damaged: ${what}`);

  for (const file of files) {
    if (file.type !== "SensorMinute" || !isAround(file)) continue;
    const rows = readRows(file.path, SensorMinuteSchema, around, damageOf(file));
    for await (const [row, header] of rows) account.addSensorRow(row, header);
  }
  account.expect();
  for (const file of files) {
    if (file.type !== "CollectorSpan" || !isAround(file)) continue;
    const rows = readRows(file.path, CollectorSpanSchema, around, damageOf(file));
    for await (const [row, { session }] of rows) if (session === 0n) account.addSpan(row);
  }
  const there = new Set(names);
  const told = new Set<string>();
  for (const file of files) {
    if (file.type !== "CollectorFile") continue;
    for await (const [row] of readRows(file.path, CollectorFileSchema, {}, damageOf(file))) {
      const key = `${row.File} ${row.Session}`;
      const isWanted = !there.has(row.File) && !told.has(key) &&
        (around.from === undefined || row.Last >= around.from) &&
        (around.to === undefined || row.First <= around.to);
      if (!isWanted) continue;
      told.add(key);
      account.addFile(row);
    }
  }
  for (const file of files) {
    const type = typeOfFile(file.name);
    if (type === undefined || isMadeByCollector(type) || !isAround(file)) continue;
    const isInOrder = parseFileName(file.name)?.kind !== "damaged";
    const problem = await readHeaders(
      file.path,
      (header) => account.addMember(type, header, isInOrder),
    );
    if (problem !== undefined) account.addDamage(`${file.name} is not whole: ${problem}`);
  }
  return account.finish();
}

/** The record files, by type and then by age; what was put aside as damaged belongs to any time. */
function filesIn(folder: string, names: readonly string[]): StoredFile[] {
  const files: StoredFile[] = [];
  const newest = new Map<string, bigint>();
  const ENDLESS = 1n << 62n;
  const parsed = names.flatMap((name) => {
    const of = parseFileName(name);
    if (!of) return [];
    const end = of.kind === "rotated" ? BigInt(of.timeMs) * 1_000_000n : ENDLESS;
    return [{ name, type: of.type, kind: of.kind, end }];
  });
  parsed.sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
  for (const { name, type, kind, end } of parsed) {
    const begin = kind === "damaged" ? 0n : newest.get(type) ?? 0n;
    if (kind === "rotated") newest.set(type, end);
    files.push({ name, path: `${folder}/${name}`, type, begin, end });
  }
  return files;
}
