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
 * Notes on the records of a slot (128 KiB), and the records: a row adds 512 bytes at most (`slots.ts`), so
 * that 4,096 rows are 2 MiB; whole records are a part of the batch, another 2 MiB.
 */
export const SLOT_BYTES: usize = 5 << 20;
/**
 * What is packed: no code is longer than 15 bits, a repetition takes no more than its 4 bytes would, and
 * blocks of 128 KiB at least have less than 1 KiB of lengths.
 */
export const PACKED: usize = SLOTS + 8 * SLOT_BYTES;
export const MEMORY_END: usize = PACKED + (10 << 20);
