/**
 * The sensor's kernel: headers of packets go in, compact batches come out. `deno task kernel` compiles it to
 * `lib/gather/compact/writer_code.ts`, which `lib/gather/compact/writer.ts` loads.
 */
import { Place } from "./columns.ts";
import { makeShapes } from "./shapes.ts";
import { beginBatch, finishBatch, takePacket, writeRecord } from "./writer.ts";
import {
  FIRST,
  MEMORY_END,
  OUT,
  placeColumns,
  ROOM,
  ROOM_BYTES,
  written,
} from "./written_columns.ts";

/** Where the host puts a packet's first bytes. */
const PACKET: usize = memory.data(128, 16);

/** Makes the tables, and begins a batch; to be called once, before all else. */
export function start(): void {
  if (__heap_base > FIRST || memory.size() << 16 < <i32> MEMORY_END) unreachable();
  makeShapes();
  placeColumns();
  beginBatch();
}

/** Where the host puts the first 128 bytes of a packet that is not in the room. */
export function packetAt(): usize {
  return PACKET;
}
export function roomAt(): usize {
  return ROOM;
}
export function roomBytes(): usize {
  return ROOM_BYTES;
}

/**
 * Takes the packet whose first bytes are at `at`. Returns the number of the shape of its headers; -1 when they are none that
 * are coded.
 *
 * @param bytes How long it is.
 * @param link Its kind of link header, as `linkBytesOf` counts them.
 */
export function take(at: usize, bytes: i32, sec: f64, nsec: i32, link: i32): i32 {
  return takePacket(at, bytes, <i64> sec, nsec, link);
}

/** A whole record of that type; returns where the host puts its bytes. */
export function record(type: u32, bytes: usize): usize {
  return writeRecord(type, bytes);
}

/** How many bytes whole records take. */
export function recordBytes(): usize {
  return written(Place.Record).bytes;
}

/** Puts the batch together, from `batchAt` on; returns how long it is. */
export function finish(options: u32): usize {
  return finishBatch(options) - OUT;
}
export function batchAt(): usize {
  return OUT;
}
/** How many bytes at its end are checksums. */
export function sumBytes(): usize {
  return written(Place.Sums).bytes;
}

/** Begins the next batch. */
export function begin(): void {
  beginBatch();
}
