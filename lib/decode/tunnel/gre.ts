/**
 * Generic Routing Encapsulation: RFC 1701 with source routes, RFC 2784, keys and sequence numbers
 * (RFC 2890), and version 1, which PPTP uses and which has acknowledgements (RFC 2637, section 4.1).
 */
import { bits32, u16 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { GRERouting } from "../../../proto/gen/netcap_pb.ts";
import { GRERoutingSchema, GRESchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { greMetaData } from "./gre_meta_data.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const gre = new Decoder({
  name: "Gre",
  schema: GRESchema,
  from: { ipProtocol: [47], udpPort: [4754] }, // RFC 8086
  decode,
});

const TAG = tagsOf(GRESchema);
const ROUTING_TAG = tagsOf(GRERoutingSchema);
const FIXED_BYTES = 4;
const CHECKSUM_PRESENT = 0x8000;
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
const STRICT_SOURCE_ROUTE = 0x0800;
/** In version 1 only; version 0 reserves the bit. */
const ACK_PRESENT = 0x0080;
const ROUTE_HEADER_BYTES = 4;
/** Each source route lies in the record of the one before; no sender needs more. */
const MAX_ROUTES = 16;
const ERSPAN = 0x88be;
const ERSPAN_III = 0x22eb;
const META_DATA = 0x8909;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < FIXED_BYTES) return Outcome.Truncated;
  const flags = u16(bytes, at);
  const version = flags & 7;
  if (version > 1) return Outcome.Unsupported;
  const routesAt = endOfGreFields(at, flags);
  if (routesAt > end) return Outcome.Truncated;
  const hasRoutes = (flags & ROUTING_PRESENT) !== 0;
  const headerEnd = hasRoutes ? endOfRoutes(bytes, routesAt, end) : routesAt;
  if (headerEnd < 0) return Outcome.Malformed;
  if (headerEnd > end) return Outcome.Truncated;
  const protocol = u16(bytes, at + 2);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.bool(TAG.ChecksumPresent, (flags & CHECKSUM_PRESENT) !== 0);
  out.bool(TAG.RoutingPresent, hasRoutes);
  out.bool(TAG.KeyPresent, (flags & KEY_PRESENT) !== 0);
  out.bool(TAG.SeqPresent, (flags & SEQUENCE_PRESENT) !== 0);
  out.bool(TAG.StrictSourceRoute, (flags & STRICT_SOURCE_ROUTE) !== 0);
  out.bool(TAG.AckPresent, hasAck(flags));
  out.uint32(TAG.RecursionControl, (flags >> 8) & 7);
  out.uint32(TAG.Flags, (flags >> 3) & 0x1f);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.Protocol, protocol);
  writeOptionalFields(out, bytes, at + FIXED_BYTES, flags);
  if (hasRoutes) writeRoutes(out, TAG.Routing, bytes, routesAt);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = headerEnd;
  if (protocol === ERSPAN && (flags & SEQUENCE_PRESENT) === 0) {
    // Of type I, which has neither a sequence number nor a header of its own.
    p.enterTunnel(Tunnel.Erspan);
    p.next = ethernet;
    return Outcome.Ok;
  }
  if (protocol !== ERSPAN && protocol !== ERSPAN_III) {
    p.enterTunnel(Tunnel.Gre, keyOf(bytes, at, flags));
  }
  if (protocol === META_DATA) p.next = greMetaData;
  else p.follow(p.routes.etherType, protocol);
  return Outcome.Ok;
}

/** What tells tunnels apart: the key, 0 without one; of version 1 the lower half, which is the call. */
function keyOf(bytes: Uint8Array, at: number, flags: number): number {
  if ((flags & KEY_PRESENT) === 0) return 0;
  const keyAt = at + FIXED_BYTES + ((flags & (CHECKSUM_PRESENT | ROUTING_PRESENT)) !== 0 ? 4 : 0);
  return (flags & 7) === 1 ? u16(bytes, keyAt + 2) : bits32(bytes, keyAt);
}

/** Where the header at `at` with these first 16 bits ends, source routes not counted. */
export function endOfGreFields(at: number, flags: number): number {
  let end = at + FIXED_BYTES;
  if ((flags & (CHECKSUM_PRESENT | ROUTING_PRESENT)) !== 0) end += 4;
  if ((flags & KEY_PRESENT) !== 0) end += 4;
  if ((flags & SEQUENCE_PRESENT) !== 0) end += 4;
  if (hasAck(flags)) end += 4;
  return end;
}

function hasAck(flags: number): boolean {
  return (flags & ACK_PRESENT) !== 0 && (flags & 7) === 1;
}

function writeOptionalFields(out: WireWriter, bytes: Uint8Array, at: number, flags: number): void {
  if ((flags & (CHECKSUM_PRESENT | ROUTING_PRESENT)) !== 0) {
    out.uint32(TAG.Checksum, u16(bytes, at));
    out.uint32(TAG.Offset, u16(bytes, at + 2));
    at += 4;
  }
  if ((flags & KEY_PRESENT) !== 0) {
    out.uint32Of(TAG.Key, bytes, at);
    at += 4;
  }
  if ((flags & SEQUENCE_PRESENT) !== 0) {
    out.uint32Of(TAG.Seq, bytes, at);
    at += 4;
  }
  if (hasAck(flags)) out.uint32Of(TAG.Ack, bytes, at);
}

/**
 * Where the source routes from `at` on end, the one of family and length 0 that ends them included;
 * beyond `end` when they are cut off, -1 when there are too many.
 */
function endOfRoutes(bytes: Uint8Array, at: number, end: number): number {
  for (let routes = 0; routes <= MAX_ROUTES; routes++) {
    if (at + ROUTE_HEADER_BYTES > end) return at + ROUTE_HEADER_BYTES;
    if (isLastRoute(bytes, at)) return at + ROUTE_HEADER_BYTES;
    at += ROUTE_HEADER_BYTES + bytes[at + 3]!;
  }
  return -1;
}

/** Writes the source routes from `at` on, each within the one before. */
function writeRoutes(out: WireWriter, tag: Tag<GRERouting>, bytes: Uint8Array, at: number): void {
  if (isLastRoute(bytes, at)) return;
  const informationAt = at + ROUTE_HEADER_BYTES;
  const next = informationAt + bytes[at + 3]!;
  const route = out.open(tag);
  out.uint32(ROUTING_TAG.AddressFamily, u16(bytes, at));
  out.uint32(ROUTING_TAG.SREOffset, bytes[at + 2]!);
  out.uint32(ROUTING_TAG.SRELength, bytes[at + 3]!);
  out.bytesOf(ROUTING_TAG.RoutingInformation, bytes, informationAt, next);
  writeRoutes(out, ROUTING_TAG.Next, bytes, next);
  out.close(route);
}

function isLastRoute(bytes: Uint8Array, at: number): boolean {
  return u16(bytes, at) === 0 && bytes[at + 3] === 0;
}
