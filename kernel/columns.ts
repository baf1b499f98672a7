/**
 * The columns of a compact batch that is read: numbers as LEB128 (7 bits a byte, low ones first), signed ones
 * in zigzag (0, -1, 1, -2 … as 0, 1, 2, 3 …), and bytes as they are. Beyond the end of one there are zeros,
 * and `isOver` is set.
 */

/** In the order in which they are stored; then what is written and read in the same way. */
export const enum Place {
  /** Which flow, or that a record stands at this place: `Row`. */
  Row = 0,
  /** What differs from what the flow makes one expect: bits of `Change`. */
  Change = 1,
  /** Time since the packet before, signed. */
  Time = 2,
  /** Length field of the IP header. */
  Length = 3,
  /** Identification of IPv4, signed difference. */
  Id = 4,
  /** Flags of TCP. */
  Flags = 5,
  /** Sequence number of TCP, of an ICMP echo; signed difference. */
  Seq = 6,
  /** Acknowledgement number, signed difference. */
  Ack = 7,
  /** Window, signed difference. */
  Window = 8,
  /** TCP timestamps: value and echo, signed differences. */
  Stamp = 9,
  Echo = 10,
  /** What `change` announces. */
  Rest = 11,
  /** Keys of new flows. */
  Flow = 12,
  /** Whole records. */
  Record = 13,
  /** Checksums. */
  Sums = 14,
  /** What stands in front of the columns. */
  Head = 15,
}

/** How many columns there are. */
export const COLUMNS: i32 = 14;

/** The largest number that there is, 2^53 - 1. */
const MAX_NUMBER: u64 = 0x1fffffffffffff;
/** Where the last 7 bits of a number are. */
const LAST_SHIFT: u64 = 49;

/** Whether anything was read beyond its column's end, or was too large. */
export let isOver: bool = false;

/** Begins a batch. */
export function clearColumns(): void {
  isOver = false;
}

@unmanaged
export class Column {
  at: usize = 0;
  end: usize = 0;

  byte(): u32 {
    const at = this.at;
    if (at < this.end) {
      this.at = at + 1;
      return load<u8>(at);
    }
    isOver = true;
    return 0;
  }

  /** A number from 0 to 2^53 - 1, in LEB128. */
  unsigned(): u64 {
    const at = this.at;
    if (at < this.end) {
      const byte = <u32> load<u8>(at);
      if (byte < 0x80) {
        this.at = at + 1;
        return byte;
      }
    }
    return this.longUnsigned();
  }

  longUnsigned(): u64 {
    let value: u64 = 0;
    for (let shift: u64 = 0; shift <= LAST_SHIFT; shift += 7) {
      const byte = this.byte();
      value |= <u64> (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (value <= MAX_NUMBER) return value;
      break;
    }
    isOver = true;
    return 0;
  }

  /** A number of 32 bits with a sign, in zigzag. */
  signed(): i32 {
    const value = <u32> this.unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number of 52 bits and a sign, in zigzag. */
  wide(): i64 {
    const value = this.unsigned();
    return <i64> (value >> 1) ^ -(<i64> (value & 1));
  }

  /** Where the next `length` bytes begin; they are passed. */
  take(length: u64): usize {
    const at = this.at;
    if (length > <u64> (this.end - at)) {
      isOver = true;
      return at;
    }
    this.at = at + <usize> length;
    return at;
  }
}

const TABLE: usize = memory.data(16 * 8, 16);

/** The column at that place. */
export function column(place: Place): Column {
  return changetype<Column>(TABLE + (<usize> place << 3));
}
