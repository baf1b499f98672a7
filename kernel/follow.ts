/** Counts packets to their connections (`lib/follow/conversations.ts`). */
import { bits32At, u16At } from "./bytes.ts";
import {
  addNum,
  addWord,
  Fact,
  NO_ROW,
  Num,
  num,
  rowAt,
  setNum,
  setWord,
  TcpFlag,
  Word,
  word,
} from "./connection.ts";
import { flowOf, last, NO_FLOW } from "./flows.ts";
import { appendRow, removeRow, tickOf } from "./idle_lists.ts";
import { followedAt, setFollowed } from "./followed_flows.ts";
import { countSegment } from "./segments.ts";
import { shapeOf, TCP, UDP } from "./shapes.ts";
import { lastNsec, lastSec, takenAt, takenBytes } from "./writer.ts";

/** Below this, a packet before the last one is out of order; beyond, the clock was set back. */
const MAX_DISORDER_SECONDS: f64 = 5;
/** Farther apart, equal packets are no work of a mirror port. */
const MAX_DOUBLED_SECONDS: f64 = 0.005;
const UDP_BYTES: usize = 8;
const TCP_BYTES: usize = 20;
const IPV6_BYTES: i32 = 40;

/** What the host knows, too, by numbers of 64 bits; `lib/follow/sensor_kernel.ts` has their names. */
export const STATE: usize = memory.data(19 * 8, 16);
const enum State {
  /** Flow time; and the time of the latest packet; by a steady clock, when the host last told the time. */
  Now = 0,
  Latest = 1,
  TickedAt = 2,
  /** How often a clock was set back. */
  JumpsBack = 3,
  /** From that flow time on, the host wants to see a packet. */
  QuietUntil = 4,
  ActiveSeconds = 5,
  Packets = 6,
  Doubled = 7,
  SuperPackets = 8,
  WithoutLength = 9,
  /** By list. */
  IdleSeconds = 10,
}

/** What the host says of a packet. */
const enum Is {
  WithoutLength = 1,
  Fragment = 2,
  /** It has a whole header of TCP. */
  Segment = 4,
  /** It can be told from others of its direction. */
  Printable = 8,
}

/** Bits of what `followTaken` returns; the row is above them. */
const enum Followed {
  /** Readers want what the packet carries. */
  Read = 1,
  Server = 2,
}

/** A packet of that time has come: flow time goes on, unless it is a steady clock's. */
export function passTime(sec: f64, nsec: i32): void {
  if (!isNaN(num(STATE, State.TickedAt))) return;
  const time = sec + <f64> nsec / 1e9;
  const step = time - num(STATE, State.Latest);
  if (step > 0) addNum(STATE, State.Now, step);
  else if (step > -MAX_DISORDER_SECONDS) return;
  else if (step < 0) addNum(STATE, State.JumpsBack, 1);
  setNum(STATE, State.Latest, time);
}

/** The packet that was last taken is one of that connection's. */
export function linkLast(row: i32, side: i32): void {
  if (last !== NO_FLOW) setFollowed(last, row, side, num(rowAt(row), Num.Id));
}

/** Counts the packet that was last taken to its connection, if the host need not look at it. */
export function followLast(wireBytes: f64, mayBeRead: bool): i32 {
  if (last === NO_FLOW) return -1;
  const followed = followedAt(last);
  const number = followed.row;
  if (number === NO_ROW) return -1;
  const row = rowAt(number);
  const list = word(row, Word.List);
  if (list === NO_ROW || num(row, Num.Id) !== followed.id) return -1;
  const sec = <f64> lastSec;
  const nsec = lastNsec;
  passTime(sec, nsec);
  const now = num(STATE, State.Now);
  if (now >= num(STATE, State.QuietUntil)) return -1;
  if (now - num(row, Num.LastFlow) >= num(STATE, State.IdleSeconds + list)) return -1;
  if (now - num(row, Num.PartFlow) >= num(STATE, State.ActiveSeconds)) return -1;

  const shape = shapeOf(flowOf(last).shape);
  const ipAt = takenAt + shape.linkBytes;
  const at = takenAt + shape.protocolAt;
  const isTcp = shape.protocol === TCP;
  const flags = isTcp ? <i32> load<u8>(at + 13) : 0;
  if ((flags & TcpFlag.Syn) !== 0) return -1;
  const length = shape.ipVersion === 4 ? u16At(ipAt + 2) : IPV6_BYTES + u16At(ipAt + 4);
  const there = max<f64>(wireBytes, takenBytes) - <f64> shape.linkBytes;
  const ipBytes = <i32> min<f64>(length, there);
  let payloadBytes = ipBytes - (shape.protocolAt - shape.linkBytes);
  if (isTcp) {
    payloadBytes -= 4 * <i32> (load<u8>(at + 12) >> 4);
  } else {
    const udpBytes = u16At(at + 4);
    if (udpBytes >= <i32> UDP_BYTES) payloadBytes = min<i32>(payloadBytes, udpBytes);
    payloadBytes -= <i32> UDP_BYTES;
  }
  payloadBytes = max<i32>(payloadBytes, 0);
  const isEnd = (flags & (TcpFlag.Fin | TcpFlag.Rst)) !== 0;
  const isRead = (word(row, Word.Facts) & Fact.Read) !== 0 && (payloadBytes > 0 || isEnd);
  if (isRead && !mayBeRead) return -1;
  const id = shape.ipVersion === 4 ? u16At(ipAt + 4) : 0;
  const side = <i32> followed.side;
  const is = isTcp ? Is.Segment | Is.Printable : Is.Printable;
  const end = takenAt + takenBytes;
  countPacket(number, side, sec, nsec, wireBytes, ipBytes, payloadBytes, is, id, 0, at, end);
  return (number << 2) | (side << 1) | (isRead ? Followed.Read : 0);
}

