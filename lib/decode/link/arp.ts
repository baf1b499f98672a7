/** Address Resolution Protocol: RFC 826, "Packet format"; the reverse one of the same form: RFC 903. */
import { u16 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ARPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const arp = new Decoder({
  name: "Arp",
  schema: ARPSchema,
  from: { etherType: [0x0806, 0x8035] },
  decode,
});

const TAG = tagsOf(ARPSchema);
const FIXED_BYTES = 8;
const IPV4_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < FIXED_BYTES) return Outcome.Truncated;
  const hardwareBytes = bytes[at + 4]!;
  const protocolBytes = bytes[at + 5]!;
  const srcHardwareAt = at + FIXED_BYTES;
  const srcProtocolAt = srcHardwareAt + hardwareBytes;
  const dstHardwareAt = srcProtocolAt + protocolBytes;
  const dstProtocolAt = dstHardwareAt + hardwareBytes;
  const end = dstProtocolAt + protocolBytes;
  if (end > p.end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.AddrType, u16(bytes, at));
  out.uint32(TAG.Protocol, u16(bytes, at + 2));
  out.uint32(TAG.HwAddressSize, hardwareBytes);
  out.uint32(TAG.ProtocolAddressSize, protocolBytes);
  out.uint32(TAG.Operation, u16(bytes, at + 6));
  out.macText(TAG.SrcHwAddress, bytes, srcHardwareAt, hardwareBytes);
  writeProtocolAddress(out, TAG.SrcProtocolAddress, bytes, srcProtocolAt, protocolBytes);
  out.macText(TAG.DstHwAddress, bytes, dstHardwareAt, hardwareBytes);
  writeProtocolAddress(out, TAG.DstProtocolAddress, bytes, dstProtocolAt, protocolBytes);
  p.at = end;
  return Outcome.Ok;
}

/** Dotted decimal for the length of IPv4; hex pairs for any other protocol's. */
function writeProtocolAddress(
  out: WireWriter,
  tag: Tag<string>,
  bytes: Uint8Array,
  at: number,
  length: number,
): void {
  if (length === IPV4_BYTES) out.ipText(tag, bytes, at, length);
  else out.macText(tag, bytes, at, length);
}
