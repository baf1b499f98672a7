/**
 * What the values of a Cisco Discovery message mean. The message is the one that `cisco_discovery.ts`
 * has decoded: its values, each behind type and length (2 bytes each), fill the bytes exactly. Of
 * several values for a field the last one counts. A value of a type that has no field, or that has not
 * the form of its type, is kept as it is. Cisco publishes no standard; forms as in Wireshark's
 * dissector.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import {
  CDPCapabilitiesSchema,
  CDPHelloSchema,
  CDPLocationSchema,
  CDPPowerDialogueSchema,
  CDPSparePairPoESchema,
  CDPVLANDialogueSchema,
  CiscoDiscoveryInfoSchema,
} from "../../../proto/netcap_tags.ts";
import { hasAddresses, hasPrefixes, writeAddresses, writePrefixes } from "./cisco_addresses.ts";
import { hasEnergyWiseForm, writeEnergyWise } from "./cisco_energy_wise.ts";
import { VALUE_HEADER_BYTES, writeCiscoValue } from "./cisco_value.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { writeText } from "../text.ts";

export const ciscoDiscoveryInfo = new Decoder({
  name: "CiscoDiscoveryInfo",
  schema: CiscoDiscoveryInfoSchema,
  decode,
});

const TAG = tagsOf(CiscoDiscoveryInfoSchema);
const HELLO_TAG = tagsOf(CDPHelloSchema);
const CAPABILITY_TAG = tagsOf(CDPCapabilitiesSchema);
const VLAN_TAG = tagsOf(CDPVLANDialogueSchema);
const LOCATION_TAG = tagsOf(CDPLocationSchema);
const POWER_TAG = tagsOf(CDPPowerDialogueSchema);
const SPARE_PAIR_TAG = tagsOf(CDPSparePairPoESchema);

/** The types of values that have a field. */
const Type = {
  DeviceId: 0x01,
  Addresses: 0x02,
  PortId: 0x03,
  Capabilities: 0x04,
  Version: 0x05,
  Platform: 0x06,
  IpPrefixes: 0x07,
  Hello: 0x08,
  VtpDomain: 0x09,
  NativeVlan: 0x0a,
  Duplex: 0x0b,
  VlanReply: 0x0e,
  VlanQuery: 0x0f,
  Power: 0x10,
  Mtu: 0x11,
  ExtendedTrust: 0x12,
  UntrustedCos: 0x13,
  SystemName: 0x14,
  SystemObjectId: 0x15,
  ManagementAddresses: 0x16,
  Location: 0x17,
  PowerRequest: 0x19,
  PowerAvailable: 0x1a,
  EnergyWise: 0x1d,
  SparePairPoe: 0x1f,
} as const;

