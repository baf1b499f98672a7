/**
 * pcap, the capture file of libpcap (draft-ietf-opsawg-pcap): a file header of 24 bytes, then per
 * packet a record header of 16 and the captured bytes. All numbers have the byte order that the
 * magic number at the start shows.
 *
 *     file    magic 4, major 2, minor 2, reserved 8, snap length 4, link type 4
 *     record  seconds 4, micro- or nanoseconds 4, captured length 4, original length 4
 *
 * Before version 2.4 the two lengths had no fixed order, see {@linkcode LENGTHS}.
 */
import { u16, u16le, u32, u32le } from "../base/bytes/bytes.ts";
import { type CaptureCounts, createCaptureCounts } from "./capture_counts.ts";
import { explainUnsupported, isSupportedLinkType } from "./link_type.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { PushParser } from "./push_parser.ts";

/** Magic number of a file with microseconds. */
export const PCAP_MAGIC = 0xa1b2c3d4;
/** Magic number of a file with nanoseconds. */
export const PCAP_NANOS_MAGIC = 0xa1b23c4d;
/** Magic number of Kuznetzov's variant: record headers have 8 more bytes, about the interface. */
export const PCAP_PATCHED_MAGIC = 0xa1b2cd34;

/**
 * The longest packet that is believed, unless the file's snap length is larger. A captured length
 * above the snap length alone is believed: some writers do not count what they add (libpcap's
 * MAXIMUM_SNAPLEN).
 */
export const MAX_CAPTURED_BYTES = 262_144;
/** The longest packet that is believed of any file; bounds the memory of a parser. */
export const MAX_SNAP_BYTES = 16_777_216;

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const PATCHED_RECORD_HEADER_BYTES = 24;

/**
 * The order of the two lengths by version, as libpcap and Wireshark read them: `captured` first,
 * `original` first, or `smaller`, which is the captured one wherever it stands. 543.0 are files of
 * DG/UX.
 */
const LENGTHS: Readonly<Record<string, "captured" | "original" | "smaller">> = {
  "2.0": "original",
  "2.1": "original",
  "2.2": "original",
  "2.3": "smaller",
  "2.4": "captured",
  "543.0": "original",
};

/** Parses a pcap file pushed in chunks; calls the handler for each packet, allocates for none. */
export class PcapParser extends PushParser {
  readonly #handler: PacketHandler;
  readonly #counts: CaptureCounts;
  #littleEndian = false;
  #nanosPerUnit = 1000;
  #recordHeaderBytes = RECORD_HEADER_BYTES;
  #maxCaptured = MAX_CAPTURED_BYTES;
  #linkType = 0;
  #lengths = LENGTHS["2.4"];

  constructor(handler: PacketHandler, counts: CaptureCounts = createCaptureCounts()) {
    super();
    this.#handler = handler;
    this.#counts = counts;
    this.needed = FILE_HEADER_BYTES;
  }

  protected override parse(bytes: Uint8Array, at: number, end: number): number {
    if (!this.complete) {
      if (end - at < FILE_HEADER_BYTES) return at;
      this.#parseFileHeader(bytes, at);
      if (this.problem !== undefined) return at;
      this.complete = true;
      at += FILE_HEADER_BYTES;
    }
    return this.#parseRecords(bytes, at, end);
  }

  #parseRecords(bytes: Uint8Array, at: number, end: number): number {
    const headerBytes = this.#recordHeaderBytes;
    while (end - at >= headerBytes) {
      const first = this.#u32(bytes, at + 8);
      const second = this.#u32(bytes, at + 12);
      const isSwapped = this.#lengths === "original" ||
        (this.#lengths === "smaller" && first > second);
      const captured = isSwapped ? second : first;
      if (captured > this.#maxCaptured) {
        const what = `has ${captured} captured bytes; at most ${this.#maxCaptured} are accepted`;
        this.failBroken(at, "packet", what);
        return at;
      }
      const dataAt = at + headerBytes;
      const next = dataAt + captured;
      if (next > end) {
        this.needed = headerBytes + captured;
        return at;
      }
      let sec = this.#u32(bytes, at);
      let nsec = this.#u32(bytes, at + 4) * this.#nanosPerUnit;
      if (nsec >= 1e9) { // a second or more in the fraction: not legal, but clear
        sec += Math.floor(nsec / 1e9);
        nsec %= 1e9;
      }
      const originalLength = isSwapped ? first : second;
      this.#counts.delivered++;
      this.#handler.packet(bytes, dataAt, next, originalLength, sec, nsec, this.#linkType);
      at = next;
    }
    this.needed = headerBytes;
    return at;
  }

  #parseFileHeader(bytes: Uint8Array, at: number): void {
    this.#littleEndian = bytes[at] !== 0xa1;
    const magic = this.#u32(bytes, at);
    if (magic !== PCAP_MAGIC && magic !== PCAP_NANOS_MAGIC && magic !== PCAP_PATCHED_MAGIC) {
      return this.failBroken(at, "header", `has the magic number ${magic.toString(16)}`);
    }
    if (magic === PCAP_NANOS_MAGIC) this.#nanosPerUnit = 1;
    if (magic === PCAP_PATCHED_MAGIC) this.#recordHeaderBytes = PATCHED_RECORD_HEADER_BYTES;

    const version = this.#version(bytes, at + 4);
    this.#lengths = LENGTHS[version];
    if (this.#lengths === undefined) {
      return this.failBroken(at, "header", `is of pcap version ${version}, not 2.0 to 2.4`);
    }
    const snapLength = this.#u32(bytes, at + 16);
    this.#maxCaptured = Math.max(MAX_CAPTURED_BYTES, Math.min(snapLength, MAX_SNAP_BYTES));

    // The upper half says how many check bytes end each frame; IP's own lengths leave them out.
    this.#linkType = this.#u32(bytes, at + 20) & 0xffff;
    if (!isSupportedLinkType(this.#linkType)) {
      this.fail("link-type", this.offsetOf(at + 20), explainUnsupported([this.#linkType]));
    }
  }

  #version(bytes: Uint8Array, at: number): string {
    const u16At = this.#littleEndian ? u16le : u16;
    return `${u16At(bytes, at)}.${u16At(bytes, at + 2)}`;
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#littleEndian ? u32le(bytes, at) : u32(bytes, at);
  }
}