/** Counts a packet to a connection, as `count` says. */
export function countPacket(
  number: i32,
  side: i32,
  sec: f64,
  nsec: i32,
  wireBytes: f64,
  ipBytes: f64,
  payloadBytes: f64,
  is: i32,
  id: i32,
  tunnelId: i32,
  at: usize,
  end: usize,
): void {
  const row = rowAt(number);
  const now = num(STATE, State.Now);
  const print = (is & Is.Printable) !== 0 ? printOf(id, ipBytes, payloadBytes, at, end) : 0;
  const isDoubled = print !== 0 && word(row, Word.Print + side) === print &&
    isSoon(row, sec, nsec);
  setWord(row, Word.Print + side, print);
  addNum(STATE, State.Packets, 1);
  if (word(row, Word.Packets) + word(row, Word.Packets + 1) === 0) {
    setNum(row, Num.PartSec, sec);
    setWord(row, Word.PartNsec, nsec);
    setNum(row, Num.LastSec, sec);
    setWord(row, Word.LastNsec, nsec);
    setNum(row, Num.PartFlow, now);
  } else {
    stretch(row, sec, nsec);
  }
  addWord(row, Word.Packets + side, 1);
  addNum(row, Num.Bytes + side, wireBytes);
  addNum(row, Num.IpBytes + side, ipBytes);
  addNum(row, Num.PayloadBytes + side, payloadBytes);
  if ((is & Is.WithoutLength) !== 0) {
    addWord(row, Word.WithoutLength, 1);
    addNum(STATE, State.WithoutLength, 1);
  }
  if ((is & Is.Fragment) !== 0) addWord(row, Word.Fragments, 1);
  if (isDoubled) {
    addWord(row, Word.Doubled, 1);
    addNum(STATE, State.Doubled, 1);
  }
  const facts = word(row, Word.Facts);
  if ((facts & (Fact.Seen << side)) === 0) {
    setWord(row, Word.Facts, facts | (Fact.Seen << side));
    setWord(row, Word.TunnelId + side, tunnelId);
  }
  if ((is & Is.Segment) !== 0) {
    if (countSegment(row, side, sec, nsec, at, end, ipBytes, payloadBytes, isDoubled)) {
      addWord(row, Word.SuperPackets, 1);
      addNum(STATE, State.SuperPackets, 1);
    }
  }
  touch(number, row, now, facts);
}

/** A packet of the connection has come, before which `facts` were known of it. */
function touch(number: i32, row: usize, now: f64, facts: i32): void {
  setNum(row, Num.LastFlow, now);
  if (word(row, Word.Facts) === facts && word(row, Word.Listed) === tickOf(now)) return;
  removeRow(number);
  appendRow(number, now);
}

/** Whether the connection's last packet came so lately that a mirror port may have doubled it. */
function isSoon(row: usize, sec: f64, nsec: i32): bool {
  const seconds = sec - num(row, Num.LastSec) + <f64> (nsec - word(row, Word.LastNsec)) / 1e9;
  return abs<f64>(seconds) <= MAX_DOUBLED_SECONDS;
}

/** The packet may be earlier than those before it. */
function stretch(row: usize, sec: f64, nsec: i32): void {
  if (isAfter(sec, nsec, num(row, Num.LastSec), word(row, Word.LastNsec))) {
    setNum(row, Num.LastSec, sec);
    setWord(row, Word.LastNsec, nsec);
    return;
  }
  if (isAfter(num(row, Num.PartSec), word(row, Word.PartNsec), sec, nsec)) {
    setNum(row, Num.PartSec, sec);
    setWord(row, Word.PartNsec, nsec);
  }
  if (isAfter(num(row, Num.StartSec), word(row, Word.StartNsec), sec, nsec)) {
    setNum(row, Num.StartSec, sec);
    setWord(row, Word.StartNsec, nsec);
  }
}

function isAfter(sec: f64, nsec: i32, otherSec: f64, otherNsec: i32): bool {
  return sec > otherSec || (sec === otherSec && nsec > otherNsec);
}

/**
 * A number that packets of one direction have in common only if they are the same: of TCP and UDP with
 * an identification of IPv4, or with payload. 0 for all others.
 */
function printOf(id: i32, ipBytes: f64, payloadBytes: f64, at: usize, end: usize): i32 {
  if (id === 0 && payloadBytes === 0) return 0;
  let print: u32 = (<u32> id ^ (<u32> <i64> ipBytes << 16)) * 0x9e3779b1;
  print = (print ^ (print >>> 15) ^ bits32At(at + 4)) * 0x85ebca6b;
  if (at + TCP_BYTES <= end) {
    print = (print ^ (print >>> 13) ^ bits32At(at + 8)) * 0xc2b2ae35;
    print = (print ^ (print >>> 15) ^ bits32At(at + 16)) * 0x9e3779b1;
  }
  return print | 1;
}
