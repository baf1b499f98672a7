/** User Datagram Protocol. RFC 768; length 0 for jumbograms: RFC 2675, section 4. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { UDPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeEntropy } from "../entropy.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const udp = new Decoder({
  name: "Udp",
  schema: UDPSchema,
  from: { ipProtocol: [17] },
  decode,
});

const TAG = tagsOf(UDPSchema);
const HEADER_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const length = u16(bytes, at + 4); // header and payload
  if (length !== 0 && length < HEADER_BYTES) return Outcome.Malformed;
  if (at + length > p.end) p.isCut = true;
  else if (length !== 0) p.end = at + length; // drops link-layer padding
  const srcPort = u16(bytes, at);
  const dstPort = u16(bytes, at + 2);
  const payloadAt = at + HEADER_BYTES;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.SrcPort, srcPort);
  out.uint32(TAG.DstPort, dstPort);
  out.uint32(TAG.Length, length);
  out.uint32(TAG.Checksum, u16(bytes, at + 6));
  if (p.options.entropy) writeEntropy(out, TAG.PayloadEntropy, bytes, payloadAt, p.end);
  out.uint32(TAG.PayloadSize, p.end - payloadAt);
  if (p.options.payload) out.bytesOf(TAG.Payload, bytes, payloadAt, p.end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = payloadAt;
  p.next = p.routes.udpPort.of(dstPort) ?? p.routes.udpPort.of(srcPort);
  if (p.at < p.end) p.application = p.next;
  return Outcome.Ok;
}
