/**
 * Open Shortest Path First for IPv4. RFC 2328, appendix A.3. What follows the packet's length, such
 * as a digest or link-local signaling, is passed over.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { HelloPkgV2Schema, OSPFv2Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { endOfOspfBody, HELLO, HELLO_BYTES, writeOspfBody } from "./ospf_body.ts";
import { OSPF_V2 } from "./ospf_lsa.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ospfv2 = new Decoder({ name: "Ospfv2", schema: OSPFv2Schema, decode });

const TAG = tagsOf(OSPFv2Schema);
const HELLO_TAG = tagsOf(HelloPkgV2Schema);
const HEADER_BYTES = 24;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const type = bytes[at + 1]!;
  const length = u16(bytes, at + 2);
  const bodyAt = at + HEADER_BYTES;
  const end = at + length;
  if (end < bodyAt) return Outcome.Malformed;
  const isWhole = end <= p.end;
  if (!isWhole && !p.isCut) return Outcome.Truncated;
  const bodyEnd = endOfOspfBody(OSPF_V2, type, bytes, bodyAt, Math.min(end, p.end), !isWhole);
  if (isWhole ? bodyEnd !== end : bodyEnd < 0) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, bytes[at]!);
  out.uint32(TAG.Type, type);
  out.uint32(TAG.PacketLength, length);
  out.uint32Of(TAG.RouterID, bytes, at + 4);
  out.uint32Of(TAG.AreaID, bytes, at + 8);
  out.uint32(TAG.Checksum, u16(bytes, at + 12));
  out.uint32(TAG.AuType, u16(bytes, at + 14));
  out.uint64Of(TAG.Authentication, bytes, at + 16);
  if (bodyEnd > bodyAt) {
    if (type === HELLO) writeHello(out, bytes, bodyAt, bodyEnd);
    else writeOspfBody(out, TAG, OSPF_V2, type, bytes, bodyAt, bodyEnd);
  }
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  out.bool(TAG.Truncated, !isWhole);
  p.at = p.end;
  return Outcome.Ok;
}

function writeHello(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  const hello = out.open(TAG.HelloV2);
  out.uint32(HELLO_TAG.RtrPriority, bytes[at + 7]!);
  out.uint32(HELLO_TAG.Options, bytes[at + 6]!);
  out.uint32(HELLO_TAG.HelloInterval, u16(bytes, at + 4));
  out.uint32Of(HELLO_TAG.RouterDeadInterval, bytes, at + 8);
  out.uint32Of(HELLO_TAG.DesignatedRouterID, bytes, at + 12);
  out.uint32Of(HELLO_TAG.BackupDesignatedRouterID, bytes, at + 16);
  out.uint32sOf(HELLO_TAG.NeighborID, bytes, at + HELLO_BYTES, end);
  out.uint32Of(HELLO_TAG.NetworkMask, bytes, at);
  out.close(hello);
}
