/**
 * The sensor's kernel: headers of packets go in, compact batches come out, and what conversations count is
 * counted. `deno task kernel` compiles it to `lib/follow/sensor_kernel_code.ts`, which
 * `lib/follow/sensor_kernel.ts` loads.
 */
import { Place } from "./columns.ts";
import { countPacket, followLast, linkLast, passTime, STATE } from "./follow.ts";
import { appendRow, ENDS, removeRow } from "./idle_lists.ts";
import { makeShapes } from "./shapes.ts";
import { beginBatch, finishBatch, learnNowhere, takePacket, writeRecord } from "./writer.ts";
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
 * Takes the packet whose first bytes are at `at`. Returns the number of the shape of its headers, with 128 where nobody
 * decodes what is behind them; -1 when they are none that are coded.
 *
 * @param bytes How long it is.
 * @param link Its kind of link header, as `linkBytesOf` counts them.
 */
export function take(at: usize, bytes: i32, sec: f64, nsec: i32, link: i32): i32 {
  return takePacket(at, bytes, <i64> sec, nsec, link);
}

/** Nobody decodes what packets with the ports of the last one carry. */
export function leadsNowhere(): void {
  learnNowhere();
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

/** Where rows of connections begin: behind all else, where the host has asked for more memory. */
export function tableAt(): usize {
  return MEMORY_END;
}
/** What both sides know of the connections: numbers, and the ends of their lists. */
export function stateAt(): usize {
  return STATE;
}
export function listsAt(): usize {
  return ENDS;
}

/** A packet of that time has come: flow time goes on, unless it is a steady clock's. */
export function packetTime(sec: f64, nsec: i32): void {
  passTime(sec, nsec);
}

/** Puts a row at the end of the list that it belongs in, and takes it out of there. */
export function link(row: i32, now: f64): void {
  appendRow(row, now);
}
export function unlink(row: i32): void {
  removeRow(row);
}

/** The packet that was last taken is one of that connection's; so are others of its flow. */
export function linkTaken(row: i32, side: i32): void {
  linkLast(row, side);
}

/**
 * Counts the packet whose headers were last taken, of TCP or UDP, to the connection of its flow. -1 where
 * the host has to: nothing has happened then, but that time has passed.
 *
 * @param wireBytes How long it was on the wire.
 * @param mayBeRead Whether the host may have it read, if readers want what it carries.
 * @returns The row, and bits of `Followed`.
 */
export function followTaken(wireBytes: f64, mayBeRead: bool): i32 {
  return followLast(wireBytes, mayBeRead);
}

/**
 * Counts a packet to a connection.
 *
 * @param side 0 from the client, 1 from the server.
 * @param is Bits that say what it is.
 * @param id The identification of IPv4, else 0.
 * @param at Where its first 60 bytes behind the IP header are, as far as there are so many up to `end`.
 */
export function count(
  row: i32,
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
  countPacket(row, side, sec, nsec, wireBytes, ipBytes, payloadBytes, is, id, tunnelId, at, end);
}