/** In the order of their bits, from the lowest. */
const CAPABILITIES = [
  CAPABILITY_TAG.L3Router,
  CAPABILITY_TAG.TBBridge,
  CAPABILITY_TAG.SPBridge,
  CAPABILITY_TAG.L2Switch,
  CAPABILITY_TAG.IsHost,
  CAPABILITY_TAG.IGMPFilter,
  CAPABILITY_TAG.L1Repeater,
  CAPABILITY_TAG.IsPhone,
  CAPABILITY_TAG.RemotelyManaged,
];
const SPARE_PAIR_FLAGS = [
  SPARE_PAIR_TAG.PSEFourWire,
  SPARE_PAIR_TAG.PDArchShared,
  SPARE_PAIR_TAG.PDRequestOn,
  SPARE_PAIR_TAG.PSEOn,
];

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes } = p;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  writeHello(out, p);
  writeBytes(out, TAG.DeviceID, p, Type.DeviceId);
  const addressesAt = lastOf(p, Type.Addresses);
  if (addressesAt >= 0) writeAddresses(out, TAG.Addresses, bytes, addressesAt);
  writeBytes(out, TAG.PortID, p, Type.PortId);
  writeCapabilities(out, p);
  writeBytes(out, TAG.Version, p, Type.Version);
  writeBytes(out, TAG.Platform, p, Type.Platform);
  const prefixesAt = lastOf(p, Type.IpPrefixes);
  if (prefixesAt >= 0) {
    writePrefixes(out, TAG.IPPrefixes, bytes, prefixesAt, endOf(bytes, prefixesAt));
  }
  writeBytes(out, TAG.VTPDomain, p, Type.VtpDomain);
  writeU16(out, TAG.NativeVLAN, p, Type.NativeVlan);
  const duplexAt = lastOf(p, Type.Duplex);
  out.bool(TAG.FullDuplex, duplexAt >= 0 && bytes[duplexAt] === 1);
  writeVlan(out, TAG.VLANReply, p, Type.VlanReply);
  writeVlan(out, TAG.VLANQuery, p, Type.VlanQuery);
  writeU16(out, TAG.PowerConsumption, p, Type.Power);
  const mtuAt = lastOf(p, Type.Mtu);
  if (mtuAt >= 0) out.uint32Of(TAG.MTU, bytes, mtuAt);
  writeByte(out, TAG.ExtendedTrust, p, Type.ExtendedTrust);
  writeByte(out, TAG.UntrustedCOS, p, Type.UntrustedCos);
  writeBytes(out, TAG.SysName, p, Type.SystemName);
  writeBytes(out, TAG.SysOID, p, Type.SystemObjectId);
  const managementAt = lastOf(p, Type.ManagementAddresses);
  if (managementAt >= 0) writeAddresses(out, TAG.MgmtAddresses, bytes, managementAt);
  writeLocation(out, p);
  writePower(out, TAG.PowerRequest, p, Type.PowerRequest);
  writePower(out, TAG.PowerAvailable, p, Type.PowerAvailable);
  writeSparePair(out, p);
  const energyAt = lastOf(p, Type.EnergyWise);
  const energyWise = out.open(TAG.EnergyWise);
  if (energyAt >= 0) writeEnergyWise(out, bytes, energyAt);
  out.close(energyWise);
  writeUnknown(out, p);
  out.bool(TAG.Truncated, p.isMessageCut);
  p.at = p.end;
  return Outcome.Ok;
}

/** Whether the content `bytes[at, end)` of a value has the form of a type that has a field. */
function hasForm(type: number, bytes: Uint8Array, at: number, end: number): boolean {
  const length = end - at;
  switch (type) {
    case Type.DeviceId:
    case Type.PortId:
    case Type.Version:
    case Type.Platform:
    case Type.VtpDomain:
    case Type.SystemName:
    case Type.SystemObjectId:
      return true;
    case Type.Duplex:
    case Type.ExtendedTrust:
    case Type.UntrustedCos:
    case Type.SparePairPoe:
      return length >= 1;
    case Type.NativeVlan:
    case Type.Power:
    case Type.Location:
      return length >= 2;
    case Type.VlanReply:
    case Type.VlanQuery:
      return length >= 3;
    case Type.Capabilities:
    case Type.Mtu:
      return length >= 4;
    case Type.PowerRequest:
    case Type.PowerAvailable:
      return length >= 4 && length % 4 === 0;
    case Type.Hello:
      return length >= 32;
    case Type.Addresses:
    case Type.ManagementAddresses:
      return hasAddresses(bytes, at, end);
    case Type.IpPrefixes:
      return hasPrefixes(bytes, at, end);
    case Type.EnergyWise:
      return hasEnergyWiseForm(bytes, at, end);
    default:
      return false;
  }
}

/** Where the content of the last value of that type begins that has its form; -1 if there is none. */
function lastOf({ bytes, at, end }: Packet, type: number): number {
  let last = -1;
  for (; at < end; at += u16(bytes, at + 2)) {
    const contentAt = at + VALUE_HEADER_BYTES;
    if (u16(bytes, at) !== type) continue;
    if (hasForm(type, bytes, contentAt, endOf(bytes, contentAt))) last = contentAt;
  }
  return last;
}

/** Where the content that begins at `contentAt` ends. */
function endOf(bytes: Uint8Array, contentAt: number): number {
  return contentAt - VALUE_HEADER_BYTES + u16(bytes, contentAt - 2);
}

function writeBytes(out: WireWriter, tag: typeof TAG.DeviceID, p: Packet, type: number): void {
  const at = lastOf(p, type);
  if (at >= 0) out.bytesOf(tag, p.bytes, at, endOf(p.bytes, at));
}

function writeByte(out: WireWriter, tag: typeof TAG.UntrustedCOS, p: Packet, type: number): void {
  const at = lastOf(p, type);
  if (at >= 0) out.uint32(tag, p.bytes[at]!);
}

