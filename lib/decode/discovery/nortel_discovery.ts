/**
 * Nortel (SynOptics) discovery: address 4, segment 3, chassis, backplane, state, number of links 1
 * each. Nortel publishes no standard; layout as in Wireshark's dissector.
 */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { NortelDiscoverySchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const nortelDiscovery = new Decoder({
  name: "NortelDiscovery",
  schema: NortelDiscoverySchema,
  from: { snap: [0x000081_01a1, 0x000081_01a2] },
  decode,
});

const TAG = tagsOf(NortelDiscoverySchema);
const MESSAGE_BYTES = 11;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MESSAGE_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.bytesOf(TAG.IPAddress, bytes, at, at + 4);
  out.bytesOf(TAG.SegmentID, bytes, at + 4, at + 7);
  out.uint32(TAG.Chassis, bytes[at + 7]!);
  out.uint32(TAG.Backplane, bytes[at + 8]!);
  out.uint32(TAG.State, bytes[at + 9]!);
  out.uint32(TAG.NumLinks, bytes[at + 10]!);
  p.at = p.end;
  return Outcome.Ok;
}
