/**
 * pcapng (draft-ietf-opsawg-pcapng): a row of blocks, of which these are read and all others are
 * passed over. All numbers have the byte order that the section's header shows, and a block's total
 * length stands at both of its ends.
 *
 *     any block          type 4, total length 4, …, total length 4
 *     section header     …, byte-order magic 4, major 2, minor 2, section length 8, options
 *     interface          …, link type 2, reserved 2, snap length 4, options
 *     enhanced packet    …, interface 4, timestamp 8, captured 4, original 4, bytes, options
 *     packet (obsolete)  …, interface 2, drops 2, and then as enhanced
 *     simple packet      …, original 4, bytes
 */
import { u16, u16le, u32, u32le } from "../base/bytes/bytes.ts";
import { type CaptureCounts, createCaptureCounts } from "./capture_counts.ts";
import { explainUnsupported, isSupportedLinkType } from "./link_type.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { PushParser } from "./push_parser.ts";
import { TimestampReader } from "./timestamp_reader.ts";

/** The type of the block that begins a section and so a file; the same in both byte orders. */
export const SECTION_HEADER = 0x0a0d0d0a;
/** The longest block that is read; longer ones of types that are passed over are legal. */
export const MAX_BLOCK_BYTES = 16_777_216;
/** The most interfaces of a section; bounds the memory of a parser. */
export const MAX_INTERFACES = 65_536;

const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const MIN_BLOCK_BYTES = 12;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const END_OF_OPTIONS = 0;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const MICROSECONDS = 6;

/** An interface of the running section. */
interface Interface {
  /** Where it is described. */
  readonly offset: number;
  readonly linkType: number;
  readonly supported: boolean;
  /** Longest packet, 0 if it has no limit. */
  readonly snapLength: number;
  readonly time: TimestampReader;
}

/** Parses a pcapng file pushed in chunks; calls the handler for each packet, allocates for none. */
export class PcapngParser extends PushParser {
  readonly #handler: PacketHandler;
  readonly #counts: CaptureCounts;
  /** Link types whose packets were refused, with where the interface of the first was described. */
  readonly #refusedLinkTypes = new Map<number, number>();
  #inSection = false;
  #littleEndian = false;
  #interfaces: Interface[] = [];
  /** Total length of a block that was passed over but for its closing length; else 0. */
  #passedOver = 0;

  constructor(handler: PacketHandler, counts: CaptureCounts = createCaptureCounts()) {
    super();
    this.#handler = handler;
    this.#counts = counts;
    this.needed = MIN_BLOCK_BYTES;
  }

  /** As for every parser; packets refused because of their link type are a problem now. */
  override end(): void {
    super.end();
    const [first] = this.#refusedLinkTypes;
    if (this.problem !== undefined || first === undefined) return;
    this.fail("link-type", first[1], explainUnsupported([...this.#refusedLinkTypes.keys()]));
  }

  protected override parse(bytes: Uint8Array, at: number, end: number): number {
    while (this.problem === undefined) {
      this.needed = this.#passedOver === 0 ? MIN_BLOCK_BYTES : 4;
      if (end - at < this.needed) break;
      if (this.#passedOver !== 0) {
        this.#checkClosingLength(bytes, at, this.#passedOver);
        this.#passedOver = 0;
        this.complete = true;
        at += 4;
        continue;
      }

      const type = this.#u32(bytes, at);
      if (type === SECTION_HEADER) this.#readByteOrder(bytes, at);
      const total = this.#u32(bytes, at + 4);
      if (!this.#isPlausible(at, type, total)) break;
      if (leastBytesOf(type) === 0) {
        this.#passedOver = total;
        this.complete = false;
        at += total - 4;
        continue;
      }

      this.needed = total;
      if (end - at < total) break;
      if (this.#checkClosingLength(bytes, at + total - 4, total)) {
        this.#parseBlock(bytes, at, type, total);
        at += total;
      }
    }
    return at;
  }

  #parseBlock(bytes: Uint8Array, at: number, type: number, total: number): void {
    switch (type) {
      case ENHANCED_PACKET:
        return this.#parsePacket(bytes, at, total, this.#u32(bytes, at + 8));
      case OBSOLETE_PACKET:
        return this.#parsePacket(bytes, at, total, this.#u16(bytes, at + 8));
      case SIMPLE_PACKET:
        return this.#parseSimplePacket(bytes, at, total);
      case INTERFACE:
        return this.#parseInterface(bytes, at, total);
      case SECTION_HEADER:
        return this.#parseSectionHeader(bytes, at);
    }
  }

  #parsePacket(bytes: Uint8Array, at: number, total: number, id: number): void {
    const from = this.#interfaceOfPacket(at, id);
    if (from === undefined) return;
    const captured = this.#u32(bytes, at + 20);
    if (!this.#fits(at, captured, total - 32)) return;
    if (!from.time.read(bytes, at + 12, this.#littleEndian)) this.#counts.clampedTimes++;
    const { sec, nsec } = from.time;
    const originalLength = this.#u32(bytes, at + 24);
    this.#counts.delivered++;
    const end = at + 28 + captured;
    this.#handler.packet(bytes, at + 28, end, originalLength, sec, nsec, from.linkType);
  }

  /** A simple packet is of the section's first interface and has no time. */
  #parseSimplePacket(bytes: Uint8Array, at: number, total: number): void {
    const from = this.#interfaceOfPacket(at, 0);
    if (from === undefined) return;
    const originalLength = this.#u32(bytes, at + 8);
    const captured = Math.min(originalLength, from.snapLength || originalLength);
    if (!this.#fits(at, captured, total - 16)) return;
    this.#counts.delivered++;
    this.#handler.packet(bytes, at + 12, at + 12 + captured, originalLength, 0, 0, from.linkType);
  }

  /** The interface of a packet; undefined if there is none (a problem) or its packets are refused. */
  #interfaceOfPacket(at: number, id: number): Interface | undefined {
    const count = this.#interfaces.length;
    if (id >= count) {
      this.failBroken(at, "packet", `is of interface ${id}, but ${count} have been described`);
      return undefined;
    }
    const from = this.#interfaces[id]!;
    if (from.supported) return from;
    this.#counts.refused++;
    if (!this.#refusedLinkTypes.has(from.linkType)) {
      this.#refusedLinkTypes.set(from.linkType, from.offset);
    }
    return undefined;
  }

  #fits(at: number, captured: number, room: number): boolean {
    if (captured <= room) return true;
    this.failBroken(at, "packet", `has ${captured} captured bytes, its block room for ${room}`);
    return false;
  }

  #parseInterface(bytes: Uint8Array, at: number, total: number): void {
    if (this.#interfaces.length === MAX_INTERFACES) {
      return this.failBroken(at, "section", `has more than ${MAX_INTERFACES} interfaces`);
    }
    let resolution = MICROSECONDS;
    let offsetSec = 0;
    const end = at + total - 4;
    for (let option = at + 16; option + 4 <= end;) {
      const code = this.#u16(bytes, option);
      const length = this.#u16(bytes, option + 2);
      const value = option + 4;
      if (code === END_OF_OPTIONS) break;
      const isWhole = value + length <= end;
      if (isWhole && code === IF_TSRESOL && length === 1) {
        resolution = bytes[value]!;
      } else if (isWhole && code === IF_TSOFFSET && length === 8) {
        offsetSec = this.#i64(bytes, value);
      } else if (!isWhole || code === IF_TSRESOL || code === IF_TSOFFSET) {
        return this.failBroken(at, "interface", `has an option ${code} of ${length} bytes`);
      }
      option = value + Math.ceil(length / 4) * 4;
    }
    const linkType = this.#u16(bytes, at + 8);
    this.#interfaces.push({
      offset: this.offsetOf(at),
      linkType,
      supported: isSupportedLinkType(linkType),
      snapLength: this.#u32(bytes, at + 12),
      time: new TimestampReader(resolution, offsetSec),
    });
  }

