/** Rows of connections in lists, those that have been idle for longest first (`lib/follow/idle_lists.ts`). */
import { Fact, NO_ROW, rowAt, setWord, Word, word } from "./connection.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "./shapes.ts";

const LISTS: usize = 9;
/** The list of connections that have ended. */
const ENDED: i32 = 8;
const BOTH_SEEN: i32 = Fact.Seen * 3;
const BOTH_FIN: i32 = Fact.Fin * 3;
const ANY_RST: i32 = Fact.Rst * 3;

/** By list: its first row, its last one, and how many it has. */
export const ENDS: usize = memory.data(9 * 3 * 4, 16);
const LAST: usize = 4 * LISTS;
const LENGTH: usize = 8 * LISTS;

/** So often a row moves in its list at most, and so exactly is the order kept. */
const TICKS_PER_SECOND: f64 = 4;

/** At which tick flow time is. */
export function tickOf(now: f64): i32 {
  return <i32> <i64> floor<f64>(now * TICKS_PER_SECOND);
}

/** Which list a connection belongs in: by protocol, and whether there was an answer; or that of those that have ended. */
function listOf(protocol: i32, facts: i32): i32 {
  if ((facts & ANY_RST) !== 0 || (facts & BOTH_FIN) === BOTH_FIN) return ENDED;
  const kind = protocol === TCP
    ? 0
    : protocol === UDP
    ? 2
    : protocol === ICMPV4 || protocol === ICMPV6
    ? 4
    : 6;
  return (facts & BOTH_SEEN) === BOTH_SEEN ? kind + 1 : kind;
}

/** Puts a row that is in no list at the end of its one. */
export function appendRow(number: i32, now: f64): void {
  const row = rowAt(number);
  const list = listOf(word(row, Word.Key) & 0xff, word(row, Word.Facts));
  const ends = ENDS + (<usize> list << 2);
  const last = load<i32>(ends + LAST);
  store<i32>(ends + LENGTH, load<i32>(ends + LENGTH) + 1);
  setWord(row, Word.List, list);
  setWord(row, Word.Listed, tickOf(now));
  setWord(row, Word.Before, last);
  setWord(row, Word.Behind, NO_ROW);
  if (last === NO_ROW) store<i32>(ends, number);
  else setWord(rowAt(last), Word.Behind, number);
  store<i32>(ends + LAST, number);
}

/** Takes a row out of its list. */
export function removeRow(number: i32): void {
  const row = rowAt(number);
  const ends = ENDS + (<usize> word(row, Word.List) << 2);
  store<i32>(ends + LENGTH, load<i32>(ends + LENGTH) - 1);
  setWord(row, Word.List, NO_ROW);
  const before = word(row, Word.Before);
  const behind = word(row, Word.Behind);
  if (before === NO_ROW) store<i32>(ends, behind);
  else setWord(rowAt(before), Word.Behind, behind);
  if (behind === NO_ROW) store<i32>(ends + LAST, before);
  else setWord(rowAt(behind), Word.Before, before);
}
