/**
 * The kernel's memory: what tables need is put at its beginning by the compiler, behind that are these
 * parts. No more is ever asked for; what nobody has written to takes no memory of the machine.
 */

/** The unpacked batch; at most {@linkcode DATA_BYTES}. */
export const DATA: usize = 3 << 20;
/** The most that a collector unpacks (`lib/verify/check_session_batch.ts`). */
export const DATA_BYTES: usize = 2 << 20;
/** The slots, one behind the other. */
export const SLOTS: usize = 6 << 20;
/**
 * Notes on the records of a slot, and the records: those of 4,096 packets with all options that TCP
 * has room for, and whole ones, which are a part of the batch.
 */
export const SLOT_BYTES: usize = 5 << 20;
/** What is packed: no more than 9 bits a byte, of records that are never that many. */
export const PACKED: usize = SLOTS + 8 * SLOT_BYTES;
export const PACKED_BYTES: usize = 6 << 20;
