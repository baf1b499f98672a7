/**
 * Virtual Router Redundancy Protocol: version 2 (RFC 3768, section 5.1) and version 3 (RFC 9568,
 * section 5.1). `AuthType` and seconds in version 2 are a part of the interval in version 3.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { VRRPv2Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const vrrp = new Decoder({
  name: "Vrrp",
  schema: VRRPv2Schema,
  from: { ipProtocol: [112] },
  decode,
});

const TAG = tagsOf(VRRPv2Schema);
const HEADER_BYTES = 8;
const ADVERTISEMENT = 1;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  const version = bytes[at]! >> 4;
  const type = bytes[at]! & 0xf;
  const count = bytes[at + 3]!;
  if (version !== 2 && version !== 3) return Outcome.Unsupported;
  if (type !== ADVERTISEMENT || count === 0) return Outcome.Malformed;
  const addressesAt = at + HEADER_BYTES;
  const addressBytes = version === 2 ? IPV4_BYTES : addressBytesOf(end - addressesAt, count);
  const addressesEnd = addressesAt + count * addressBytes;
  if (addressesEnd > end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.Type, type);
  out.uint32(TAG.VirtualRtrID, bytes[at + 1]!);
  out.uint32(TAG.Priority, bytes[at + 2]!);
  out.uint32(TAG.CountIPAddr, count);
  if (version === 2) {
    out.uint32(TAG.AuthType, bytes[at + 4]!);
    out.uint32(TAG.AdverInt, bytes[at + 5]!);
  } else {
    out.uint32(TAG.AdverInt, u16(bytes, at + 4) & 0xfff);
  }
  out.uint32(TAG.Checksum, u16(bytes, at + 6));
  for (let ip = addressesAt; ip < addressesEnd; ip += addressBytes) {
    out.ipText(TAG.IPAddress, bytes, ip, addressBytes);
  }
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = end;
  return Outcome.Ok;
}

/** The addresses of version 3 are of the IP version that carries it, and nothing follows them. */
function addressBytesOf(length: number, count: number): number {
  return length === count * IPV4_BYTES ? IPV4_BYTES : IPV6_BYTES;
}
