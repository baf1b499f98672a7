import { u32le } from "../../base/bytes/bytes.ts";
import type { FileHeader } from "../../base/record/schema_types.ts";
import { parseMemberHeader } from "../../pack/member.ts";

const CRC_BYTES = 4;

/**
 * What tells a record file from the others of its client and type, whatever its name: when it was begun
 * (ns since 1970) and, where it is one of ours, the CRC-32 (hex) that the header of its second member
 * ends with, which names the batch in it.
 *
 * @param bytes The first ones of the file, at least the first 256 if it has so many.
 */
export function fileId({ Created }: FileHeader, bytes: Uint8Array): string {
  const first = parseMemberHeader(bytes, 0);
  const next = typeof first === "string" ? "foreign" : parseMemberHeader(bytes, first.length);
  if (typeof first === "string" || typeof next === "string") return String(Created);
  const crc = u32le(bytes, first.length + next.headerBytes - CRC_BYTES);
  return `${Created}-${crc.toString(16).padStart(8, "0")}`;
}

/** Whether that may be the same file: one that had no second member yet has only the time. */
export function isSameFile(one: string, other: string): boolean {
  if (one.includes("-") && other.includes("-")) return one === other;
  return one.split("-")[0] === other.split("-")[0];
}
