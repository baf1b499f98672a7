/**
 * Packs a slot as one raw deflate stream (RFC 1951). Repetitions are not looked for at every byte, as zlib
 * does: a record's note tells which one before is like it, and where. Only what is between is searched,
 * if it is long.
 */
import { beginStream, endStream, MAX_REPETITION, step, steppedTo } from "./block.ts";
import { Note, noteOf, recordsOf, slotOf, TIME_ANCHOR, WINDOW } from "./slots.ts";

/** Three bytes and less are mostly shorter as they are. */
const MIN_REPETITION: usize = 4;
/** What is longer and like nothing is searched. */
const SHORT: usize = 7;
/** By the hash of 4 bytes: where such ones were that were searched (u32). */
const HEADS: usize = memory.data(4096 * 4, 16);
const HEAD_SHIFT: u32 = 20;
const HEADS_BYTES: usize = 4096 * 4;

/** Where the slot begins and ends. */
let begin: usize = 0;
let end: usize = 0;

/** Packs the records of a slot at `PACKED`; returns how many bytes that is. */
export function packSlot(slot: i32): usize {
  begin = recordsOf(slot);
  end = slotOf(slot).at;
  memory.fill(HEADS, 0, HEADS_BYTES);
  beginStream(begin);
  for (let number = 1; number < slotOf(slot).count; number++) {
    const note = noteOf(slot, number);
    const before = noteOf(slot, number - 1);
    const like = note.like > 0 ? noteOf(slot, note.like - 1) : before;
    packRecord(note, note.at - like.at <= WINDOW ? like : before);
  }
  return endStream(end);
}

/** Adds what the record repeats of the other one. */
function packRecord(note: Note, like: Note): void {
  const isKnown = note.anchors !== 0 && like.anchors !== 0;
  let anchors = isKnown ? note.anchors : TIME_ANCHOR;
  let others = isKnown ? like.anchors : TIME_ANCHOR;
  while (anchors !== 0) {
    repeatAt(note.at + <usize> (anchors & 0xff), like.at + <usize> (others & 0xff));
    anchors >>= 8;
    others >>= 8;
  }
}

/** Repeats what is at `b`, if the same is at `a`, or a byte further at both. */
function repeatAt(a: usize, b: usize): void {
  const from = steppedTo();
  if (a < from || a >= end) return;
  const distance = a - b;
  if (distance > WINDOW) return;
  let bytes = sameBytes(a, b);
  if (bytes === 0) {
    a++;
    b++;
    bytes = sameBytes(a, b);
  }
  const room = min<usize>(min<usize>(a - from, b - begin), MAX_REPETITION - bytes);
  const more = sameBefore(a, b, room);
  a -= more;
  bytes += more;
  if (bytes < MIN_REPETITION) return;
  if (a > from + SHORT) {
    search(from, a);
    // What was found may go on into this one.
    const searched = steppedTo();
    if (searched > a) {
      const less = searched - a;
      if (bytes < less + MIN_REPETITION) return;
      a = searched;
      bytes -= less;
    }
  }
  step(a, bytes, distance);
}

/** Looks for repetitions in `[from, to)`. */
function search(from: usize, to: usize): void {
  let a = from;
  while (a + MIN_REPETITION <= to) {
    const hash = load<u32>(a) * 0x9e3779b1;
    const headAt = HEADS + (<usize> (hash >> HEAD_SHIFT) << 2);
    const b = <usize> load<u32>(headAt);
    store<u32>(headAt, <u32> a);
    if (b >= begin && a - b <= WINDOW && load<u32>(a) === load<u32>(b)) {
      const bytes = sameBytes(a, b);
      step(a, bytes, a - b);
      a += bytes;
    } else {
      a++;
    }
  }
}

/** How many bytes are the same at `a` and `b`, of those up to the end and of the longest repetition. */
function sameBytes(a: usize, b: usize): usize {
  const most = min<usize>(end - a, MAX_REPETITION);
  let bytes: usize = 0;
  while (bytes < most) {
    const differ = load<u64>(a + bytes) ^ load<u64>(b + bytes);
    if (differ !== 0) return min<usize>(bytes + <usize> (ctz<u64>(differ) >> 3), most);
    bytes += 8;
  }
  return most;
}

/** How many bytes, `most` at most, are the same in front of `a` and `b`. */
function sameBefore(a: usize, b: usize, most: usize): usize {
  let bytes: usize = 0;
  while (bytes < most) {
    const differ = load<u64>(a - bytes - 8) ^ load<u64>(b - bytes - 8);
    if (differ !== 0) return min<usize>(bytes + <usize> (clz<u64>(differ) >> 3), most);
    bytes += 8;
  }
  return most;
}
