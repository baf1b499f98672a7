/**
 * What link state advertisements of OSPF version 3 contain. RFC 5340, appendices A.4.3 to A.4.10.
 * Types that have no message in the schema give their header only.
 */
import { u16, u24, u32 } from "../../base/bytes/bytes.ts";
import { type Tag, type Tags, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { LSA, LSAPrefix } from "../../../proto/gen/netcap_pb.ts";
import {
  ASExternalLSASchema,
  InterAreaPrefixLSASchema,
  InterAreaRouterLSASchema,
  IntraAreaPrefixLSASchema,
  LinkLSASchema,
  LSAPrefixSchema,
  NetworkLSASchema,
  RouterLSASchema,
  RouterSchema,
} from "../../../proto/netcap_tags.ts";

const ROUTER = 0x2001;
const NETWORK = 0x2002;
const INTER_AREA_PREFIX = 0x2003;
const INTER_AREA_ROUTER = 0x2004;
const AS_EXTERNAL = 0x4005;
const NSSA = 0x2007;
const LINK = 0x0008;
const INTRA_AREA_PREFIX = 0x2009;

/** Flags or priority, and options. */
const OPTIONS_BYTES = 4;
const ROUTER_BYTES = 16;
const METRIC_BYTES = 4;
const INTER_AREA_ROUTER_BYTES = 12;
const LINK_FIXED_BYTES = 24;
const INTRA_AREA_FIXED_BYTES = 12;
const PREFIX_HEADER_BYTES = 4;
const MAX_PREFIX_BITS = 128;
const HAS_FORWARDING_ADDRESS = 0x02;
const HAS_ROUTE_TAG = 0x01;
const ADDRESS_BYTES = 16;

const ROUTER_LSA_TAG = tagsOf(RouterLSASchema);
const ROUTER_TAG = tagsOf(RouterSchema);
const NETWORK_TAG = tagsOf(NetworkLSASchema);
const INTER_PREFIX_TAG = tagsOf(InterAreaPrefixLSASchema);
const INTER_ROUTER_TAG = tagsOf(InterAreaRouterLSASchema);
const EXTERNAL_TAG = tagsOf(ASExternalLSASchema);
const LINK_TAG = tagsOf(LinkLSASchema);
const INTRA_PREFIX_TAG = tagsOf(IntraAreaPrefixLSASchema);
const PREFIX_TAG = tagsOf(LSAPrefixSchema);

/** Whether `bytes[at, end)` holds the content of an advertisement of this type. */
export function isWholeLsaV3(type: number, bytes: Uint8Array, at: number, end: number): boolean {
  const length = end - at;
  switch (type) {
    case ROUTER:
      return length >= OPTIONS_BYTES && (length - OPTIONS_BYTES) % ROUTER_BYTES === 0;
    case NETWORK:
      return length >= OPTIONS_BYTES && (length - OPTIONS_BYTES) % 4 === 0;
    case INTER_AREA_PREFIX:
      return length >= METRIC_BYTES && arePrefixes(bytes, at + METRIC_BYTES, end, 1);
    case INTER_AREA_ROUTER:
      return length >= INTER_AREA_ROUTER_BYTES;
    case AS_EXTERNAL:
    case NSSA:
      return length >= METRIC_BYTES && arePrefixes(bytes, at + METRIC_BYTES, end, 1) &&
        endOfExternal(bytes, at) <= end;
    case LINK:
      return length >= LINK_FIXED_BYTES &&
        arePrefixes(bytes, at + LINK_FIXED_BYTES, end, u32(bytes, at + 20));
    case INTRA_AREA_PREFIX:
      return length >= INTRA_AREA_FIXED_BYTES &&
        arePrefixes(bytes, at + INTRA_AREA_FIXED_BYTES, end, u16(bytes, at));
    default:
      return true;
  }
}

/** Writes the content `bytes[at, end)`, which {@linkcode isWholeLsaV3} has checked. */
export function writeLsaV3(
  out: WireWriter,
  tags: Tags<LSA>,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  switch (type) {
    case ROUTER:
      return writeRouters(out, out.open(tags.RLSA), bytes, at, end);
    case NETWORK:
      return writeNetwork(out, out.open(tags.NLSA), bytes, at, end);
    case INTER_AREA_PREFIX:
      return writeInterAreaPrefix(out, out.open(tags.InterAPrefixLSA), bytes, at);
    case INTER_AREA_ROUTER:
      return writeInterAreaRouter(out, out.open(tags.IARouterLSA), bytes, at);
    case AS_EXTERNAL:
    case NSSA:
      return writeExternal(out, out.open(tags.ASELSA), bytes, at);
    case LINK:
      return writeLink(out, out.open(tags.LLSA), bytes, at);
    case INTRA_AREA_PREFIX:
      return writeIntraAreaPrefix(out, out.open(tags.IntraAPrefixLSA), bytes, at);
  }
}

function writeRouters(
  out: WireWriter,
  lsa: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  out.uint32(ROUTER_LSA_TAG.Flags, bytes[at]!);
  out.uint32(ROUTER_LSA_TAG.Options, u24(bytes, at + 1));
  for (at += OPTIONS_BYTES; at < end; at += ROUTER_BYTES) {
    const router = out.open(ROUTER_LSA_TAG.Routers);
    out.uint32(ROUTER_TAG.Type, bytes[at]!);
    out.uint32(ROUTER_TAG.Metric, u16(bytes, at + 2));
    out.uint32Of(ROUTER_TAG.InterfaceID, bytes, at + 4);
    out.uint32Of(ROUTER_TAG.NeighborInterfaceID, bytes, at + 8);
    out.uint32Of(ROUTER_TAG.NeighborRouterID, bytes, at + 12);
    out.close(router);
  }
  out.close(lsa);
}

function writeNetwork(
  out: WireWriter,
  lsa: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  out.uint32(NETWORK_TAG.Options, u24(bytes, at + 1));
  out.uint32sOf(NETWORK_TAG.AttachedRouter, bytes, at + OPTIONS_BYTES, end);
  out.close(lsa);
}

function writeInterAreaPrefix(out: WireWriter, lsa: number, bytes: Uint8Array, at: number): void {
  const prefixAt = at + METRIC_BYTES;
  out.uint32(INTER_PREFIX_TAG.Metric, u24(bytes, at + 1));
  out.uint32(INTER_PREFIX_TAG.PrefixLength, bytes[prefixAt]!);
  out.uint32(INTER_PREFIX_TAG.PrefixOptions, bytes[prefixAt + 1]!);
  writePrefix(out, INTER_PREFIX_TAG.AddressPrefix, bytes, prefixAt);
  out.close(lsa);
}

function writeInterAreaRouter(out: WireWriter, lsa: number, bytes: Uint8Array, at: number): void {
  out.uint32(INTER_ROUTER_TAG.Options, u24(bytes, at + 1));
  out.uint32(INTER_ROUTER_TAG.Metric, u24(bytes, at + 5));
  out.uint32Of(INTER_ROUTER_TAG.DestinationRouterID, bytes, at + 8);
  out.close(lsa);
}

function writeExternal(out: WireWriter, lsa: number, bytes: Uint8Array, at: number): void {
  const flags = bytes[at]!;
  const prefixAt = at + METRIC_BYTES;
  const refLSType = u16(bytes, prefixAt + 2);
  let optionalAt = endOfPrefix(bytes, prefixAt);
  out.uint32(EXTERNAL_TAG.Flags, flags);
  out.uint32(EXTERNAL_TAG.Metric, u24(bytes, at + 1));
  out.uint32(EXTERNAL_TAG.PrefixLength, bytes[prefixAt]!);
  out.uint32(EXTERNAL_TAG.PrefixOptions, bytes[prefixAt + 1]!);
  out.uint32(EXTERNAL_TAG.RefLSType, refLSType);
  writePrefix(out, EXTERNAL_TAG.AddressPrefix, bytes, prefixAt);
  if ((flags & HAS_FORWARDING_ADDRESS) !== 0) {
    const addressEnd = optionalAt + ADDRESS_BYTES;
    out.bytesOf(EXTERNAL_TAG.ForwardingAddress, bytes, optionalAt, addressEnd);
    optionalAt = addressEnd;
  }
  if ((flags & HAS_ROUTE_TAG) !== 0) {
    out.uint32Of(EXTERNAL_TAG.ExternalRouteTag, bytes, optionalAt);
    optionalAt += 4;
  }
  if (refLSType !== 0) out.uint32Of(EXTERNAL_TAG.RefLinkStateID, bytes, optionalAt);
  out.close(lsa);
}

/** Where an external advertisement ends whose content begins at `at`, optional fields included. */
function endOfExternal(bytes: Uint8Array, at: number): number {
  const flags = bytes[at]!;
  const prefixAt = at + METRIC_BYTES;
  let end = endOfPrefix(bytes, prefixAt);
  if ((flags & HAS_FORWARDING_ADDRESS) !== 0) end += ADDRESS_BYTES;
  if ((flags & HAS_ROUTE_TAG) !== 0) end += 4;
  if (u16(bytes, prefixAt + 2) !== 0) end += 4;
  return end;
}

function writeLink(out: WireWriter, lsa: number, bytes: Uint8Array, at: number): void {
  const prefixes = u32(bytes, at + 20);
  out.uint32(LINK_TAG.RtrPriority, bytes[at]!);
  out.uint32(LINK_TAG.Options, u24(bytes, at + 1));
  out.bytesOf(LINK_TAG.LinkLocalAddress, bytes, at + 4, at + 4 + ADDRESS_BYTES);
  out.uint32(LINK_TAG.NumOfPrefixes, prefixes);
  writePrefixes(out, LINK_TAG.Prefixes, bytes, at + LINK_FIXED_BYTES, prefixes, false);
  out.close(lsa);
}

function writeIntraAreaPrefix(out: WireWriter, lsa: number, bytes: Uint8Array, at: number): void {
  const prefixes = u16(bytes, at);
  out.uint32(INTRA_PREFIX_TAG.NumOfPrefixes, prefixes);
  out.uint32(INTRA_PREFIX_TAG.RefLSType, u16(bytes, at + 2));
  out.uint32Of(INTRA_PREFIX_TAG.RefLinkStateID, bytes, at + 4);
  out.uint32Of(INTRA_PREFIX_TAG.RefAdvRouter, bytes, at + 8);
  writePrefixes(out, INTRA_PREFIX_TAG.Prefixes, bytes, at + INTRA_AREA_FIXED_BYTES, prefixes, true);
  out.close(lsa);
}

/** Whether `count` prefixes, none longer than an address, stand in `bytes[at, end)`. */
function arePrefixes(bytes: Uint8Array, at: number, end: number, count: number): boolean {
  for (; count > 0; count--) {
    if (at + PREFIX_HEADER_BYTES > end || bytes[at]! > MAX_PREFIX_BITS) return false;
    at = endOfPrefix(bytes, at);
  }
  return at <= end;
}

function writePrefixes(
  out: WireWriter,
  tag: Tag<LSAPrefix>,
  bytes: Uint8Array,
  at: number,
  count: number,
  haveMetrics: boolean,
): void {
  for (; count > 0; count--) {
    const prefix = out.open(tag);
    out.uint32(PREFIX_TAG.PrefixLength, bytes[at]!);
    out.uint32(PREFIX_TAG.PrefixOptions, bytes[at + 1]!);
    if (haveMetrics) out.uint32(PREFIX_TAG.Metric, u16(bytes, at + 2));
    writePrefix(out, PREFIX_TAG.AddressPrefix, bytes, at);
    out.close(prefix);
    at = endOfPrefix(bytes, at);
  }
}

/** The leading bytes of the address as sent: filled with zeros to a multiple of 4 bytes. */
function writePrefix(out: WireWriter, tag: Tag<Uint8Array>, bytes: Uint8Array, at: number): void {
  out.bytesOf(tag, bytes, at + PREFIX_HEADER_BYTES, endOfPrefix(bytes, at));
}

/** Where the prefix at `at` ends: length in bits (1 byte), options (1), two bytes, the address. */
function endOfPrefix(bytes: Uint8Array, at: number): number {
  return at + PREFIX_HEADER_BYTES + 4 * ((bytes[at]! + 31) >> 5);
}