function writeU16(out: WireWriter, tag: typeof TAG.NativeVLAN, p: Packet, type: number): void {
  const at = lastOf(p, type);
  if (at >= 0) out.uint32(tag, u16(p.bytes, at));
}

function writeCapabilities(out: WireWriter, p: Packet): void {
  const at = lastOf(p, Type.Capabilities);
  const capabilities = out.open(TAG.Capabilities);
  if (at >= 0) writeBits(out, CAPABILITIES, u16(p.bytes, at + 2)); // the upper half is not used
  out.close(capabilities);
}

function writeSparePair(out: WireWriter, p: Packet): void {
  const at = lastOf(p, Type.SparePairPoe);
  const sparePair = out.open(TAG.SparePairPoe);
  if (at >= 0) writeBits(out, SPARE_PAIR_FLAGS, p.bytes[at]!);
  out.close(sparePair);
}

function writeBits(out: WireWriter, tags: typeof CAPABILITIES, bits: number): void {
  for (let bit = 0; bit < tags.length; bit++) out.bool(tags[bit]!, (bits >> bit & 1) !== 0);
}

function writeHello(out: WireWriter, p: Packet): void {
  const { bytes } = p;
  const at = lastOf(p, Type.Hello);
  const hello = out.open(TAG.CDPHello);
  if (at >= 0) {
    out.bytesOf(HELLO_TAG.OUI, bytes, at, at + 3);
    out.uint32(HELLO_TAG.ProtocolID, u16(bytes, at + 3));
    out.bytesOf(HELLO_TAG.ClusterMaster, bytes, at + 5, at + 9);
    out.bytesOf(HELLO_TAG.Unknown1, bytes, at + 9, at + 13);
    out.uint32(HELLO_TAG.Version, bytes[at + 13]!);
    out.uint32(HELLO_TAG.SubVersion, bytes[at + 14]!);
    out.uint32(HELLO_TAG.Status, bytes[at + 15]!);
    out.uint32(HELLO_TAG.Unknown2, bytes[at + 16]!);
    out.bytesOf(HELLO_TAG.ClusterCommander, bytes, at + 17, at + 23);
    out.bytesOf(HELLO_TAG.SwitchMAC, bytes, at + 23, at + 29);
    out.uint32(HELLO_TAG.Unknown3, bytes[at + 29]!);
    out.uint32(HELLO_TAG.ManagementVLAN, u16(bytes, at + 30));
  }
  out.close(hello);
}

function writeVlan(out: WireWriter, tag: typeof TAG.VLANReply, p: Packet, type: number): void {
  const at = lastOf(p, type);
  const vlan = out.open(tag);
  if (at >= 0) {
    out.uint32(VLAN_TAG.ID, p.bytes[at]!);
    out.uint32(VLAN_TAG.VLAN, u16(p.bytes, at + 1));
  }
  out.close(vlan);
}

function writeLocation(out: WireWriter, p: Packet): void {
  const { bytes } = p;
  const at = lastOf(p, Type.Location);
  const location = out.open(TAG.Location);
  if (at >= 0) {
    out.uint32(LOCATION_TAG.Type, bytes[at]!);
    writeText(out, LOCATION_TAG.Location, bytes, at + 1, endOf(bytes, at));
  }
  out.close(location);
}

function writePower(out: WireWriter, tag: typeof TAG.PowerRequest, p: Packet, type: number): void {
  const { bytes } = p;
  const at = lastOf(p, type);
  const power = out.open(tag);
  if (at >= 0) {
    out.uint32(POWER_TAG.ID, u16(bytes, at));
    out.uint32(POWER_TAG.MgmtID, u16(bytes, at + 2));
    out.uint32sOf(POWER_TAG.Values, bytes, at + 4, endOf(bytes, at));
  }
  out.close(power);
}

function writeUnknown(out: WireWriter, { bytes, at, end }: Packet): void {
  for (; at < end; at += u16(bytes, at + 2)) {
    const contentAt = at + VALUE_HEADER_BYTES;
    if (hasForm(u16(bytes, at), bytes, contentAt, endOf(bytes, contentAt))) continue;
    writeCiscoValue(out, TAG.Unknown, bytes, at);
  }
}