  #parseSectionHeader(bytes: Uint8Array, at: number): void {
    const version = `${this.#u16(bytes, at + 12)}.${this.#u16(bytes, at + 14)}`;
    if (version !== "1.0" && version !== "1.2") { // 1.2 is to be read as 1.0
      return this.failBroken(at, "section", `is of pcapng version ${version}, not 1.0`);
    }
    this.#interfaces = [];
    this.complete = true;
  }

  #readByteOrder(bytes: Uint8Array, at: number): void {
    this.#littleEndian = u32le(bytes, at + 8) === BYTE_ORDER_MAGIC;
    this.#inSection = this.#littleEndian || u32(bytes, at + 8) === BYTE_ORDER_MAGIC;
  }

  #isPlausible(at: number, type: number, total: number): boolean {
    if (!this.#inSection) {
      this.failBroken(at, "block", "has no byte-order magic number of a pcapng section");
      return false;
    }
    const least = leastBytesOf(type) || MIN_BLOCK_BYTES;
    const most = leastBytesOf(type) === 0 ? 2 ** 32 - 4 : MAX_BLOCK_BYTES;
    if (total >= least && total <= most && total % 4 === 0) return true;
    const wanted = `a multiple of 4 from ${least} to ${most} is needed`;
    this.failBroken(at, "block", `of type ${type} has a length of ${total}; ${wanted}`);
    return false;
  }

  #checkClosingLength(bytes: Uint8Array, at: number, total: number): boolean {
    const closing = this.#u32(bytes, at);
    if (closing === total) return true;
    this.failBroken(
      at + 4 - total,
      "block",
      `has a length of ${total} and a closing one of ${closing}`,
    );
    return false;
  }

  #u16(bytes: Uint8Array, at: number): number {
    return this.#littleEndian ? u16le(bytes, at) : u16(bytes, at);
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#littleEndian ? u32le(bytes, at) : u32(bytes, at);
  }

  /** Unlike a timestamp, this is one number in the section's byte order; only to 2^53 it is exact. */
  #i64(bytes: Uint8Array, at: number): number {
    const [high, low] = this.#littleEndian ? [at + 4, at] : [at, at + 4];
    return (this.#u32(bytes, high) | 0) * 2 ** 32 + this.#u32(bytes, low);
  }
}

/** The shortest block of a type that is read; 0 for types that are passed over. */
function leastBytesOf(type: number): number {
  switch (type) {
    case SECTION_HEADER:
      return 28;
    case INTERFACE:
      return 20;
    case OBSOLETE_PACKET:
    case ENHANCED_PACKET:
      return 32;
    case SIMPLE_PACKET:
      return 16;
    default:
      return 0;
  }
}
