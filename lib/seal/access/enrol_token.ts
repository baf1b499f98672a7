/**
 * The text that lets one sensor enrol, once: `farcap-1-` and, in base64url without padding (RFC 4648,
 * section 5), `collector's public key 32 ‖ id 16 ‖ secret 32 ‖ address HOST:PORT ‖ check 4`, the check
 * being the beginning of the SHA-256 of all before it.
 */
import { timingSafeEqual } from "node:crypto";
import { concat, equalBytes } from "../../base/bytes/bytes.ts";
import { digestOf } from "../../pack/digest.ts";
import { KEY_BYTES } from "../key.ts";

/** Length of what tells tokens apart. */
export const TOKEN_ID_BYTES = 16;
/** Length of what nobody can guess. */
export const TOKEN_SECRET_BYTES = 32;

/** What a token holds. */
export interface EnrolToken {
  readonly collectorKey: Uint8Array;
  readonly id: Uint8Array;
  /** Nobody else may know it; the collector keeps only its hash. */
  readonly secret: Uint8Array;
  /** Where the collector listens, `HOST:PORT` of datagrams. */
  readonly address: string;
}

const PREFIX = "farcap-1-";
const ID_AT = KEY_BYTES;
const SECRET_AT = ID_AT + TOKEN_ID_BYTES;
const ADDRESS_AT = SECRET_AT + TOKEN_SECRET_BYTES;
const CHECK_BYTES = 4;

/** The text of a token. */
export function formatToken({ collectorKey, id, secret, address }: EnrolToken): string {
  const content = concat([collectorKey, id, secret, new TextEncoder().encode(address)]);
  const bytes = concat([content, checkOf(content)]);
  const text = btoa(String.fromCharCode(...bytes));
  return PREFIX + text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The token of a text, blanks around it allowed; undefined where it is none, or is mistyped or cut. */
export function parseToken(text: string): EnrolToken | undefined {
  const [, digits] = /^\s*farcap-1-([A-Za-z0-9_-]+)\s*$/.exec(text) ?? [];
  if (digits === undefined || digits.length % 4 === 1) return undefined;
  const binary = atob(digits.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const addressEnd = bytes.length - CHECK_BYTES;
  if (addressEnd <= ADDRESS_AT) return undefined;
  if (!equalBytes(bytes.subarray(addressEnd), checkOf(bytes.subarray(0, addressEnd)))) {
    return undefined;
  }
  return {
    collectorKey: bytes.slice(0, ID_AT),
    id: bytes.slice(ID_AT, SECRET_AT),
    secret: bytes.slice(SECRET_AT, ADDRESS_AT),
    address: new TextDecoder().decode(bytes.subarray(ADDRESS_AT, addressEnd)),
  };
}

/** What a collector keeps of a secret: its SHA-256. */
export async function hashOfSecret(secret: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", secret as BufferSource));
}

/** Whether two hashes are the same; it takes as long whichever byte differs. */
export function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function checkOf(content: Uint8Array): Uint8Array {
  return digestOf(content).subarray(0, CHECK_BYTES);
}
