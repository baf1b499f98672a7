/**
 * Link Layer Discovery Protocol: what a device tells its neighbors, as it is sent. IEEE 802.1AB-2016,
 * 8.2 to 8.5.4. A list of values; each has a type (7 bits) and the length of what follows (9 bits).
 * The first three are chassis, port and time to live. A value of type 0 or the end of the frame
 * ends the list.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import {
  LinkLayerDiscoverySchema,
  LLDPChassisIDSchema,
  LLDPPortIDSchema,
} from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { linkLayerDiscoveryInfo } from "./link_layer_discovery_info.ts";
import {
  nextValue,
  VALUE_HEADER_BYTES,
  valueLength,
  valueType,
  writeValue,
} from "./link_layer_values.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const linkLayerDiscovery = new Decoder({
  name: "LinkLayerDiscovery",
  schema: LinkLayerDiscoverySchema,
  from: { etherType: [0x88cc] },
  decode,
});

const TAG = tagsOf(LinkLayerDiscoverySchema);
const CHASSIS_TAG = tagsOf(LLDPChassisIDSchema);
const PORT_TAG = tagsOf(LLDPPortIDSchema);
const END = 0;
const CHASSIS_ID = 1; // the port is 2
const TIME_TO_LIVE = 3;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  const end = endOfValues(bytes, at, p.end);
  const isWhole = end === p.end ? !p.isCut : isLast(bytes, end, p.end);
  if (!beginsAsItMust(bytes, at, end)) {
    return isWhole || isBeyond(bytes, at, end) ? Outcome.Malformed : Outcome.Truncated;
  }
  const portAt = nextValue(bytes, at);
  const timeToLiveAt = nextValue(bytes, portAt);
  const valuesAt = nextValue(bytes, timeToLiveAt);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  const chassis = out.open(TAG.ChassisID);
  out.uint32(CHASSIS_TAG.Subtype, bytes[at + VALUE_HEADER_BYTES]!);
  out.bytesOf(CHASSIS_TAG.ID, bytes, at + VALUE_HEADER_BYTES + 1, portAt);
  out.close(chassis);
  const port = out.open(TAG.PortID);
  out.uint32(PORT_TAG.Subtype, bytes[portAt + VALUE_HEADER_BYTES]!);
  out.bytesOf(PORT_TAG.ID, bytes, portAt + VALUE_HEADER_BYTES + 1, timeToLiveAt);
  out.close(port);
  out.uint32(TAG.TTL, u16(bytes, timeToLiveAt + VALUE_HEADER_BYTES));
  for (let valueAt = valuesAt; valueAt < end; valueAt = nextValue(bytes, valueAt)) {
    writeValue(out, TAG.Values, bytes, valueAt);
  }
  out.bool(TAG.Truncated, !isWhole);
  p.isMessageCut = !isWhole;
  p.end = end; // the next decoder reads the same values
  p.next = linkLayerDiscoveryInfo;
  return Outcome.Ok;
}

/** Where the values in `bytes[at, end)` end that are whole, without an end value. */
function endOfValues(bytes: Uint8Array, at: number, end: number): number {
  while (at + VALUE_HEADER_BYTES <= end && valueType(bytes, at) !== END) {
    const next = nextValue(bytes, at);
    if (next > end) break;
    at = next;
  }
  return at;
}

/** Whether the value at `at` is the one that ends the list. */
function isLast(bytes: Uint8Array, at: number, end: number): boolean {
  return at + VALUE_HEADER_BYTES <= end && valueType(bytes, at) === END;
}

/** Whether there are more values in `bytes[at, end)` than have to be there. */
function isBeyond(bytes: Uint8Array, at: number, end: number): boolean {
  for (let type = CHASSIS_ID; type <= TIME_TO_LIVE; type++) {
    if (at === end) return false;
    if (valueType(bytes, at) !== type) return true;
    at = nextValue(bytes, at);
  }
  return true;
}

/** Whether there are chassis, port and time to live, in this order and once each. */
function beginsAsItMust(bytes: Uint8Array, at: number, end: number): boolean {
  for (let type = CHASSIS_ID; type <= TIME_TO_LIVE; type++) {
    if (at === end || valueType(bytes, at) !== type) return false;
    const length = valueLength(bytes, at);
    if (length < 2 || type !== TIME_TO_LIVE && bytes[at + VALUE_HEADER_BYTES] === 0) return false;
    at = nextValue(bytes, at);
  }
  for (; at < end; at = nextValue(bytes, at)) {
    if (valueType(bytes, at) <= TIME_TO_LIVE) return false;
  }
  return true;
}
