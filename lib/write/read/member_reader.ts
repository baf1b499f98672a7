import { constants, crc32, inflateRawSync } from "node:zlib";
import { u32le } from "../../base/bytes/bytes.ts";
import {
  MAX_MEMBER_RECORDS_BYTES,
  MEMBER_TRAILER_BYTES,
  type MemberHeader,
  parseMemberHeader,
  unpackMember,
} from "../../pack/member.ts";
import { gzipHeaderEnd } from "../files/gzip_header.ts";
import { Inflater } from "./inflater.ts";

/** What became of some bytes of a gzip file. */
export interface Unpacked {
  /** Bytes used; 0 when more must be there at once. */
  readonly used: number;
  readonly pieces: readonly Uint8Array[];
  /** Whether the pieces are all that a member of ours holds: whole records. */
  readonly isWhole?: boolean;
  /** What is wrong with the member at hand. */
  readonly problem?: string;
  /** Whether no member behind it can be found. */
  readonly isFatal?: boolean;
}

const NOTHING: Unpacked = { used: 0, pieces: [] };
/** Longer members of ours, should there be any, are unpacked bit by bit, as foreign ones are. */
const MAX_MEMBER_BYTES = 2 * MAX_MEMBER_RECORDS_BYTES;

/**
 * Unpacks a file of gzip members (RFC 1952) as its bytes come. A member of ours is unpacked when it
 * is whole and only if it is not damaged; it says how long it is, so that the ones behind a damaged
 * one are found. Others are unpacked as they come.
 */
export class MemberReader {
  /** The running foreign member. */
  #inflater: Inflater | undefined;
  #isAtTrailer = false;
  #crc = 0;
  #size = 0;

  /** Whether the bytes used so far end between two members. */
  get isBetween(): boolean {
    return this.#inflater === undefined;
  }

  /**
   * Uses the first of `bytes`.
   *
   * @param isWanted Whether to unpack a member of ours; others are hopped over.
   */
  async unpack(
    bytes: Uint8Array,
    isWanted: (member: MemberHeader) => boolean,
  ): Promise<Unpacked> {
    if (this.#inflater === undefined) return this.#begin(bytes, isWanted);
    return this.#isAtTrailer ? this.#finish(bytes) : await this.#inflate(this.#inflater, bytes);
  }

  #begin(bytes: Uint8Array, isWanted: (member: MemberHeader) => boolean): Unpacked {
    const header = parseMemberHeader(bytes, 0);
    if (typeof header !== "string" && header.length <= MAX_MEMBER_BYTES) {
      const used = header.length;
      if (bytes.length < used) return NOTHING;
      if (!isWanted(header)) return { used, pieces: [] };
      const records = unpackMember(bytes.subarray(0, used), header);
      return records === "damaged"
        ? { used, pieces: [], isWhole: true, problem: "it does not hold what was written" }
        : { used, pieces: [records], isWhole: true };
    }
    const end = gzipHeaderEnd(bytes);
    if (end === "cut") return NOTHING;
    if (typeof end !== "number") return { ...NOTHING, ...end, isFatal: true };
    this.#inflater = new Inflater();
    this.#isAtTrailer = false;
    this.#crc = 0;
    this.#size = 0;
    const problem = header === "damaged" ? "what it says of itself is wrong" : undefined;
    return { used: end, pieces: [], problem };
  }

  async #inflate(inflater: Inflater, bytes: Uint8Array): Promise<Unpacked> {
    const { pieces, used, isEnd, problem } = await inflater.inflate(bytes);
    for (const piece of pieces) {
      this.#crc = crc32(piece, this.#crc);
      this.#size = (this.#size + piece.length) >>> 0;
    }
    this.#isAtTrailer = isEnd;
    if (problem !== undefined) {
      return { used, pieces, problem: `its compressed data is broken (${problem})`, isFatal: true };
    }
    if (used > 0 || !isEnd) return { used, pieces };
    return this.#finish(bytes); // the data ended where the bytes before these did
  }

  #finish(bytes: Uint8Array): Unpacked {
    if (bytes.length < MEMBER_TRAILER_BYTES) return NOTHING;
    this.close();
    const isRight = u32le(bytes, 0) === this.#crc && u32le(bytes, 4) === this.#size;
    const problem = isRight ? undefined : "its checksum or length does not match";
    return { used: MEMBER_TRAILER_BYTES, pieces: [], problem };
  }

  /**
   * What can be had of a member of ours that is cut at the end of the file, without its checksum:
   * `bytes` are those that unpack() could not use.
   */
  salvage(bytes: Uint8Array): Uint8Array | undefined {
    const header = this.isBetween ? parseMemberHeader(bytes, 0) : "foreign";
    if (typeof header === "string") return undefined;
    try {
      return inflateRawSync(bytes.subarray(header.headerBytes), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: MAX_MEMBER_RECORDS_BYTES,
      });
    } catch {
      return undefined; // node:zlib says by exception what is broken
    }
  }

  /** Frees the decompressor. */
  close(): void {
    this.#inflater?.close();
    this.#inflater = undefined;
  }
}
