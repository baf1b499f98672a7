/**
 * Cisco Discovery Protocol, what a device tells its neighbors, as it is sent: version and time to
 * live (1 byte each), checksum (2), then values, each behind a type and a length of its own (2 bytes
 * each; the length counts these 4). Cisco publishes no standard; layout as in Wireshark's dissector.
 */
import { u16 } from "../../base/bytes.ts";
import { tagsOf } from "../../base/tags.ts";
import type { WireWriter } from "../../base/wire_writer.ts";
import { CiscoDiscoverySchema } from "../../../proto/gen/netcap_pb.ts";
import { ciscoDiscoveryInfo } from "./cisco_discovery_info.ts";
import { VALUE_HEADER_BYTES, writeCiscoValue } from "./cisco_value.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ciscoDiscovery = new Decoder({
  name: "CiscoDiscovery",
  schema: CiscoDiscoverySchema,
  from: { etherType: [0x2000], snap: [0x00000c_2000], ppp: [0x0207] },
  decode,
});

const TAG = tagsOf(CiscoDiscoverySchema);
const HEADER_BYTES = 4;
const FIRST_VERSION = 1;
const LAST_VERSION = 2;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  const valuesAt = at + HEADER_BYTES;
  if (valuesAt > end) return Outcome.Truncated;
  const version = bytes[at]!;
  if (version < FIRST_VERSION || version > LAST_VERSION) return Outcome.Unsupported;
  const form = formOfValues(bytes, valuesAt, end);
  if (form !== Outcome.Ok) return form;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.TTL, bytes[at + 1]!);
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  for (let valueAt = valuesAt; valueAt < end; valueAt += u16(bytes, valueAt + 2)) {
    writeCiscoValue(out, TAG.Values, bytes, valueAt);
  }
  p.at = valuesAt;
  p.next = ciscoDiscoveryInfo;
  return Outcome.Ok;
}

function formOfValues(bytes: Uint8Array, at: number, end: number): Outcome {
  while (at < end) {
    if (at + VALUE_HEADER_BYTES > end) return Outcome.Truncated;
    const length = u16(bytes, at + 2);
    if (length < VALUE_HEADER_BYTES) return Outcome.Malformed;
    at += length;
  }
  return at > end ? Outcome.Truncated : Outcome.Ok;
}
