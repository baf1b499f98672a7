/**
 * EAP over LANs: version 1, packet type 1, length of the body 2, body. IEEE 802.1X-2020, 11.3. What
 * follows the body is padding of the link.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { EAPOLSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const eapol = new Decoder({
  name: "Eapol",
  schema: EAPOLSchema,
  from: { etherType: [0x888e] },
  decode,
});

const TAG = tagsOf(EAPOLSchema);
const HEADER_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const length = u16(bytes, at + 2);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, bytes[at]!);
  out.uint32(TAG.Type, bytes[at + 1]!);
  out.uint32(TAG.Length, length);
  p.at = at + HEADER_BYTES;
  p.end = Math.min(p.end, p.at + length);
  p.next = p.routes.eapolType.of(bytes[at + 1]!);
  return Outcome.Ok;
}
