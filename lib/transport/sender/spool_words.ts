/** What a sensor says of its spool. */
import { encodeHex } from "../../base/bytes/bytes.ts";
import { countedAre } from "../../base/text/counted.ts";
import { sumOf } from "../../gather/record_counts.ts";
import { KEY_ID_BYTES } from "../../seal/agreement_key.ts";
import type { BatchSpool, SpooledBatch } from "./batch_spool.ts";

type Held = Pick<BatchSpool, "folder" | "held">;

export function takenUpLine(spool: Held): string {
  const what = countedAre(sumOf(spool.held), "record");
  return `${what} in the spool ${spool.folder}, and sent first`;
}

export function spoolingLine({ folder }: Held): string {
  return `what waits for the collector goes into the spool ${folder} now`;
}

export function leftLine(spool: Held): string {
  const what = countedAre(sumOf(spool.held), "record");
  return `${what} left in the spool ${spool.folder} for the next start`;
}

/** Where all records are stored, and the rows that say so are not. */
export function booksLeftLine({ folder }: Held): string {
  return `the last of the books is left in the spool ${folder} for the next start`;
}

/** Of a collector that does not take what is next. */
export function blockedLine(spool: Held, { body }: SpooledBatch): string {
  const keyId = encodeHex(body.subarray(0, KEY_ID_BYTES));
  return `The collector cannot open what is in the spool ${spool.folder}, sealed for its key ${keyId}: ` +
    `${
      countedAre(sumOf(spool.held), "record")
    } left there; wanted: a newer collector, or the one with that key`;
}
