/**
 * Logical Link Control: destination and source service access point (1 byte each), control (1 byte,
 * or 2 in frames that are numbered). IEEE 802.2-1998, 3.2 and 3.3.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LLCSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const llc = new Decoder({
  name: "Llc",
  schema: LLCSchema,
  from: { etherType: [0x8870] },
  decode,
});

const TAG = tagsOf(LLCSchema);
const HEADER_BYTES = 3;
/** The low bits of the control field in frames without numbers, whose field has one byte. */
const UNNUMBERED = 0x03;
/** Unnumbered information; numbered information has an even control field. */
const INFORMATION = 0x03;
const NOT_INFORMATION = 0x01;
/** Everybody. No sender has this address, but the checksum of Novell's IPX, which came without LLC, reads so. */
const GLOBAL_ADDRESS = 0xff;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const destination = bytes[at]!;
  const source = bytes[at + 1]!;
  if (source === GLOBAL_ADDRESS) return Outcome.Unsupported;
  const isUnnumbered = (bytes[at + 2]! & UNNUMBERED) === UNNUMBERED;
  const headerBytes = isUnnumbered ? HEADER_BYTES : HEADER_BYTES + 1;
  if (p.end - at < headerBytes) return Outcome.Truncated;
  const control = isUnnumbered ? bytes[at + 2]! : u16(bytes, at + 2);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.DSAP, destination & 0xfe);
  out.bool(TAG.IG, (destination & 1) !== 0);
  out.uint32(TAG.SSAP, source & 0xfe);
  out.bool(TAG.CR, (source & 1) !== 0);
  out.uint32(TAG.Control, control);
  p.at = at + headerBytes;
  const isInformation = control === INFORMATION || (bytes[at + 2]! & NOT_INFORMATION) === 0;
  const service = destination === GLOBAL_ADDRESS ? destination : destination & 0xfe;
  if (isInformation) p.follow(p.routes.sap, service);
  return Outcome.Ok;
}
