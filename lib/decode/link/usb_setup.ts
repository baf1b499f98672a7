/** The setup packet of a control transfer: USB 2.0, section 9.3. Numbers are little-endian. */
import { u16le } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { USBRequestBlockSetupSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const usbSetup = new Decoder({
  name: "UsbSetup",
  schema: USBRequestBlockSetupSchema,
  decode,
});

const TAG = tagsOf(USBRequestBlockSetupSchema);
const SETUP_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < SETUP_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.RequestType, bytes[at]!);
  out.uint32(TAG.Request, bytes[at + 1]!);
  out.uint32(TAG.Value, u16le(bytes, at + 2));
  out.uint32(TAG.Index, u16le(bytes, at + 4));
  out.uint32(TAG.Length, u16le(bytes, at + 6));
  p.at = at + SETUP_BYTES;
  return Outcome.Ok;
}
