/**
 * The reply of Ethernet's configuration testing, which comes back to who sent it: function and
 * receipt number (2 bytes each, little-endian), data. The Ethernet, version 2.0 (1982), section 8.
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { EthernetCTPReplySchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ethernetCtpReply = new Decoder({
  name: "EthernetCtpReply",
  schema: EthernetCTPReplySchema,
  decode,
});

const TAG = tagsOf(EthernetCTPReplySchema);
const HEADER_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Function, u16le(bytes, at));
  out.uint32(TAG.ReceiptNumber, u16le(bytes, at + 2));
  out.bytesOf(TAG.Data, bytes, at + HEADER_BYTES, p.end);
  p.at = p.end;
  return Outcome.Ok;
}
