import { u32le } from "../base/bytes/bytes.ts";
import { MEMBER_HEADER_BYTES, MEMBER_VERSION, MIN_MEMBER_BYTES } from "./member.ts";

/** The first bytes of a member, as a little-endian number. */
const MAGIC = 0x04088b1f;
const VERSION_AT = 16;
const LENGTH_AT = 20;
const SESSION_AT = 24;
const SEQUENCE_AT = 32;

/**
 * What is read of a member's header to decide whether it has to be parsed: unchecked, and without a new
 * object for each.
 */
export class MemberGlance {
  /** Of the whole member. */
  length = 0;
  session = 0n;
  /** As a number: larger than 2^53 it is not exact. */
  sequence = 0;
  #low = 0;
  #high = 0;

  /** Looks at the header that begins at `at`; false when it does not look like a whole one. */
  read(bytes: Uint8Array, at: number): boolean {
    if (bytes.length - at < MEMBER_HEADER_BYTES || u32le(bytes, at) !== MAGIC) return false;
    this.length = u32le(bytes, at + LENGTH_AT);
    if (bytes[at + VERSION_AT] !== MEMBER_VERSION || this.length < MIN_MEMBER_BYTES) return false;
    const low = u32le(bytes, at + SESSION_AT);
    const high = u32le(bytes, at + SESSION_AT + 4);
    if (low !== this.#low || high !== this.#high) {
      this.session = (BigInt(high) << 32n) | BigInt(low);
      this.#low = low;
      this.#high = high;
    }
    this.sequence = u32le(bytes, at + SEQUENCE_AT) + u32le(bytes, at + SEQUENCE_AT + 4) * 2 ** 32;
    return true;
  }
}
