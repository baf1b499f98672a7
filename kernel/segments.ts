/** What is kept of the segments of a TCP connection. RFC 9293; MSS option: section 3.7.1. */
import { bits32At, u16At } from "./bytes.ts";
import {
  addNum,
  addWord,
  Fact,
  Num,
  num,
  setNum,
  setWord,
  TcpFlag,
  Word,
  word,
} from "./connection.ts";

const HEADER_BYTES: i32 = 20;
const MSS_OPTION: i32 = 2;
/** Where a jumbo frame ends: what is longer was put together by a network card. */
const MAX_FRAME_IP_BYTES: f64 = 9216;
/** The letters of the history, by bit; the client's are upper case (`lib/follow/tcp_state.ts`). */
const LETTERS: usize = memory.data<u8>([115, 104, 97, 100, 102, 114, 116, 119, 105, 113]);

const enum History {
  Syn = 1,
  SynAck = 2,
  Ack = 4,
  Data = 8,
  Fin = 16,
  Rst = 32,
  Again = 64,
  ZeroWindow = 128,
  Inconsistent = 256,
  MultiFlag = 512,
}

/** Counts the segment at `at`, whose header is whole. Returns whether it is larger than a card would send it. */
export function countSegment(
  row: usize,
  side: i32,
  sec: f64,
  nsec: i32,
  at: usize,
  end: usize,
  ipBytes: f64,
  payloadBytes: f64,
  isDoubled: bool,
): bool {
  const flags = <i32> load<u8>(at + 13);
  const window = u16At(at + 14);
  const seq = bits32At(at + 4);
  countFlags(row, flags, <i32> load<u8>(at + 12));
  setWord(row, Word.LinkType, word(row, Word.LinkType) | (flags << (16 + 8 * side)));
  addNum(row, Num.WindowSum, window);
  let facts = word(row, Word.Facts);
  const isSyn = (flags & TcpFlag.Syn) !== 0;
  if (isSyn) {
    const isFirst = (flags & TcpFlag.Ack) === 0 ? side === 0 : side === 1;
    if (isFirst) facts |= Fact.Syn << side;
    if ((facts & (Fact.FirstSeqKnown << side)) === 0) {
      setWord(row, Word.FirstSeq + side, seq);
      facts |= Fact.FirstSeqKnown << side;
    }
    if (isFirst && side === 0) {
      setNum(row, Num.Handshake, sinceStart(row, sec, nsec));
      facts |= Fact.Handshaking;
    }
    const maxSegment = maxSegmentOf(at, end) << (16 * side);
    setWord(row, Word.MaxSegment, word(row, Word.MaxSegment) | maxSegment);
  } else if ((facts & Fact.Handshaking) !== 0 && (flags & TcpFlag.Ack) !== 0 && side === 0) {
    if ((facts & (Fact.Syn << 1)) !== 0 && (facts & Fact.HandshakeTimed) === 0) {
      setNum(row, Num.Handshake, sinceStart(row, sec, nsec) - num(row, Num.Handshake));
      facts |= Fact.HandshakeTimed;
    }
  }
  if ((flags & TcpFlag.Fin) !== 0) facts |= Fact.Fin << side;
  if ((flags & TcpFlag.Rst) !== 0) facts |= Fact.Rst << side;
  const numbered = <i64> payloadBytes + <i64> isSyn + <i64> ((flags & TcpFlag.Fin) !== 0);
  let isAgain = false;
  if (numbered > 0 && !isDoubled) {
    const next = seq + <i32> numbered;
    if ((facts & (Fact.SeqKnown << side)) === 0) {
      setWord(row, Word.NextSeq + side, next);
      facts |= Fact.SeqKnown << side;
    } else {
      isAgain = place(row, side, seq, next);
    }
  }
  setWord(row, Word.Facts, facts);
  addHistory(row, side, historyBits(flags, payloadBytes > 0, window, isAgain));
  const maxSegment = (word(row, Word.MaxSegment) >>> (16 * (1 - side))) & 0xffff;
  return maxSegment > 0 ? payloadBytes > maxSegment : ipBytes > MAX_FRAME_IP_BYTES;
}

/**
 * Compares a segment with what has come before it: in order; behind a hole, which is remembered (the
 * last one); in that hole, and so out of order; else sent again, which is what is returned.
 */
