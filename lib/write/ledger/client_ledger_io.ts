import {
  CollectorFileSchema,
  CollectorSpanSchema,
  SensorAlarmSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { StoreError } from "../../base/errors.ts";
import { isMadeByCollector } from "../../base/record/record_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import { typeOfFile } from "../files/file_names.ts";
import { MAX_ALARM_NS } from "./alarm_spans.ts";
import { ClientAccount, type ClientLedger } from "./client_account.ts";
import { MAX_SILENCE_NS, SLACK_NS } from "./coverage.ts";
import { overlaps, type StoredFile, StoredFiles } from "./stored_files.ts";
import { readHeaders, readRows, readSensorRows } from "./stored_rows_io.ts";

/** Files are deleted and get other names while they are read: then all is read again. */
const MAX_TRIES = 5;

/**
 * Reads the books of one client, and counts what is stored of it. The collector may run; nothing is
 * locked. Of a file that names cannot tell to be of other times, the header of every member is read.
 *
 * @param folder The client's.
 * @param wanted All that there is if it has no ends.
 * @param now Ns since 1970.
 * @throws StoreError "read-failed" when files cannot be read.
 */
export function readClientLedger(
  folder: string,
  client: string,
  wanted: TimeSpan,
  now: bigint,
): ClientLedger {
  for (let tries = 1;; tries++) {
    try {
      const before = Deno.statSync(folder);
      const files = new StoredFiles(folder, namesIn(folder));
      const ledger = readOnce(files, client, wanted, now);
      const after = Deno.statSync(folder);
      const isSame = before.mtime?.getTime() === after.mtime?.getTime() ||
        !files.areOthers(namesIn(folder));
      if (isSame || tries >= MAX_TRIES) return ledger;
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound && tries < MAX_TRIES) continue;
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new StoreError("read-failed", `Cannot read the books in "${folder}": ${words}`, {
        cause,
      });
    }
  }
}

function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name);
}

function readOnce(
  files: StoredFiles,
  client: string,
  wanted: TimeSpan,
  now: bigint,
): ClientLedger {
  const account = new ClientAccount(client, wanted, now);
  const damageOf = ({ name }: StoredFile) => (what: string) =>
    account.addDamage(`${name} is damaged: ${what}`);

  const around = widened(wanted, MAX_SILENCE_NS);
  if (files.areBefore("SensorMinute", around)) account.addOlderBooks();
  for (const file of files.of("SensorMinute", around)) {
    readSensorRows(
      file.path,
      wanted,
      damageOf(file),
      (row, header) => account.addSensorRow(row, header),
    );
  }
  account.expect();
  const arrivals = account.arrivals;
  let { from, to } = arrivals;
  const spans = widened(arrivals, MAX_SILENCE_NS);
  for (const file of files.of("CollectorSpan", spans)) {
    readRows(file.path, CollectorSpanSchema, spans, damageOf(file), (row, { session }) => {
      if (session !== 0n || !overlaps(row.SpanStart, row.Timestamp, arrivals)) return;
      account.addSpan(row);
      // All that a row counts is counted again.
      if (from !== undefined && row.SpanStart < from) from = row.SpanStart;
      if (to !== undefined && row.Timestamp > to) to = row.Timestamp;
    });
  }
  const counted = widened({ from, to }, SLACK_NS);
  const told = new Set<string>();
  for (const file of files.of("CollectorFile", {})) {
    readRows(file.path, CollectorFileSchema, {}, damageOf(file), (row) => {
      const key = `${row.File} ${row.Session}`;
      const isGone = !files.has(row.File) && !told.has(key);
      if (!isGone || !overlaps(row.First, row.Last, counted)) return;
      told.add(key);
      account.addFile(row);
    });
  }
  for (const file of files.of("SensorAlarm", widened(wanted, MAX_ALARM_NS))) {
    readRows(file.path, SensorAlarmSchema, {}, damageOf(file), (row) => account.addAlarm(row));
  }
  for (const file of files.within(counted)) {
    const type = typeOfFile(file.name);
    if (type === undefined || isMadeByCollector(type)) continue;
    readHeaders(
      file.path,
      damageOf(file),
      (session, sequence) => account.isOutside(session, sequence),
      (header) => account.addMember(type, header, file.kind !== "damaged"),
    );
  }
  return account.finish();
}

function widened({ from, to }: TimeSpan, by: bigint): TimeSpan {
  return {
    ...(from !== undefined && { from: from - by }),
    ...(to !== undefined && { to: to + by }),
  };
}
