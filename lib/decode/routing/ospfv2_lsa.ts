/**
 * What link state advertisements of OSPF version 2 contain. RFC 2328, appendix A.4; type 7: RFC 3101,
 * section 2.4. Types that have no message in the schema (network, summary, opaque) give their header
 * only.
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { ASExternalLSAV2, RouterLSAV2 } from "../../../proto/gen/netcap_pb.ts";
import {
  ASExternalLSAV2Schema,
  RouterLSAV2Schema,
  RouterV2Schema,
} from "../../../proto/netcap_tags.ts";

const ROUTER = 1;
const AS_EXTERNAL = 5;
const NSSA = 7;
const ROUTER_FIXED_BYTES = 4;
const LINK_BYTES = 12;
const TOS_BYTES = 4;
const AS_EXTERNAL_BYTES = 16;

const ROUTER_TAG = tagsOf(RouterLSAV2Schema);
const LINK_TAG = tagsOf(RouterV2Schema);
const EXTERNAL_TAG = tagsOf(ASExternalLSAV2Schema);

/** The tags of an advertisement that holds one of these. */
export interface LsaV2Tags {
  readonly RLSAV2: Tag<RouterLSAV2>;
  readonly ASELSAV2: Tag<ASExternalLSAV2>;
}

/** Whether `bytes[at, end)` holds the content of an advertisement of this type. */
export function isWholeLsaV2(type: number, bytes: Uint8Array, at: number, end: number): boolean {
  switch (type) {
    case ROUTER:
      return end - at >= ROUTER_FIXED_BYTES && areWholeLinks(bytes, at, end);
    case AS_EXTERNAL:
    case NSSA:
      return end - at >= AS_EXTERNAL_BYTES;
    default:
      return true;
  }
}

/** Writes content that {@linkcode isWholeLsaV2} has checked. */
export function writeLsaV2(
  out: WireWriter,
  tags: LsaV2Tags,
  type: number,
  bytes: Uint8Array,
  at: number,
): void {
  switch (type) {
    case ROUTER:
      return writeRouter(out, tags.RLSAV2, bytes, at);
    case AS_EXTERNAL:
    case NSSA:
      return writeExternal(out, tags.ASELSAV2, bytes, at);
  }
}

function areWholeLinks(bytes: Uint8Array, at: number, end: number): boolean {
  let count = u16(bytes, at + 2);
  for (at += ROUTER_FIXED_BYTES; count > 0; count--) {
    if (at + LINK_BYTES > end) return false;
    at = endOfLink(bytes, at);
  }
  return at <= end;
}

/** Where the link at `at` ends, its metrics by type of service included. */
function endOfLink(bytes: Uint8Array, at: number): number {
  return at + LINK_BYTES + TOS_BYTES * bytes[at + 9]!;
}

function writeRouter(
  out: WireWriter,
  tag: Tag<RouterLSAV2>,
  bytes: Uint8Array,
  at: number,
): void {
  const router = out.open(tag);
  let count = u16(bytes, at + 2);
  out.uint32(ROUTER_TAG.Flags, bytes[at]!);
  out.uint32(ROUTER_TAG.Links, count);
  for (at += ROUTER_FIXED_BYTES; count > 0; count--) {
    const link = out.open(ROUTER_TAG.Routers);
    out.uint32(LINK_TAG.Type, bytes[at + 8]!);
    out.uint32Of(LINK_TAG.LinkID, bytes, at);
    out.uint32Of(LINK_TAG.LinkData, bytes, at + 4);
    out.uint32(LINK_TAG.Metric, u16(bytes, at + 10));
    out.close(link);
    at = endOfLink(bytes, at);
  }
  out.close(router);
}

function writeExternal(
  out: WireWriter,
  tag: Tag<ASExternalLSAV2>,
  bytes: Uint8Array,
  at: number,
): void {
  const external = out.open(tag);
  out.uint32Of(EXTERNAL_TAG.NetworkMask, bytes, at);
  out.uint32(EXTERNAL_TAG.ExternalBit, bytes[at + 4]! & 0x80);
  out.uint32(EXTERNAL_TAG.Metric, u24(bytes, at + 5));
  out.uint32Of(EXTERNAL_TAG.ForwardingAddress, bytes, at + 8);
  out.uint32Of(EXTERNAL_TAG.ExternalRouteTag, bytes, at + 12);
  out.close(external);
}
