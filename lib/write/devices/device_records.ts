/** What records say of devices, by their type. */
import type { DescMessage } from "@bufbuild/protobuf";
import {
  ARPSchema,
  CiscoDiscoveryInfoSchema,
  ConnectionSchema,
  DeviceProfileSchema,
  DHCPv4Schema,
  DHCPv6Schema,
  type DNSResourceRecord,
  DNSSchema,
  Dot11Schema,
  EthernetSchema,
  type ICMPv6NeighborAdvertisement,
  ICMPv6NeighborAdvertisementSchema,
  ICMPv6NeighborSolicitationSchema,
  type ICMPv6Option,
  ICMPv6RouterAdvertisementSchema,
  ICMPv6RouterSolicitationSchema,
  LinkLayerDiscoverySchema,
  type NetBIOSNames,
  NetBIOSNamesSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { MAX_IPV6_TEXT_BYTES, writeIpv4Text, writeIpv6Text } from "../../base/text/address_text.ts";
import type { RecordOf, RecordSchema } from "../../base/record/schema_types.ts";
import { textOf } from "../read/field_kind.ts";
import { clientNameOf, dhcpName, isAcknowledged } from "./dhcp_names.ts";
import { MAC_BYTES, macText } from "./mac_text.ts";
import type { NameSource, Sightings } from "./sighting.ts";

/** Tells what a record of one type says. */
type Tell = (record: unknown, to: Sightings) => void;

/** Types of records that tell of devices, and how. */
export const DEVICE_RECORDS: ReadonlyMap<string, Tell> = new Map([
  of(EthernetSchema, ({ SrcMAC, Timestamp }, to) => to.device(SrcMAC, Timestamp)),
  of(Dot11Schema, ({ Address2, Timestamp }, to) => to.device(Address2, Timestamp)),
  of(DeviceProfileSchema, ({ MacAddr, DeviceIPs, Timestamp, TimestampLast }, to) => {
    to.device(MacAddr, Timestamp, TimestampLast);
    for (const address of DeviceIPs) to.address(MacAddr, address, "traffic");
  }),
  of(ConnectionSchema, (record, to) => {
    const { TimestampFirst, TimestampLast, Tunnel, PacketsServerToClient } = record;
    if (Tunnel !== "") return; // the addresses may be those of a frame around it
    const tell = (mac: string, address: string) => {
      to.device(mac, TimestampFirst, TimestampLast);
      to.address(mac, address, "traffic");
    };
    tell(record.SrcMAC, record.SrcIP);
    if (PacketsServerToClient > 0n) tell(record.DstMAC, record.DstIP);
  }),
  of(ARPSchema, ({ SrcHwAddress, SrcProtocolAddress, Timestamp }, to) => {
    to.device(SrcHwAddress, Timestamp);
    to.address(SrcHwAddress, SrcProtocolAddress, "ARP");
  }),
  of(ICMPv6NeighborSolicitationSchema, tellSource),
  of(ICMPv6RouterSolicitationSchema, tellSource),
  of(ICMPv6RouterAdvertisementSchema, tellSource),
  of(ICMPv6NeighborAdvertisementSchema, tellTarget),
  of(DHCPv4Schema, (record, to) => {
    const { HardwareType, HardwareLen, ClientHWAddr: mac, Timestamp } = record;
    if (HardwareType !== ETHERNET_HARDWARE || HardwareLen !== MAC_BYTES) return;
    if (record.Operation === BOOT_REQUEST) {
      to.device(mac, Timestamp);
      to.address(mac, record.ClientIP, "DHCP");
    } else if (isAcknowledged(record.Options)) {
      to.address(mac, record.YourClientIP, "DHCP");
    }
    const name = dhcpName(record.Options);
    if (name !== undefined) to.name(mac, name, "DHCP");
  }),
  of(DHCPv6Schema, ({ Options, SrcIP }, to) => {
    const name = clientNameOf(Options);
    if (name !== undefined && SrcIP.startsWith(LINK_LOCAL)) to.nameOf(SrcIP, name, "DHCPv6");
  }),
  of(DNSSchema, ({ QR, SrcPort, DstPort, Answers, Additionals }, to) => {
    if (!QR) return;
    const source = LINK_NAMES.get(SrcPort) ?? LINK_NAMES.get(DstPort);
    if (source === undefined) return;
    for (const answer of [...Answers, ...Additionals]) tellHost(answer, source, to);
  }),
  of(NetBIOSNamesSchema, tellNetBios),
  of(LinkLayerDiscoverySchema, ({ ChassisID, PortID, Values, Timestamp }, to) => {
    const id = ChassisID?.Subtype === LLDP_CHASSIS_MAC
      ? ChassisID.ID
      : PortID?.Subtype === LLDP_PORT_MAC
      ? PortID.ID
      : undefined;
    if (id?.length !== MAC_BYTES) return;
    const mac = macText(id);
    to.device(mac, Timestamp);
    for (const { Type, Value } of Values) {
      if (Type === LLDP_SYSTEM_NAME) to.name(mac, textOf(Value), "LLDP");
      if (Type !== LLDP_MANAGEMENT_ADDRESS) continue;
      const address = addressText(Value.subarray(1, 1 + (Value[0] ?? 0)));
      if (address !== undefined) to.address(mac, address, "LLDP");
    }
  }),
  of(CiscoDiscoveryInfoSchema, ({ DeviceID, SysName, Addresses }, to) => {
    for (const address of Addresses) {
      to.nameOf(textOf(address), textOf(DeviceID), "CDP");
      to.nameOf(textOf(address), textOf(SysName), "CDP");
    }
  }),
]);

const ETHERNET_HARDWARE = 1;
const BOOT_REQUEST = 1;
/** fe80::/64, the addresses that are in use of fe80::/10 (RFC 4291, section 2.5.6). */
const LINK_LOCAL = "fe80::";
/** Ports of names that hosts tell about themselves: multicast DNS and LLMNR. */
const LINK_NAMES: ReadonlyMap<number, NameSource> = new Map([[5353, "mDNS"], [5355, "LLMNR"]]);
/** IEEE 802.1AB-2016, tables 8-1 to 8-3. */
const LLDP_CHASSIS_MAC = 4;
const LLDP_PORT_MAC = 3;
const LLDP_SYSTEM_NAME = 5;
const LLDP_MANAGEMENT_ADDRESS = 8;
/** Options of neighbor discovery (RFC 4861, section 4.6.1). */
const SOURCE_LINK_ADDRESS = 1;
const TARGET_LINK_ADDRESS = 2;
const A = 1;
/** Of NetBIOS: a name that is a group's, those of hosts and of servers of files, and what releases one. */
const GROUP = 0x8000;
const HOST_SUFFIXES = [0x00, 0x20];
const RELEASE = 6;
const AAAA = 28;

function of<Schema extends RecordSchema>(
  schema: Schema,
  tell: (record: RecordOf<Schema>, to: Sightings) => void,
): [string, Tell] {
  return [(schema as DescMessage).name, tell as Tell];
}

/** Of messages that tell the address of who sends them. */
function tellSource(
  { SrcIP, Options, Timestamp }: {
    readonly SrcIP: string;
    readonly Options: readonly ICMPv6Option[];
    readonly Timestamp: bigint;
  },
  to: Sightings,
): void {
  const mac = linkAddress(Options, SOURCE_LINK_ADDRESS);
  if (mac === undefined) return;
  to.device(mac, Timestamp);
  to.address(mac, SrcIP, "NDP");
}

function tellTarget(
  { TargetAddress, Options, Timestamp }: ICMPv6NeighborAdvertisement,
  to: Sightings,
): void {
  const mac = linkAddress(Options, TARGET_LINK_ADDRESS);
  if (mac === undefined) return;
  to.device(mac, Timestamp);
  to.address(mac, TargetAddress, "NDP");
}

function linkAddress(options: readonly ICMPv6Option[], type: number): string | undefined {
  const data = options.find(({ Type }) => Type === type)?.Data;
  return data?.length === MAC_BYTES ? macText(data) : undefined;
}

/** An answer with a host's address, unless it takes its name back (RFC 6762, section 10.1). */
function tellHost({ Type, TTL, Name, IP }: DNSResourceRecord, source: NameSource, to: Sightings) {
  if ((Type === A || Type === AAAA) && TTL > 0) to.nameOf(IP, textOf(Name), source);
}

/** Names that hosts register, or that they or others tell when they are asked (RFC 1002, section 4.2). */
function tellNetBios(record: NetBIOSNames, to: Sightings): void {
  const { OpCode, IsResponse, SrcIP, Answers, Additionals } = record;
  if (OpCode === RELEASE) return;
  for (const { Name, Suffix, Addresses, Names, UnitID } of IsResponse ? Answers : Additionals) {
    for (const { Flags, IP } of Addresses) {
      if (isHost(Suffix, Flags)) to.nameOf(IP, textOf(Name), "NetBIOS");
    }
    for (const own of Names.filter(({ Suffix, Flags }) => isHost(Suffix, Flags))) {
      to.nameOf(SrcIP, textOf(own.Name), "NetBIOS");
      to.name(UnitID, textOf(own.Name), "NetBIOS");
    }
  }
}

function isHost(suffix: number, flags: number): boolean {
  return (flags & GROUP) === 0 && HOST_SUFFIXES.includes(suffix);
}

/** A management address (IEEE 802.1AB-2016, 8.5.9): its family by IANA's number, then its bytes. */
function addressText(familyAndAddress: Uint8Array): string | undefined {
  const text = new Uint8Array(MAX_IPV6_TEXT_BYTES);
  const [family] = familyAndAddress;
  const bytes = familyAndAddress.subarray(1);
  if (family === 1 && bytes.length === 4) {
    return textOf(text.subarray(0, writeIpv4Text(text, 0, bytes, 0)));
  }
  if (family === 2 && bytes.length === 16) {
    return textOf(text.subarray(0, writeIpv6Text(text, 0, bytes, 0)));
  }
  return undefined;
}
