import { Buffer } from "node:buffer";

/**
 * `bytes[at, end)` as text, each byte the character of its number: ISO 8859-1. That is not what
 * `TextDecoder` calls latin1, which makes other characters of 0x80 to 0x9f (WHATWG, Encoding, section 4.2).
 *
 * ```ts
 * import { latin1 } from "./latin1.ts";
 *
 * if (latin1(Uint8Array.of(0x89, 0x50)) !== "\x89P") throw new Error("a character a byte");
 * ```
 */
export function latin1(bytes: Uint8Array, at = 0, end = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString("latin1");
}
