/**
 * Network Time Protocol. RFC 5905, section 7.3. Control messages (mode 6, RFC 9327) and private ones
 * (mode 7) have another form, for which there is no record.
 */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { NTPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ntp = new Decoder({
  name: "Ntp",
  schema: NTPSchema,
  from: { udpPort: [123] },
  decode,
});

const TAG = tagsOf(NTPSchema);
const HEADER_BYTES = 48;
const CONTROL_MODE = 6;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end === at) return Outcome.Truncated;
  const mode = bytes[at]! & 7;
  if (mode >= CONTROL_MODE) return Outcome.Unsupported;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.LeapIndicator, bytes[at]! >> 6);
  out.uint32(TAG.Version, (bytes[at]! >> 3) & 7);
  out.uint32(TAG.Mode, mode);
  out.uint32(TAG.Stratum, bytes[at + 1]!);
  out.int32(TAG.Poll, signed8(bytes[at + 2]!));
  out.int32(TAG.Precision, signed8(bytes[at + 3]!));
  out.uint32Of(TAG.RootDelay, bytes, at + 4);
  out.uint32Of(TAG.RootDispersion, bytes, at + 8);
  out.uint32Of(TAG.ReferenceID, bytes, at + 12);
  out.uint64Of(TAG.ReferenceTimestamp, bytes, at + 16);
  out.uint64Of(TAG.OriginTimestamp, bytes, at + 24);
  out.uint64Of(TAG.ReceiveTimestamp, bytes, at + 32);
  out.uint64Of(TAG.TransmitTimestamp, bytes, at + 40);
  out.bytesOf(TAG.ExtensionBytes, bytes, at + HEADER_BYTES, p.end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = p.end;
  return Outcome.Ok;
}

function signed8(byte: number): number {
  return (byte << 24) >> 24;
}
