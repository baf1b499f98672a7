/** Virtual eXtensible LAN. RFC 7348, section 5, with the group policy of draft-smith-vxlan-group-policy. */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { VXLANSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const vxlan = new Decoder({
  name: "Vxlan",
  schema: VXLANSchema,
  // Linux had 8472 before the number was assigned, and has it still where it is not told.
  from: { udpPort: [4789, 8472] },
  decode,
});

const TAG = tagsOf(VXLANSchema);
const HEADER_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const flags = u16(bytes, at);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.bool(TAG.ValidIDFlag, (flags & 0x0800) !== 0);
  out.uint32(TAG.VNI, u24(bytes, at + 4));
  out.bool(TAG.GBPExtension, (flags & 0x8000) !== 0);
  out.bool(TAG.GBPDontLearn, (flags & 0x0040) !== 0);
  out.bool(TAG.GBPApplied, (flags & 0x0008) !== 0);
  out.uint32(TAG.GBPGroupPolicyID, u16(bytes, at + 2));
  p.at = at + HEADER_BYTES;
  p.enterTunnel(Tunnel.Vxlan, u24(bytes, at + 4));
  p.next = ethernet;
  return Outcome.Ok;
}
