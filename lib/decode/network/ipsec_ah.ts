/** IP Authentication Header. RFC 4302, section 2. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { IPSecAHSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ipsecAh = new Decoder({
  name: "IpsecAh",
  schema: IPSecAHSchema,
  from: { ipProtocol: [51] },
  decode,
});

const TAG = tagsOf(IPSecAHSchema);
const FIXED_BYTES = 12;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < FIXED_BYTES) return Outcome.Truncated;
  const headerEnd = at + 4 * (bytes[at + 1]! + 2);
  if (headerEnd < at + FIXED_BYTES) return Outcome.Malformed;
  if (headerEnd > p.end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Reserved, u16(bytes, at + 2));
  out.int32Of(TAG.SPI, bytes, at + 4);
  out.int32Of(TAG.Seq, bytes, at + 8);
  out.bytesOf(TAG.AuthenticationData, bytes, at + FIXED_BYTES, headerEnd);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = headerEnd;
  p.enterTransport(bytes[at]!, headerEnd);
  p.follow(p.routes.ipProtocol, bytes[at]!);
  return Outcome.Ok;
}
