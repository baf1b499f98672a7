/** Stream Control Transmission Protocol, its common header. RFC 9260, section 3.1; chunks have no records. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { SCTPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const sctp = new Decoder({
  name: "Sctp",
  schema: SCTPSchema,
  from: { ipProtocol: [132] },
  decode,
});

const TAG = tagsOf(SCTPSchema);
const HEADER_BYTES = 12;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.SrcPort, u16(bytes, at));
  out.uint32(TAG.DstPort, u16(bytes, at + 2));
  out.uint32Of(TAG.VerificationTag, bytes, at + 4);
  out.uint32Of(TAG.Checksum, bytes, at + 8);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = at + HEADER_BYTES;
  return Outcome.Ok;
}
