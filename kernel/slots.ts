/**
 * The slots: framed records of one type each, one behind the other, and of each a note where it begins,
 * which record before is like it, and where both are alike again behind what differs.
 */
import { putUvarint } from "./fields.ts";
import { HASHES } from "./flow_hash.ts";
import { flowOf, NO_FLOW } from "./flows.ts";
import { SLOT_BYTES, SLOTS } from "./memory.ts";

/** By place in `COMPACT_TYPES` (`lib/gather/compact/record_types.ts`). */
export const enum SlotOf {
  Ethernet = 0,
  Dot1Q = 1,
  IPv4 = 2,
  IPv6 = 3,
  TCP = 4,
  UDP = 5,
  ICMPv4 = 6,
  ICMPv6 = 7,
}

const SLOT_COUNT: i32 = 8;
/** Two tags of each packet; of all other types a row has one record at most. */
const MAX_RECORDS: usize = 8192;
/** How far back a repetition may be (RFC 1951, section 2). */
export const WINDOW: usize = 32768;
/**
 * No record of a packet is longer: most of it would be TCP's options, each byte one of them and 7 bytes
 * here. Two tags are shorter by far.
 */
export const MAX_RECORD_BYTES: usize = 512;

@unmanaged
export class Slot {
  /** Where the next record comes. */
  at: usize = 0;
  /** How many there are. */
  count: i32 = 0;
}

@unmanaged
export class Note {
  at: usize = 0;
  /** Number of the record that is like this one, from 1; 0: that before it. */
  like: u32 = 0;
  /** Bytes from the record's beginning, a byte each, ascending, the first in the lowest; 0 ends them. */
  anchors: u64 = 0;
}

/** What a note has that knows no more: behind the length, the tag and the four lower bytes of the time. */
export const TIME_ANCHOR: u64 = 6;

const MAX_ANCHOR: u32 = 255;
const NOTES_BYTES: usize = MAX_RECORDS * 16;
const TABLE: usize = memory.data(8 * 8, 8);
/** By slot and hash of addresses: number of the last record with such ones (u32). */
const LAST: usize = memory.data(8 * 4096 * 4, 16);
/** The flow of the packet at hand. */
let flowNumber: i32 = NO_FLOW;

/** Forgets all records. */
export function clearSlots(): void {
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    slotOf(slot).at = recordsOf(slot);
    slotOf(slot).count = 0;
  }
  memory.fill(LAST, 0, SLOT_COUNT * HASHES * 4);
}

export function slotOf(slot: SlotOf): Slot {
  return changetype<Slot>(TABLE + (<usize> slot << 3));
}

/** The note on a record, by its number from 0. */
export function noteOf(slot: SlotOf, number: i32): Note {
  return changetype<Note>(SLOTS + <usize> slot * SLOT_BYTES + (<usize> number << 4));
}

/** Where the records of a slot begin. */
export function recordsOf(slot: SlotOf): usize {
  return SLOTS + <usize> slot * SLOT_BYTES + NOTES_BYTES;
}

/** The records that come are those of a packet of that flow, or of none. */
export function setFlow(number: i32): void {
  flowNumber = number;
}

/** Where the next record of that slot is to be written, which takes at most so many bytes. */
export function room(slot: SlotOf, bytes: usize = MAX_RECORD_BYTES): usize {
  const at = slotOf(slot).at;
  // No batch can do this: see `SLOT_BYTES`.
  if (at + bytes > SLOTS + (<usize> slot + 1) * SLOT_BYTES) unreachable();
  return at;
}

/** In its place among a record's anchors: that it is at `at`. */
export function anchor(place: u64, start: usize, at: usize): u64 {
  return <u64> min<usize>(at - start, MAX_ANCHOR) << (place << 3);
}

/** Puts the length in front of the record at `start`, for which one byte has been left, and takes note of it. */
export function finish(slot: SlotOf, start: usize, end: usize, anchors: u64): void {
  const length = <u32> (end - start - 1);
  if (length < 0x80) {
    store<u8>(start, <u8> length);
    commit(slot, end, anchors);
    return;
  }
  memory.copy(start + 2, start + 1, length);
  putUvarint(start, length);
  // Each is one further now; where that is more than a byte holds, it is a hint that leads nowhere.
  commit(slot, end + 1, length < MAX_ANCHOR ? oneFurther(anchors) : anchors);
}

function oneFurther(anchors: u64): u64 {
  let ones: u64 = 0;
  for (let place: u64 = 0; anchors >> place !== 0; place += 8) ones |= <u64> 1 << place;
  return anchors + ones;
}

/** Takes note that the next record ends at `end`. */
export function commit(slot: SlotOf, end: usize, anchors: u64): void {
  const each = slotOf(slot);
  const note = noteOf(slot, each.count++);
  note.at = each.at;
  note.anchors = anchors;
  note.like = flowNumber === NO_FLOW ? 0 : likeOf(slot, each.at, each.count);
  each.at = end;
}

/** The flow's last record of that slot, or where that is far another one with its addresses. */
function likeOf(slot: SlotOf, at: usize, number: u32): u32 {
  const flow = flowOf(flowNumber);
  const hash = slot <= SlotOf.Dot1Q ? flow.linkHash : flow.addressHash;
  const lastAt = LAST + ((<usize> slot * HASHES + hash) << 2);
  const nearest = load<u32>(lastAt);
  store<u32>(lastAt, number);
  if (slot <= SlotOf.Dot1Q) return nearest;
  const isIp = slot <= SlotOf.IPv6;
  const own = isIp ? flow.lastIp : flow.lastTransport;
  if (isIp) flow.lastIp = number;
  else flow.lastTransport = number;
  return own > 0 && at - noteOf(slot, own - 1).at <= WINDOW ? own : nearest;
}
