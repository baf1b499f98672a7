/**
 * The packets of OSPF behind their header, which are nearly the same in version 2 (RFC 2328,
 * appendix A.3) and version 3 (RFC 5340, appendix A.3).
 */
import { u16, u24 } from "../../base/bytes.ts";
import { type Tag, tagsOf } from "../../base/tags.ts";
import type { WireWriter } from "../../base/wire_writer.ts";
import type { DbDescPkg, LSAheader, LSReq, LSUpdate } from "../../../proto/gen/netcap_pb.ts";
import { DbDescPkgSchema, LSReqSchema, LSUpdateSchema } from "../../../proto/netcap_tags.ts";
import {
  areWholeLsas,
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

/** Whether `bytes[at, end)` is the body of a packet of this type; that of an unknown type always is. */
export function isOspfBody(
  version: OspfVersion,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): boolean {
  switch (type) {
    case HELLO:
      return isList(end - at - HELLO_BYTES, 4);
    case DATABASE_DESCRIPTION:
      return isList(end - at - descriptionBytes(version), LSA_HEADER_BYTES);
    case LINK_STATE_REQUEST:
      return isList(end - at, REQUEST_BYTES);
    case LINK_STATE_UPDATE:
      return end - at >= COUNT_BYTES && areWholeLsas(version, bytes, at, end);
    case LINK_STATE_ACKNOWLEDGMENT:
      return isList(end - at, LSA_HEADER_BYTES);
    default:
      return true;
  }
}

/** Writes a body that {@linkcode isOspfBody} has checked; of a hello, nothing. */
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

function isList(length: number, itemBytes: number): boolean {
  return length >= 0 && length % itemBytes === 0;
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
