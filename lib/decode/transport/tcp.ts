/** Transmission Control Protocol. RFC 9293, section 3.1; ECE and CWR: RFC 3168; NS: RFC 3540. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { TCPOptionSchema, TCPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeEntropy } from "../entropy.ts";
import { endOfOptions, writeOptions } from "../network/ip_options.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const tcp = new Decoder({
  name: "Tcp",
  schema: TCPSchema,
  from: { ipProtocol: [6] },
  decode,
});

const TAG = tagsOf(TCPSchema);
const OPTION_TAG = tagsOf(TCPOptionSchema);
const MIN_HEADER_BYTES = 20;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_HEADER_BYTES) return Outcome.Truncated;
  const dataOffset = bytes[at + 12]! >> 4; // in words of 4 bytes
  const optionsAt = at + MIN_HEADER_BYTES;
  const headerEnd = at + 4 * dataOffset;
  if (headerEnd < optionsAt) return Outcome.Malformed;
  const payloadAt = Math.min(p.end, headerEnd); // options may be cut off
  const optionsEnd = endOfOptions(bytes, optionsAt, payloadAt);
  const srcPort = u16(bytes, at);
  const dstPort = u16(bytes, at + 2);
  const flags = bytes[at + 13]!;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.SrcPort, srcPort);
  out.uint32(TAG.DstPort, dstPort);
  out.uint32Of(TAG.SeqNum, bytes, at + 4);
  out.uint32Of(TAG.AckNum, bytes, at + 8);
  out.uint32(TAG.DataOffset, dataOffset);
  out.bool(TAG.FIN, (flags & 0x01) !== 0);
  out.bool(TAG.SYN, (flags & 0x02) !== 0);
  out.bool(TAG.RST, (flags & 0x04) !== 0);
  out.bool(TAG.PSH, (flags & 0x08) !== 0);
  out.bool(TAG.ACK, (flags & 0x10) !== 0);
  out.bool(TAG.URG, (flags & 0x20) !== 0);
  out.bool(TAG.ECE, (flags & 0x40) !== 0);
  out.bool(TAG.CWR, (flags & 0x80) !== 0);
  out.bool(TAG.NS, (bytes[at + 12]! & 0x01) !== 0);
  out.uint32(TAG.Window, u16(bytes, at + 14));
  out.uint32(TAG.Checksum, u16(bytes, at + 16));
  out.uint32(TAG.Urgent, u16(bytes, at + 18));
  out.bytesOf(TAG.Padding, bytes, optionsEnd, payloadAt);
  writeOptions(out, TAG.Options, OPTION_TAG, bytes, optionsAt, optionsEnd);
  if (p.options.entropy) writeEntropy(out, TAG.PayloadEntropy, bytes, payloadAt, p.end);
  out.uint32(TAG.PayloadSize, p.end - payloadAt);
  if (p.options.payload) out.bytesOf(TAG.Payload, bytes, payloadAt, p.end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = payloadAt;
  p.next = p.routes.tcpPort.of(dstPort) ?? p.routes.tcpPort.of(srcPort);
  if (p.at < p.end) p.application = p.next;
  return Outcome.Ok;
}