function place(row: usize, side: i32, seq: i32, end: i32): bool {
  const next = word(row, Word.NextSeq + side);
  const ahead = seq - next;
  if (ahead < 0) {
    const holeAt = word(row, Word.HoleAt + side);
    const holeEnd = word(row, Word.HoleEnd + side);
    if (seq - holeAt >= 0 && holeEnd - end >= 0 && holeAt !== holeEnd) {
      addWord(row, Word.OutOfOrder + side, 1);
      if (seq === holeAt) setWord(row, Word.HoleAt + side, end);
      return false;
    }
    addWord(row, Word.Retransmitted + side, 1);
    if (end - next > 0) setWord(row, Word.NextSeq + side, end);
    return true;
  }
  if (ahead > 0) {
    setWord(row, Word.HoleAt + side, next);
    setWord(row, Word.HoleEnd + side, seq);
  }
  setWord(row, Word.NextSeq + side, end);
  return false;
}

/** In the order of the record: FIN, RST, ACK, SYN, URG, ECE, PSH, CWR, NS. */
function countFlags(row: usize, flags: i32, offset: i32): void {
  addWord(row, Word.TcpFlags + 2, (flags >> 4) & 1);
  addWord(row, Word.TcpFlags + 6, (flags >> 3) & 1);
  if ((flags & 0xe7) === 0 && (offset & 1) === 0) return;
  addWord(row, Word.TcpFlags, flags & 1);
  addWord(row, Word.TcpFlags + 1, (flags >> 2) & 1);
  addWord(row, Word.TcpFlags + 3, (flags >> 1) & 1);
  addWord(row, Word.TcpFlags + 4, (flags >> 5) & 1);
  addWord(row, Word.TcpFlags + 5, (flags >> 6) & 1);
  addWord(row, Word.TcpFlags + 7, flags >> 7);
  addWord(row, Word.TcpFlags + 8, offset & 1);
}

/** Nanoseconds from the first packet to this one. */
function sinceStart(row: usize, sec: f64, nsec: i32): f64 {
  return (sec - num(row, Num.StartSec)) * 1e9 + <f64> nsec - <f64> word(row, Word.StartNsec);
}

/** The maximum segment size that a SYN announces; 0 without. */
function maxSegmentOf(at: usize, frameEnd: usize): i32 {
  const end = min<usize>(frameEnd, at + 4 * <usize> (load<u8>(at + 12) >> 4));
  for (let option = at + HEADER_BYTES; option + 4 <= end;) {
    const kind = <i32> load<u8>(option);
    if (kind === 0) return 0;
    if (kind === MSS_OPTION) return u16At(option + 2);
    option += kind === 1 ? 1 : max<usize>(2, load<u8>(option + 1));
  }
  return 0;
}

/** What a segment adds to the history; a bit for each letter. */
function historyBits(flags: i32, hasPayload: bool, window: i32, isAgain: bool): i32 {
  const ends = flags & (TcpFlag.Fin | TcpFlag.Rst);
  const isAck = (flags & TcpFlag.Ack) !== 0;
  let bits = hasPayload ? History.Data : 0;
  if ((flags & TcpFlag.Syn) !== 0) {
    bits |= ends !== 0 ? History.MultiFlag : isAck ? History.SynAck : History.Syn;
  } else if (ends === (TcpFlag.Fin | TcpFlag.Rst)) bits |= History.Inconsistent;
  else if (ends === TcpFlag.Fin) bits |= History.Fin;
  else if (ends === TcpFlag.Rst) bits |= History.Rst;
  else {
    if (!hasPayload && isAck) bits |= History.Ack;
    if (window === 0) bits |= History.ZeroWindow;
  }
  return isAgain ? bits | History.Again : bits;
}

function addHistory(row: usize, side: i32, bits: i32): void {
  const history = word(row, Word.History);
  let fresh = (bits << (16 * side)) & ~history;
  if (fresh === 0) return;
  setWord(row, Word.History, history | fresh);
  fresh >>>= 16 * side;
  let at = row + 4 * Word.HistoryLetters;
  while (load<u8>(at) !== 0) at++;
  for (let bit = 0; fresh !== 0; bit++) {
    if ((fresh & 1) !== 0) store<u8>(at++, load<u8>(LETTERS + bit) - (side === 0 ? 0x20 : 0));
    fresh >>>= 1;
  }
}
