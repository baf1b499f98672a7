/**
 * Extensible Authentication Protocol: code 1, identifier 1, length of all 2; then, but in success and
 * failure, type 1 and its data. RFC 3748, section 4. What follows the length is padding of the link.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { EAPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const eap = new Decoder({
  name: "Eap",
  schema: EAPSchema,
  from: { eapolType: [0] },
  decode,
});

const TAG = tagsOf(EAPSchema);
const HEADER_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const length = u16(bytes, at + 2);
  if (length < HEADER_BYTES) return Outcome.Malformed;
  const end = at + length;
  if (end > p.end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Code, bytes[at]!);
  out.uint32(TAG.Id, bytes[at + 1]!);
  out.uint32(TAG.Length, length);
  if (length > HEADER_BYTES) out.uint32(TAG.Type, bytes[at + HEADER_BYTES]!);
  out.bytesOf(TAG.TypeData, bytes, at + HEADER_BYTES + 1, end);
  p.at = end;
  p.end = end;
  return Outcome.Ok;
}
