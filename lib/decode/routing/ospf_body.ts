/**
 * The packets of OSPF behind their header, which are nearly the same in version 2 (RFC 2328,
 * appendix A.3) and version 3 (RFC 5340, appendix A.3).
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { DbDescPkg, LSAheader, LSReq, LSUpdate } from "../../../proto/gen/netcap_pb.ts";
import { DbDescPkgSchema, LSReqSchema, LSUpdateSchema } from "../../../proto/netcap_tags.ts";
import {
  endOfLsas,
  LSA_HEADER_BYTES,
  OSPF_V2,
  type OspfVersion,
  writeLsaHeaders,
  writeLsas,
} from "./ospf_lsa.ts";

export const HELLO = 1;
/** A hello without its neighbors, which are 4 bytes each. */
export const HELLO_BYTES = 20;
const DATABASE_DESCRIPTION = 2;
const LINK_STATE_REQUEST = 3;
const LINK_STATE_UPDATE = 4;
const LINK_STATE_ACKNOWLEDGMENT = 5;
const REQUEST_BYTES = 12;
const COUNT_BYTES = 4;

const DESCRIPTION_TAG = tagsOf(DbDescPkgSchema);
const REQUEST_TAG = tagsOf(LSReqSchema);
const UPDATE_TAG = tagsOf(LSUpdateSchema);

/** The tags of a record that holds one of these packets. */
export interface OspfBodyTags {
  readonly DbDesc: Tag<DbDescPkg>;
  readonly LSR: Tag<LSReq>;
  readonly LSU: Tag<LSUpdate>;
  readonly LSAs: Tag<LSAheader>;
}

/**
 * Where the parts of a packet's body in `bytes[at, end)` end that are whole: at `end`, if it is the body
 * of a packet of this type, as it always is of an unknown type; at `at` where what precedes the first
 * part is not whole; -1 if advertisements contradict their length or count.
 */
export function endOfOspfBody(
  version: OspfVersion,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  isCut: boolean,
): number {
  switch (type) {
    case HELLO:
      return endOfList(at, HELLO_BYTES, 4, end);
    case DATABASE_DESCRIPTION:
      return endOfList(at, descriptionBytes(version), LSA_HEADER_BYTES, end);
    case LINK_STATE_REQUEST:
      return endOfList(at, 0, REQUEST_BYTES, end);
    case LINK_STATE_UPDATE:
      return end - at < COUNT_BYTES ? at : endOfLsas(version, bytes, at, end, isCut);
    case LINK_STATE_ACKNOWLEDGMENT:
      return endOfList(at, 0, LSA_HEADER_BYTES, end);
    default:
      return end;
  }
}

/** Writes what {@linkcode endOfOspfBody} has found whole; of a hello, nothing. */
export function writeOspfBody(
  out: WireWriter,
  tags: OspfBodyTags,
  version: OspfVersion,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  switch (type) {
    case DATABASE_DESCRIPTION:
      return writeDescription(out, tags.DbDesc, version, bytes, at, end);
    case LINK_STATE_REQUEST:
      return writeRequests(out, tags.LSR, bytes, at, end);
    case LINK_STATE_UPDATE:
      return writeUpdate(out, tags.LSU, version, bytes, at, end);
    case LINK_STATE_ACKNOWLEDGMENT:
      return writeLsaHeaders(out, tags.LSAs, version, bytes, at, end);
  }
}

/** Where the last whole item ends behind `fixedBytes`, or `at` if not even these fit. */
function endOfList(at: number, fixedBytes: number, itemBytes: number, end: number): number {
  const listBytes = end - at - fixedBytes;
  return listBytes < 0 ? at : end - listBytes % itemBytes;
}

/** Version 2: MTU (2 bytes), options (1), flags (1), sequence number (4); version 3 has more options. */
function descriptionBytes(version: OspfVersion): number {
  return version === OSPF_V2 ? 8 : 12;
}

function writeDescription(
  out: WireWriter,
  tag: Tag<DbDescPkg>,
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  const description = out.open(tag);
  const headersAt = at + descriptionBytes(version);
  if (version === OSPF_V2) {
    out.uint32(DESCRIPTION_TAG.Options, bytes[at + 2]!);
    out.uint32(DESCRIPTION_TAG.InterfaceMTU, u16(bytes, at));
    out.uint32(DESCRIPTION_TAG.Flags, bytes[at + 3]!);
  } else {
    out.uint32(DESCRIPTION_TAG.Options, u24(bytes, at + 1));
    out.uint32(DESCRIPTION_TAG.InterfaceMTU, u16(bytes, at + 4));
    out.uint32(DESCRIPTION_TAG.Flags, bytes[at + 7]!);
  }
  out.uint32Of(DESCRIPTION_TAG.DDSeqNumber, bytes, headersAt - 4);
  writeLsaHeaders(out, DESCRIPTION_TAG.LSAinfo, version, bytes, headersAt, end);
  out.close(description);
}

function writeRequests(
  out: WireWriter,
  tag: Tag<LSReq>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  for (; at < end; at += REQUEST_BYTES) {
    const request = out.open(tag);
    out.uint32(REQUEST_TAG.LSType, u16(bytes, at + 2));
    out.uint32Of(REQUEST_TAG.LSID, bytes, at + 4);
    out.uint32Of(REQUEST_TAG.AdvRouter, bytes, at + 8);
    out.close(request);
  }
}

function writeUpdate(
  out: WireWriter,
  tag: Tag<LSUpdate>,
  version: OspfVersion,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  const update = out.open(tag);
  out.uint32Of(UPDATE_TAG.NumOfLSAs, bytes, at);
  writeLsas(out, UPDATE_TAG.LSAs, version, bytes, at + COUNT_BYTES, end);
  out.close(update);
}
