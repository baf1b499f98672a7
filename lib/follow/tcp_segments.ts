/** What is kept of the segments of a TCP connection. RFC 9293; MSS option: section 3.7.1. */
import { bits32, u16 } from "../base/bytes/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { type ConnectionTable, Num, Word } from "./connection_table.ts";
import { Fact, TcpFlag } from "./facts.ts";
import { FLIPPED, HISTORY_LETTERS, historyBits } from "./tcp_state.ts";

export const TCP_HEADER_BYTES = 20;
const MSS_OPTION = 2;
/** Room of the letters: each once by direction, and one sign. */
const HISTORY_BYTES = 24;
/** Where a jumbo frame ends: what is longer was put together by a network card. */
const MAX_FRAME_IP_BYTES = 9216;

/**
 * Counts one segment, whose header is whole. `direction` is 0 from the client; `isDoubled` when a mirror
 * port has given the packet twice.
 */
export function countSegment(
  table: ConnectionTable,
  row: number,
  direction: number,
  p: Packet,
  payloadBytes: number,
  isDoubled: boolean,
): void {
  const { bytes, transportAt: at } = p;
  const { words, numbers } = table;
  const w = table.wordsAt(row);
  const n = table.numbersAt(row);
  const flags = bytes[at + 13]!;
  const window = u16(bytes, at + 14);
  const seq = bits32(bytes, at + 4);
  countFlags(words, w + Word.TcpFlags, flags, bytes[at + 12]!);
  words[w + Word.LinkType]! |= flags << (16 + 8 * direction);
  numbers[n + Num.WindowSum]! += window;
  let facts = words[w + Word.Facts]!;
  if ((flags & TcpFlag.Syn) !== 0) {
    const isFirst = (flags & TcpFlag.Ack) === 0 ? direction === 0 : direction === 1;
    if (isFirst) facts |= Fact.Syn << direction;
    if ((facts & (Fact.FirstSeqKnown << direction)) === 0) {
      words[w + Word.FirstSeq + direction] = seq;
      facts |= Fact.FirstSeqKnown << direction;
    }
    if (isFirst && direction === 0) {
      numbers[n + Num.Handshake] = sinceStart(table, row, p);
      facts |= Fact.Handshaking;
    }
    words[w + Word.MaxSegment]! |= maxSegmentOf(bytes, at, p.frameEnd) << (16 * direction);
  } else if ((facts & Fact.Handshaking) !== 0 && (flags & TcpFlag.Ack) !== 0 && direction === 0) {
    if ((facts & (Fact.Syn << 1)) !== 0 && (facts & Fact.HandshakeTimed) === 0) {
      numbers[n + Num.Handshake] = sinceStart(table, row, p) - numbers[n + Num.Handshake]!;
      facts |= Fact.HandshakeTimed;
    }
  }
  if ((flags & TcpFlag.Fin) !== 0) facts |= Fact.Fin << direction;
  if ((flags & TcpFlag.Rst) !== 0) facts |= Fact.Rst << direction;
  const sequenceBytes = payloadBytes + ((flags & TcpFlag.Syn) !== 0 ? 1 : 0) +
    ((flags & TcpFlag.Fin) !== 0 ? 1 : 0);
  let isAgain = false;
  if (sequenceBytes > 0 && !isDoubled) {
    if ((facts & (Fact.SeqKnown << direction)) === 0) {
      words[w + Word.NextSeq + direction] = seq + sequenceBytes;
      facts |= Fact.SeqKnown << direction;
    } else {
      isAgain = place(words, w, direction, seq, sequenceBytes);
    }
  }
  words[w + Word.Facts] = facts;
  const maxSegment = (words[w + Word.MaxSegment]! >>> (16 * (1 - direction))) & 0xffff;
  if (maxSegment > 0 ? payloadBytes > maxSegment : p.ipLength > MAX_FRAME_IP_BYTES) {
    words[w + Word.SuperPackets]!++;
  }
  const added = historyBits(flags, payloadBytes, window, isAgain) << (16 * direction);
  const fresh = added & ~words[w + Word.History]!;
  if (fresh !== 0) {
    words[w + Word.History]! |= fresh;
    for (let bit = 0; bit < HISTORY_LETTERS.length; bit++) {
      if ((fresh & (1 << (bit + 16 * direction))) === 0) continue;
      const letter = HISTORY_LETTERS.charCodeAt(bit);
      addLetter(table, row, direction === 0 ? letter - 0x20 : letter);
    }
  }
}

