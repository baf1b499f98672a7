import { writeMacText } from "../../base/text/address_text.ts";
import { textOf } from "../read/field_kind.ts";

/** Of the address of a device. */
export const MAC_BYTES = 6;

/** `00:00:5e:10:00:01` of these bytes. */
export function macText(bytes: Uint8Array): string {
  const text = new Uint8Array(3 * bytes.length);
  return textOf(text.subarray(0, writeMacText(text, 0, bytes, 0, bytes.length)));
}
