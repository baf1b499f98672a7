/**
 * Cisco Discovery Protocol, what a device tells its neighbors, as it is sent: version and time to
 * live (1 byte each), checksum (2), then values, each behind a type and a length of its own (2 bytes
 * each; the length counts these 4). Cisco publishes no standard; layout as in Wireshark's dissector.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { CiscoDiscoverySchema } from "../../../proto/netcap_tags.ts";
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
  const valuesEnd = endOfValues(bytes, valuesAt, end);
  if (valuesEnd < 0) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.TTL, bytes[at + 1]!);
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  for (let valueAt = valuesAt; valueAt < valuesEnd; valueAt += u16(bytes, valueAt + 2)) {
    writeCiscoValue(out, TAG.Values, bytes, valueAt);
  }
  p.isMessageCut = valuesEnd < end || p.isCut;
  out.bool(TAG.Truncated, p.isMessageCut);
  p.at = valuesAt;
  p.end = valuesEnd;
  p.next = ciscoDiscoveryInfo;
  return Outcome.Ok;
}

/** Where the values in `bytes[at, end)` end that are whole; -1 when one contradicts itself. */
function endOfValues(bytes: Uint8Array, at: number, end: number): number {
  while (at + VALUE_HEADER_BYTES <= end) {
    const length = u16(bytes, at + 2);
    if (length < VALUE_HEADER_BYTES) return -1;
    if (at + length > end) break;
    at += length;
  }
  return at;
}
