/** Rows of connections, and what else both sides know of them: `lib/follow/connection_table.ts` says what each place holds. */
import { MEMORY_END } from "./written_columns.ts";

/** Places of 64 bits in a row. */
export const enum Num {
  StartSec = 0,
  PartSec = 1,
  LastSec = 2,
  LastFlow = 3,
  PartFlow = 4,
  Id = 5,
  Bytes = 6,
  IpBytes = 8,
  PayloadBytes = 10,
  WindowSum = 20,
  Handshake = 21,
}

/** Places of 32 bits in a row. */
export const enum Word {
  StartNsec = 44,
  PartNsec = 45,
  LastNsec = 46,
  Packets = 47,
  TcpFlags = 49,
  NextSeq = 58,
  HoleAt = 60,
  HoleEnd = 62,
  FirstSeq = 64,
  Print = 66,
  Retransmitted = 68,
  OutOfOrder = 70,
  Doubled = 72,
  SuperPackets = 73,
  WithoutLength = 74,
  Fragments = 75,
  Facts = 76,
  History = 77,
  MaxSegment = 78,
  HistoryLetters = 90,
  Key = 96,
  Before = 110,
  Behind = 111,
  List = 112,
  Listed = 113,
  LinkType = 114,
  TunnelId = 115,
}

/** What is known of a connection, as `lib/follow/facts.ts` says. */
export const enum Fact {
  Seen = 2,
  Syn = 8,
  Fin = 32,
  Rst = 128,
  SeqKnown = 512,
  FirstSeqKnown = 2048,
  Handshaking = 8192,
  HandshakeTimed = 16384,
  Read = 65536,
}

/** Flags of TCP. RFC 9293, section 3.1. */
export const enum TcpFlag {
  Fin = 1,
  Syn = 2,
  Rst = 4,
  Ack = 16,
}

export const NO_ROW: i32 = -1;
const ROW_BYTES: usize = 8 * 59;

/** Where row `row` begins. The host makes the memory so much larger. */
export function rowAt(row: i32): usize {
  return MEMORY_END + <usize> row * ROW_BYTES;
}

export function num(row: usize, place: i32): f64 {
  return load<f64>(row + (<usize> place << 3));
}
export function setNum(row: usize, place: i32, value: f64): void {
  store<f64>(row + (<usize> place << 3), value);
}
export function addNum(row: usize, place: i32, value: f64): void {
  setNum(row, place, num(row, place) + value);
}
export function word(row: usize, place: i32): i32 {
  return load<i32>(row + (<usize> place << 2));
}
export function setWord(row: usize, place: i32, value: i32): void {
  store<i32>(row + (<usize> place << 2), value);
}
export function addWord(row: usize, place: i32, value: i32): void {
  setWord(row, place, word(row, place) + value);
}
