/** Link state advertisements: their header (RFC 2328, A.4.1; RFC 5340, A.4.2) and lists of them. */
import { u16, u32 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { LSA, LSAheader } from "../../../proto/gen/netcap_pb.ts";
import { LSAheaderSchema, LSASchema } from "../../../proto/netcap_tags.ts";
import { isWholeLsaV2, writeLsaV2 } from "./ospfv2_lsa.ts";
import { isWholeLsaV3, writeLsaV3 } from "./ospfv3_lsa.ts";

export const OSPF_V2 = 2;
export const OSPF_V3 = 3;
export type OspfVersion = typeof OSPF_V2 | typeof OSPF_V3;

export const LSA_HEADER_BYTES = 20;

const TAG = tagsOf(LSASchema);
const HEADER_TAG = tagsOf(LSAheaderSchema);

/**
 * Where the last whole advertisement ends in `bytes[at, end)`, which is a count (4 bytes) and as many of
 * them, but for those that the capture has cut; -1 if it is not. One without content is whole.
 */
export function endOfLsas(
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  end: number,
  isCut: boolean,
): number {
  let count = u32(bytes, at);
  for (at += 4; count > 0 && at + LSA_HEADER_BYTES <= end; count--) {
    const contentAt = at + LSA_HEADER_BYTES;
    const lsaEnd = at + u16(bytes, at + 18);
    if (lsaEnd < contentAt) return -1;
    if (lsaEnd > end) break;
    if (lsaEnd > contentAt && !isWholeLsa(version, bytes, at, contentAt, lsaEnd)) return -1;
    at = lsaEnd;
  }
  return count > 0 && !isCut ? -1 : at;
}

function isWholeLsa(
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  contentAt: number,
  end: number,
): boolean {
  return version === OSPF_V2
    ? isWholeLsaV2(bytes[at + 3]!, bytes, contentAt, end)
    : isWholeLsaV3(u16(bytes, at + 2), bytes, contentAt, end);
}

/** Writes the advertisements that fill `bytes[at, end)`. */
export function writeLsas(
  out: WireWriter,
  tag: Tag<LSA>,
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  while (at < end) {
    const contentAt = at + LSA_HEADER_BYTES;
    const lsaEnd = at + u16(bytes, at + 18);
    const lsa = out.open(tag);
    writeLsaHeaders(out, TAG.Header, version, bytes, at, contentAt);
    if (lsaEnd > contentAt) writeContent(out, version, bytes, at, contentAt, lsaEnd);
    out.close(lsa);
    at = lsaEnd;
  }
}

function writeContent(
  out: WireWriter,
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  contentAt: number,
  end: number,
): void {
  if (version === OSPF_V2) writeLsaV2(out, TAG, bytes[at + 3]!, bytes, contentAt);
  else writeLsaV3(out, TAG, u16(bytes, at + 2), bytes, contentAt, end);
}

/** Writes the headers that fill `bytes[at, end)`. Version 3 has 16 bits of type and no options there. */
export function writeLsaHeaders(
  out: WireWriter,
  tag: Tag<LSAheader>,
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  for (; at < end; at += LSA_HEADER_BYTES) {
    const header = out.open(tag);
    out.uint32(HEADER_TAG.LSAge, u16(bytes, at));
    out.uint32(HEADER_TAG.LSType, version === OSPF_V2 ? bytes[at + 3]! : u16(bytes, at + 2));
    out.uint32Of(HEADER_TAG.LinkStateID, bytes, at + 4);
    out.uint32Of(HEADER_TAG.AdvRouter, bytes, at + 8);
    out.uint32Of(HEADER_TAG.LSSeqNumber, bytes, at + 12);
    out.uint32(HEADER_TAG.LSChecksum, u16(bytes, at + 16));
    out.uint32(HEADER_TAG.Length, u16(bytes, at + 18));
    if (version === OSPF_V2) out.uint32(HEADER_TAG.LSOptions, bytes[at + 2]!);
    out.close(header);
  }
}
