/**
 * Logical Link Control: destination and source service access point (1 byte each), control (1 byte,
 * or 2 in frames that are numbered). IEEE 802.2-1998, 3.2 and 3.3.
 */
import { u16 } from "../../base/bytes.ts";
import { tagsOf } from "../../base/tags.ts";
import type { WireWriter } from "../../base/wire_writer.ts";
import { LLCSchema } from "../../../proto/gen/netcap_pb.ts";
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
/** Unnumbered information: the frames that hold packets of other protocols. */
const INFORMATION = 0x03;
/** No sender has this address, but the checksum of Novell's IPX, which came without LLC, reads so. */
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
  const isForBoth = destination === source && control === INFORMATION;
  p.next = isForBoth ? p.routes.sap.of(destination) : undefined;
  return Outcome.Ok;
}
