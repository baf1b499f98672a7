/**
 * VLAN tags, also one in another: IEEE 802.1Q-2018, 9.6. Before IEEE 802.1ad, outer ones had types of
 * the vendors' choice.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { Dot1QSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { followTypeOrLength } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const dot1q = new Decoder({
  name: "Dot1Q",
  schema: Dot1QSchema,
  from: { etherType: [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300] },
  decode,
});

const TAG = tagsOf(Dot1QSchema);
const HEADER_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const control = u16(bytes, at);
  const type = u16(bytes, at + 2);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Priority, control >> 13);
  out.bool(TAG.DropEligible, (control & 0x1000) !== 0);
  out.uint32(TAG.VLANIdentifier, control & 0xfff);
  out.uint32(TAG.Type, type);
  p.at = at + HEADER_BYTES;
  p.enterVlan(control & 0xfff);
  followTypeOrLength(p, type);
  return Outcome.Ok;
}
