/** IP Encapsulating Security Payload. RFC 4303, section 2; what follows the sequence number is encrypted. */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { IPSecESPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ipsecEsp = new Decoder({
  name: "IpsecEsp",
  schema: IPSecESPSchema,
  from: { ipProtocol: [50] },
  decode,
});

const TAG = tagsOf(IPSecESPSchema);
const HEADER_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.int32Of(TAG.SPI, bytes, at);
  out.int32Of(TAG.Seq, bytes, at + 4);
  out.uint32(TAG.LenEncrypted, end - at - HEADER_BYTES);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = end;
  return Outcome.Ok;
}
