/**
 * LINKTYPE_FDDI: frame control 1, destination 6, source 6. ISO 9314-2. The frame control is class 1
 * bit, length of addresses 1 bit, format 2 bits, then what the format says.
 */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { FDDISchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { llc } from "./llc.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const fddi = new Decoder({
  name: "Fddi",
  schema: FDDISchema,
  from: { linkType: [LinkType.Fddi] },
  decode,
});

const TAG = tagsOf(FDDISchema);
const HEADER_BYTES = 13;
const DESTINATION_AT = 1;
const SOURCE_AT = 7;
const MAC_BYTES = 6;
const LENGTH_AND_FORMAT = 0x70;
/** Long addresses, LLC behind them. */
const LLC = 0x50;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const frameControl = bytes[at]!;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.FrameControl, frameControl & 0xf8);
  out.uint32(TAG.Priority, frameControl & 7);
  out.macText(TAG.SrcMAC, bytes, at + SOURCE_AT, MAC_BYTES);
  out.macText(TAG.DstMAC, bytes, at + DESTINATION_AT, MAC_BYTES);
  p.at = at + HEADER_BYTES;
  p.next = (frameControl & LENGTH_AND_FORMAT) === LLC ? llc : undefined;
  return Outcome.Ok;
}
