/** Whether bytes are a DNS message with its length in front. RFC 1035, sections 4.1 and 4.2.2. */
import { u16 } from "../../base/bytes/bytes.ts";

type Verdict =
  | { readonly kind: "more" | "none" }
  | { readonly kind: "known"; readonly application: "DNS"; readonly isClient: boolean };

const MORE: Verdict = { kind: "more" };
const NONE: Verdict = { kind: "none" };
const LENGTH_BYTES = 2;
const HEADER_BYTES = 12;
const NAME_AT = LENGTH_BYTES + HEADER_BYTES;
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
/** QUERY, NOTIFY, UPDATE, DSO. */
const OPCODES = [0, 4, 5, 6];
/** Internet, Chaos, none, any. */
const CLASSES = [1, 3, 254, 255];

/** @param isDnsPort Whether the header is enough: else there must be one whole question, too. */
export function looksLikeDns(bytes: Uint8Array, isDnsPort: boolean): Verdict {
  if (bytes.length < LENGTH_BYTES + HEADER_BYTES) {
    return bytes.length < LENGTH_BYTES || u16(bytes, 0) >= HEADER_BYTES ? MORE : NONE;
  }
  const length = u16(bytes, 0);
  const isResponse = bytes[4]! >= 0x80;
  const questions = u16(bytes, 6);
  if (length < HEADER_BYTES || !OPCODES.includes((bytes[4]! >> 3) & 0xf)) return NONE;
  if ((bytes[5]! & 0x40) !== 0 || questions > 1) return NONE;
  const found = { kind: "known", application: "DNS", isClient: !isResponse } as const;
  if (isDnsPort) return found;
  if (questions !== 1) return NONE;
  let at = NAME_AT;
  while (at < bytes.length && bytes[at] !== 0) {
    if (bytes[at]! > MAX_LABEL_BYTES) return NONE;
    at += 1 + bytes[at]!;
    if (at - NAME_AT > MAX_NAME_BYTES) return NONE;
  }
  const end = at + 5; // the root's label, type and class
  if (end > LENGTH_BYTES + length) return NONE;
  if (end > bytes.length) return MORE;
  return u16(bytes, at + 1) !== 0 && CLASSES.includes(u16(bytes, at + 3)) ? found : NONE;
}
