/**
 * Open Shortest Path First for IPv6. RFC 5340, appendix A.3. What follows the packet's length, such
 * as an authentication trailer (RFC 7166), is passed over.
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { HelloPkgSchema, OSPFv3Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { endOfOspfBody, HELLO, HELLO_BYTES, writeOspfBody } from "./ospf_body.ts";
import { OSPF_V3 } from "./ospf_lsa.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ospfv3 = new Decoder({ name: "Ospfv3", schema: OSPFv3Schema, decode });

const TAG = tagsOf(OSPFv3Schema);
const HELLO_TAG = tagsOf(HelloPkgSchema);
const HEADER_BYTES = 16;

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
  const bodyEnd = endOfOspfBody(OSPF_V3, type, bytes, bodyAt, Math.min(end, p.end), !isWhole);
  if (isWhole ? bodyEnd !== end : bodyEnd < 0) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, bytes[at]!);
  out.uint32(TAG.Type, type);
  out.uint32(TAG.PacketLength, length);
  out.uint32Of(TAG.RouterID, bytes, at + 4);
  out.uint32Of(TAG.AreaID, bytes, at + 8);
  out.uint32(TAG.Checksum, u16(bytes, at + 12));
  out.uint32(TAG.Instance, bytes[at + 14]!);
  out.uint32(TAG.Reserved, bytes[at + 15]!);
  if (bodyEnd > bodyAt) {
    if (type === HELLO) writeHello(out, bytes, bodyAt, bodyEnd);
    else writeOspfBody(out, TAG, OSPF_V3, type, bytes, bodyAt, bodyEnd);
  }
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  out.bool(TAG.Truncated, !isWhole);
  p.at = p.end;
  return Outcome.Ok;
}

function writeHello(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  const hello = out.open(TAG.Hello);
  out.uint32Of(HELLO_TAG.InterfaceID, bytes, at);
  out.uint32(HELLO_TAG.RtrPriority, bytes[at + 4]!);
  out.uint32(HELLO_TAG.Options, u24(bytes, at + 5));
  out.uint32(HELLO_TAG.HelloInterval, u16(bytes, at + 8));
  out.uint32(HELLO_TAG.RouterDeadInterval, u16(bytes, at + 10));
  out.uint32Of(HELLO_TAG.DesignatedRouterID, bytes, at + 12);
  out.uint32Of(HELLO_TAG.BackupDesignatedRouterID, bytes, at + 16);
  out.uint32sOf(HELLO_TAG.NeighborID, bytes, at + HELLO_BYTES, end);
  out.close(hello);
}
