/**
 * The original's datagram: `sender's public key 32 ‖ nonce 24 ‖ box`, one batch each. Fire and
 * forget: there is no answer, no sequence number and no version.
 */
import { concat } from "../../base/bytes/bytes.ts";
import { BOX_OVERHEAD_BYTES, NONCE_BYTES } from "../../seal/box.ts";
import { KEY_BYTES } from "../../seal/key.ts";

/** What a datagram adds to the content of its box. */
export const DATAGRAM_OVERHEAD_BYTES = KEY_BYTES + NONCE_BYTES + BOX_OVERHEAD_BYTES;

/** The parts of a datagram, as views into it. */
export interface Datagram {
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly box: Uint8Array;
}

/** The datagram's bytes, in a new array. */
export function encodeDatagram({ publicKey, nonce, box }: Datagram): Uint8Array<ArrayBuffer> {
  return concat([publicKey, nonce, box]);
}

/** The datagram's parts; undefined when it is too short to hold a box. */
export function parseDatagram(bytes: Uint8Array): Datagram | undefined {
  if (bytes.length < DATAGRAM_OVERHEAD_BYTES) return undefined;
  const boxAt = KEY_BYTES + NONCE_BYTES;
  return {
    publicKey: bytes.subarray(0, KEY_BYTES),
    nonce: bytes.subarray(KEY_BYTES, boxAt),
    box: bytes.subarray(boxAt),
  };
}
