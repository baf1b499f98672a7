/** The columns of a compact batch that is written, each in a part of memory of its own. */
import { COLUMNS, Place } from "./columns.ts";

/** Behind the tables. */
export const FIRST: usize = 3 << 20;
/** Of most: 4,096 numbers of 64 bits have 40 KiB. */
const COLUMN_BYTES: usize = 64 << 10;
/** Of `rest` and `flow`: 4,096 times 61 bytes, and 65. */
const LONG_BYTES: usize = 512 << 10;
/** Of whole records: `CompactBatches` closes a batch at 256 KiB of them, and one alone has 1 MiB at most. */
const RECORD_BYTES: usize = 2 << 20;
/** Where the batch is put together. */
export const OUT: usize = FIRST + 16 * COLUMN_BYTES + 2 * LONG_BYTES + RECORD_BYTES;
/** Where the host may have packets, and how many bytes of them. */
export const ROOM: usize = OUT + OUT - FIRST;
export const ROOM_BYTES: usize = 256 << 10;
export const MEMORY_END: usize = ROOM + ROOM_BYTES;

@unmanaged
export class WrittenColumn {
  at: usize = 0;
  start: usize = 0;

  get bytes(): usize {
    return this.at - this.start;
  }

  byte(value: u32): void {
    const at = this.at;
    store<u8>(at, value);
    this.at = at + 1;
  }

  /** A number in LEB128. */
  unsigned(value: u64): void {
    let at = this.at;
    while (value > 0x7f) {
      store<u8>(at++, <u8> value | 0x80);
      value >>= 7;
    }
    store<u8>(at, <u8> value);
    this.at = at + 1;
  }

  /** A number of 32 bits with a sign, in zigzag. */
  signed(value: i32): void {
    this.unsigned(<u32> ((value << 1) ^ (value >> 31)));
  }

  /** A number of 52 bits and a sign, in zigzag. */
  wide(value: i64): void {
    this.unsigned((value << 1) ^ (value >> 63));
  }

  copy(from: usize, bytes: usize): void {
    memory.copy(this.at, from, bytes);
    this.at += bytes;
  }
}

const TABLE: usize = memory.data(16 * 8, 16);

/** The column at that place. */
export function written(place: Place): WrittenColumn {
  return changetype<WrittenColumn>(TABLE + (<usize> place << 3));
}

/** Gives each its part of the memory. */
export function placeColumns(): void {
  let at = FIRST;
  for (let place = 0; place <= Place.Sums; place++) {
    written(place).start = at;
    at += place === Place.Record
      ? RECORD_BYTES
      : place === Place.Rest || place === Place.Flow
      ? LONG_BYTES
      : COLUMN_BYTES;
  }
  written(Place.Head).start = OUT;
}

/** Empties all. */
export function emptyColumns(): void {
  for (let place = 0; place <= Place.Head; place++) written(place).at = written(place).start;
}

/** Whether there is room for whole records of that length. */
export function hasRecordRoom(bytes: usize): bool {
  return written(Place.Record).bytes + bytes <= RECORD_BYTES;
}

/** Puts the lengths of the columns, and these and the sums, behind the head; returns where that ends. */
export function joinColumns(): usize {
  const head = written(Place.Head);
  for (let place = 0; place < COLUMNS; place++) head.unsigned(written(place).bytes);
  for (let place = 0; place <= Place.Sums; place++) {
    const column = written(place);
    head.copy(column.start, column.bytes);
  }
  return head.at;
}
