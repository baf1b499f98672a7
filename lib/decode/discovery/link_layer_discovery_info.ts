/**
 * What the values of a Link Layer Discovery message mean: IEEE 802.1AB-2016, 8.5.5 to 8.6. The message
 * is the one that `link_layer_discovery.ts` has decoded: its values fill the bytes exactly.
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import {
  LinkLayerDiscoveryInfoSchema,
  LLDPCapabilitiesSchema,
  LLDPMgmtAddressSchema,
  LLDPOrgSpecificTLVSchema,
  LLDPSysCapabilitiesSchema,
} from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import {
  nextValue,
  VALUE_HEADER_BYTES,
  valueLength,
  valueType,
  writeValue,
} from "./link_layer_values.ts";
import { writeObjectIdentifier } from "./object_identifier.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const linkLayerDiscoveryInfo = new Decoder({
  name: "LinkLayerDiscoveryInfo",
  schema: LinkLayerDiscoveryInfoSchema,
  decode,
});

const TAG = tagsOf(LinkLayerDiscoveryInfoSchema);
const SYSTEM_TAG = tagsOf(LLDPSysCapabilitiesSchema);
const CAPABILITY_TAG = tagsOf(LLDPCapabilitiesSchema);
const ADDRESS_TAG = tagsOf(LLDPMgmtAddressSchema);
const ORGANIZATION_TAG = tagsOf(LLDPOrgSpecificTLVSchema);
/** Chassis, port and time to live, which are in the other record. */
const MANDATORY = 3;
const PORT_DESCRIPTION = 4;
const SYSTEM_NAME = 5;
const SYSTEM_DESCRIPTION = 6;
const SYSTEM_CAPABILITIES = 7;
const MANAGEMENT_ADDRESS = 8;
const ORGANIZATION = 127;

/** In the order of their bits, from the lowest. */
const CAPABILITIES = [
  CAPABILITY_TAG.Other,
  CAPABILITY_TAG.Repeater,
  CAPABILITY_TAG.Bridge,
  CAPABILITY_TAG.WLANAP,
  CAPABILITY_TAG.Router,
  CAPABILITY_TAG.Phone,
  CAPABILITY_TAG.DocSis,
  CAPABILITY_TAG.StationOnly,
  CAPABILITY_TAG.CVLAN,
  CAPABILITY_TAG.SVLAN,
  CAPABILITY_TAG.TMPR,
];

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes } = p;
  for (let n = 0; n < MANDATORY; n++) p.at = nextValue(bytes, p.at);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  writeText(out, TAG.PortDescription, p, PORT_DESCRIPTION);
  writeText(out, TAG.SysName, p, SYSTEM_NAME);
  writeText(out, TAG.SysDescription, p, SYSTEM_DESCRIPTION);
  writeSystemCapabilities(out, p);
  writeManagementAddress(out, p);
  for (let at = p.at; at < p.end; at = nextValue(bytes, at)) {
    if (valueType(bytes, at) === ORGANIZATION && hasForm(bytes, at)) {
      writeOrganizationValue(out, bytes, at);
    }
  }
  for (let at = p.at; at < p.end; at = nextValue(bytes, at)) {
    if (!hasForm(bytes, at)) writeValue(out, TAG.Unknown, bytes, at);
  }
  out.bool(TAG.Truncated, p.isMessageCut);
  p.at = p.end;
  return Outcome.Ok;
}

/** Whether the value at `at` is of a type that has a field, and has the form of that type. */
function hasForm(bytes: Uint8Array, at: number): boolean {
  const length = valueLength(bytes, at);
  switch (valueType(bytes, at)) {
    case PORT_DESCRIPTION:
    case SYSTEM_NAME:
    case SYSTEM_DESCRIPTION:
      return true;
    case SYSTEM_CAPABILITIES:
    case ORGANIZATION:
      return length >= 4;
    case MANAGEMENT_ADDRESS:
      return hasAddressForm(bytes, at + VALUE_HEADER_BYTES, at + VALUE_HEADER_BYTES + length);
    default:
      return false;
  }
}

/**
 * Whether `bytes[at, end)` is an address: length, kind and address, kind and number of the interface
 * (1 and 4 bytes), length and bytes of an object identifier.
 */
function hasAddressForm(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === end || bytes[at]! === 0) return false;
  const interfaceAt = at + 1 + bytes[at]!;
  if (interfaceAt + 6 > end) return false;
  return interfaceAt + 6 + bytes[interfaceAt + 5]! <= end;
}

/** Where the last value of that type is that has its form; -1 when there is none. */
function lastOf({ bytes, at, end }: Packet, type: number): number {
  let last = -1;
  for (; at < end; at = nextValue(bytes, at)) {
    if (valueType(bytes, at) === type && hasForm(bytes, at)) last = at;
  }
  return last;
}

function writeText(out: WireWriter, tag: typeof TAG.SysName, p: Packet, type: number): void {
  const at = lastOf(p, type);
  if (at >= 0) out.bytesOf(tag, p.bytes, at + VALUE_HEADER_BYTES, nextValue(p.bytes, at));
}

function writeSystemCapabilities(out: WireWriter, p: Packet): void {
  const at = lastOf(p, SYSTEM_CAPABILITIES);
  const system = out.open(TAG.SysCapabilities);
  writeCapabilities(out, SYSTEM_TAG.SystemCap, at < 0 ? 0 : u16(p.bytes, at + VALUE_HEADER_BYTES));
  writeCapabilities(
    out,
    SYSTEM_TAG.EnabledCap,
    at < 0 ? 0 : u16(p.bytes, at + VALUE_HEADER_BYTES + 2),
  );
  out.close(system);
}

function writeCapabilities(out: WireWriter, tag: typeof SYSTEM_TAG.SystemCap, bits: number): void {
  const capabilities = out.open(tag);
  for (let bit = 0; bit < CAPABILITIES.length; bit++) {
    out.bool(CAPABILITIES[bit]!, (bits >> bit & 1) !== 0);
  }
  out.close(capabilities);
}

function writeManagementAddress(out: WireWriter, p: Packet): void {
  const { bytes } = p;
  const at = lastOf(p, MANAGEMENT_ADDRESS);
  const address = out.open(TAG.MgmtAddress);
  if (at >= 0) {
    const subtypeAt = at + VALUE_HEADER_BYTES + 1;
    const interfaceAt = subtypeAt + bytes[subtypeAt - 1]!;
    const objectAt = interfaceAt + 6;
    out.uint32(ADDRESS_TAG.Subtype, bytes[subtypeAt]!);
    out.bytesOf(ADDRESS_TAG.Address, bytes, subtypeAt + 1, interfaceAt);
    out.uint32(ADDRESS_TAG.InterfaceSubtype, bytes[interfaceAt]!);
    out.uint32Of(ADDRESS_TAG.InterfaceNumber, bytes, interfaceAt + 1);
    writeObjectIdentifier(out, ADDRESS_TAG.OID, bytes, objectAt, objectAt + bytes[objectAt - 1]!);
  }
  out.close(address);
}

function writeOrganizationValue(out: WireWriter, bytes: Uint8Array, at: number): void {
  const value = out.open(TAG.OrgTLVs);
  out.uint32(ORGANIZATION_TAG.OUI, u24(bytes, at + VALUE_HEADER_BYTES));
  out.uint32(ORGANIZATION_TAG.SubType, bytes[at + VALUE_HEADER_BYTES + 3]!);
  out.bytesOf(ORGANIZATION_TAG.Info, bytes, at + VALUE_HEADER_BYTES + 4, nextValue(bytes, at));
  out.close(value);
}