/** Notes that the first packet came from the server. */
export function noteFlip(table: ConnectionTable, row: number): void {
  addLetter(table, row, FLIPPED);
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

function addLetter(table: ConnectionTable, row: number, letter: number): void {
  let at = 4 * (table.wordsAt(row) + Word.HistoryLetters);
  while (table.bytes[at] !== 0) at++;
  table.bytes[at] = letter;
}

/**
 * Compares a segment with what has come before it: in order; behind a hole, which is remembered (the
 * last one); in that hole, and so out of order; else sent again, which is what is returned.
 */
function place(words: Int32Array, w: number, direction: number, seq: number, length: number) {
  const next = w + Word.NextSeq + direction;
  const end = (seq + length) | 0;
  const ahead = (seq - words[next]!) | 0;
  if (ahead > 0) {
    words[w + Word.HoleAt + direction] = words[next]!;
    words[w + Word.HoleEnd + direction] = seq;
  } else if (ahead < 0) {
    const holeAt = words[w + Word.HoleAt + direction]!;
    const holeEnd = words[w + Word.HoleEnd + direction]!;
    const isInHole = ((seq - holeAt) | 0) >= 0 && ((holeEnd - end) | 0) >= 0 &&
      holeAt !== holeEnd;
    if (isInHole) {
      words[w + Word.OutOfOrder + direction]!++;
      if (seq === holeAt) words[w + Word.HoleAt + direction] = end;
    } else {
      words[w + Word.Retransmitted + direction]!++;
      if (((end - words[next]!) | 0) > 0) words[next] = end;
      return true;
    }
    return false;
  }
  words[next] = end;
  return false;
}

/** In the order of the record: FIN, RST, ACK, SYN, URG, ECE, PSH, CWR, NS. */
function countFlags(words: Int32Array, at: number, flags: number, offset: number): void {
  words[at + 2]! += (flags >> 4) & 1;
  words[at + 6]! += (flags >> 3) & 1;
  if ((flags & 0xe7) === 0 && (offset & 1) === 0) return;
  words[at]! += flags & 1;
  words[at + 1]! += (flags >> 2) & 1;
  words[at + 3]! += (flags >> 1) & 1;
  words[at + 4]! += (flags >> 5) & 1;
  words[at + 5]! += (flags >> 6) & 1;
  words[at + 7]! += flags >> 7;
  words[at + 8]! += offset & 1;
}

/** Nanoseconds from the first packet to this one. */
function sinceStart(table: ConnectionTable, row: number, p: Packet): number {
  const startSec = table.numbers[table.numbersAt(row) + Num.StartSec]!;
  return (p.sec - startSec) * 1e9 + p.nsec - table.words[table.wordsAt(row) + Word.StartNsec]!;
}

/** The maximum segment size that a SYN announces; 0 without. */
function maxSegmentOf(bytes: Uint8Array, at: number, frameEnd: number): number {
  const end = Math.min(frameEnd, at + 4 * (bytes[at + 12]! >> 4));
  for (let option = at + TCP_HEADER_BYTES; option + 4 <= end;) {
    const kind = bytes[option]!;
    if (kind === 0) return 0;
    if (kind === MSS_OPTION) return u16(bytes, option + 2);
    option += kind === 1 ? 1 : Math.max(2, bytes[option + 1]!);
  }
  return 0;
}
