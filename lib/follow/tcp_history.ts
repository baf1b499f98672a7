/** How Zeek's conn.log tells the course of a TCP connection: letters, which `kernel/segments.ts` adds. */
import { type ConnectionTable, Word } from "./connection_table.ts";

/** Room of the letters: each once by direction, and one sign. */
const HISTORY_BYTES = 24;
/** The direction was found out from the server's first packet: it says that the client had begun. */
const FLIPPED = 0x5e; // ^

/** Notes that the first packet came from the server, before there is any letter. */
export function noteFlip(table: ConnectionTable, row: number): void {
  table.bytes[4 * (table.wordsAt(row) + Word.HistoryLetters)] = FLIPPED;
}

/** The history so far. */
export function historyOf(table: ConnectionTable, row: number): string {
  const at = 4 * (table.wordsAt(row) + Word.HistoryLetters);
  let text = "";
  for (let i = 0; i < HISTORY_BYTES && table.bytes[at + i] !== 0; i++) {
    text += String.fromCharCode(table.bytes[at + i]!);
  }
  return text;
}
