/** What tshark calls the fields of what switches tell each other. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import {
  type CDPHello,
  type CiscoDiscoveryInfo,
  CiscoDiscoveryInfoSchema,
  CiscoDiscoverySchema,
  type LinkLayerDiscoveryInfo,
  LinkLayerDiscoveryInfoSchema,
  LinkLayerDiscoverySchema,
  type LLDPCapabilities,
  NortelDiscoverySchema,
} from "../../../../proto/gen/netcap_pb.ts";
import {
  fields,
  flag,
  type Group,
  hex2,
  hex4,
  hex6,
  hex8,
  mac,
  only,
  text,
  type ValuesOf,
} from "../table.ts";

const IP_PREFIX = 7;

export const DISCOVERY: Group = {
  tables: [
    fields("lldp", LinkLayerDiscoverySchema, {
      "lldp.chassis.subtype": (r) => r.ChassisID!.Subtype,
      "lldp.chassis.id.mac": (r) => only(r.ChassisID!.Subtype === 4, mac(r.ChassisID!.ID)),
      "lldp.port.subtype": (r) => r.PortID!.Subtype,
      "lldp.port.id.mac": (r) => only(r.PortID!.Subtype === 3, mac(r.PortID!.ID)),
      "lldp.port.id": (r) => only(![3, 4].includes(r.PortID!.Subtype), text(r.PortID!.ID)),
      "lldp.time_to_live": (r) => r.TTL,
      "lldp.tlv.type": (r) => [1, 2, 3, ...r.Values.map(({ Type }) => Type)],
      "lldp.tlv.len": (r) => [
        1 + r.ChassisID!.ID.length,
        1 + r.PortID!.ID.length,
        2,
        ...r.Values.map(({ Length }) => Length),
      ],
    }, {
      "lldp.tlv.type": withoutEnd,
      "lldp.tlv.len": withoutEnd,
    }),
    fields("lldp", LinkLayerDiscoveryInfoSchema, {
      "lldp.port.desc": (r) => texts(r.PortDescription),
      "lldp.tlv.system.name": (r) => texts(r.SysName),
      "lldp.tlv.system.desc": (r) => texts(r.SysDescription),
      "lldp.tlv.system_cap": (r) => capabilities(r.SysCapabilities!.SystemCap!),
      "lldp.tlv.enable_system_cap": (r) => capabilities(r.SysCapabilities!.EnabledCap!),
      "lldp.mgn.address.subtype": (r) => nonZero(r.MgmtAddress!.Subtype),
      "lldp.mgn.addr.ip4": (r) =>
        only(r.MgmtAddress!.Subtype === 1, r.MgmtAddress!.Address.join(".")),
      "lldp.mgn.addr.hex": (r) =>
        only(r.MgmtAddress!.Subtype > 2, encodeHex(r.MgmtAddress!.Address)),
      "lldp.mgn.interface.subtype": (r) => nonZero(r.MgmtAddress!.InterfaceSubtype),
      "lldp.mgn.interface.number": (r) =>
        only(r.MgmtAddress!.Address.length > 0, r.MgmtAddress!.InterfaceNumber),
      "lldp.mgn.obj.id": (r) => only(r.MgmtAddress!.OID !== "", r.MgmtAddress!.OID),
      "lldp.orgtlv.oui": (r) => r.OrgTLVs.map(({ OUI }) => OUI),
      "lldp.ieee.802_1.subtype": (r) => subtypes(r, 0x0080c2),
      "lldp.ieee.802_3.subtype": (r) => subtypes(r, 0x00120f),
      "lldp.media.subtype": (r) => subtypes(r, 0x0012bb),
    }),
    fields("cdp", CiscoDiscoverySchema, {
      "cdp.version": (r) => r.Version,
      "cdp.ttl": (r) => r.TTL,
      "cdp.checksum": (r) => hex4(r.Checksum),
      "cdp.tlv.type": (r) => r.Values.map(({ Type }) => hex4(Type)),
      "cdp.tlv.len": (r) => r.Values.map(({ Length }) => Length),
    }),
    fields("cdp", CiscoDiscoveryInfoSchema, {
      "cdp.deviceid": (r) => texts(r.DeviceID),
      "cdp.portid": (r) => texts(r.PortID),
      "cdp.platform": (r) => texts(r.Platform),
      "cdp.software_version": (r) => texts(r.Version).flatMap((lines) => lines.split("\\n")),
      "cdp.vtp_management_domain": (r) => texts(r.VTPDomain),
      "cdp.native_vlan": (r) => nonZero(r.NativeVLAN),
      "cdp.duplex": (r) => only(r.FullDuplex, 1),
      "cdp.capabilities": (r) => {
        const c = r.Capabilities!;
        const flags = [c.L3Router, c.TBBridge, c.SPBridge, c.L2Switch, c.IsHost, c.IGMPFilter];
        const all = bits([...flags, c.L1Repeater, c.IsPhone, c.RemotelyManaged]);
        return only(all !== 0, hex8(all));
      },
      "cdp.nrgyz.ip_address": (r) => addresses(r).filter((address) => !address.includes(":")),
      "cdp.nrgyz.ipv6_address": (r) => addresses(r).filter((address) => address.includes(":")),
      ...hello({
        "cdp.oui": (h) => number(h.OUI),
        "cdp.protocol_id": (h) => hex4(h.ProtocolID),
        "cdp.cluster.master_ip": (h) => h.ClusterMaster.join("."),
        "cdp.cluster.ip": (h) => h.Unknown1.join("."),
        "cdp.cluster.version": (h) => hex2(h.Version),
        "cdp.cluster.sub_version": (h) => hex2(h.SubVersion),
        "cdp.cluster.status": (h) => hex2(h.Status),
        "cdp.cluster.unknown": (h) => [hex2(h.Unknown2), hex2(h.Unknown3)],
        "cdp.cluster.commander_mac": (h) => mac(h.ClusterCommander),
        "cdp.cluster.switch_mac": (h) => mac(h.SwitchMAC),
        "cdp.cluster.management_vlan": (h) => h.ManagementVLAN,
      }),
      "cdp.trust_bitmap": (r) => only(r.ExtendedTrust !== 0, hex2(r.ExtendedTrust)),
      "cdp.untrusted_port_cos": (r) => only(r.UntrustedCOS !== 0, hex2(r.UntrustedCOS)),
      "cdp.request_id": (r) => [r.PowerRequest!.ID, r.PowerAvailable!.ID].filter(Boolean),
      "cdp.management_id": (r) =>
        [r.PowerRequest!.MgmtID, r.PowerAvailable!.MgmtID].filter(Boolean),
      "cdp.power_available": (r) => r.PowerAvailable!.Values,
      "cdp.power_requested": (r) => r.PowerRequest!.Values,
      "cdp.voice_vlan": (r) => [r.VLANReply, r.VLANQuery].map((one) => one!.VLAN).filter(Boolean),
      // tshark has the kinds of device there, and what it does not know.
      "cdp.data": (r) => [
        ...[r.VLANReply!.ID, r.VLANQuery!.ID].filter(Boolean).map((id) => hex2(id).slice(2)),
        ...r.Unknown.filter(({ Type }) => Type !== IP_PREFIX).map(({ Value }) => encodeHex(Value)),
      ],
      // Of the type of prefixes, but 4 bytes long: a gateway.
      "cdp.odr_default_gateway": (r) =>
        r.Unknown.filter(({ Type, Length }) => Type === IP_PREFIX && Length === 8)
          .map(({ Value }) => Value.join(".")),
      "cdp.power_consumption": (r) => nonZero(r.PowerConsumption),
      "cdp.mtu": (r) => nonZero(r.MTU),
      "cdp.system_name": (r) => texts(r.SysName),
      "cdp.system_object_identifier": (r) => only(r.SysOID.length > 0, encodeHex(r.SysOID)),
      "cdp.location": (r) => only(r.Location!.Location !== "", r.Location!.Location),
      "cdp.spare_poe_tlv": (r) => {
        const { PSEFourWire, PDArchShared, PDRequestOn, PSEOn } = r.SparePairPoe!;
        const flags = bits([PSEFourWire, PDArchShared, PDRequestOn, PSEOn]);
        return only(flags > 0, hex2(flags));
      },
      "cdp.encrypted_data": (r) => only(hasEnergyWise(r), encodeHex(r.EnergyWise!.EncryptedData)),
      "cdp.seen_sequence": (r) => only(hasEnergyWise(r), r.EnergyWise!.Unknown1),
      "cdp.sequence_number": (r) => only(hasEnergyWise(r), r.EnergyWise!.SequenceNumber),
      "cdp.model_number": (r) => only(hasEnergyWise(r), textBeforeNul(r.EnergyWise!.ModelNumber)),
      "cdp.unknown_pad": (r) => only(hasEnergyWise(r), hex4(r.EnergyWise!.Unknown2)),
      "cdp.hardware_version_id": (r) => texts(r.EnergyWise!.HardwareID),
      "cdp.system_serial_number": (r) => texts(r.EnergyWise!.SerialNum),
      "cdp.nrgyz_unknown_values": (r) => only(hasEnergyWise(r), encodeHex(r.EnergyWise!.Unknown3)),
      "cdp.nrgyz_reply_to.role": (r) => only(hasEnergyWise(r), textBeforeNul(r.EnergyWise!.Role)),
      "cdp.nrgyz_reply_to.domain": (r) =>
        only(hasEnergyWise(r), textBeforeNul(r.EnergyWise!.Domain)),
      "cdp.nrgyz_reply_to.name": (r) => only(hasEnergyWise(r), textBeforeNul(r.EnergyWise!.Name)),
      "cdp.nrgyz_reply_to.port": (r) => only(hasEnergyWise(r), number(r.EnergyWise!.ReplyPort)),
      "cdp.nrgyz_reply_to.ip_address": (r) =>
        only(hasEnergyWise(r), r.EnergyWise!.ReplyAddress.join(".")),
    }, {
      // Of these, zero is not in a record.
      ...Object.fromEntries(
        ["duplex", "capabilities", "trust_bitmap", "untrusted_port_cos", "native_vlan"]
          .concat("request_id", "management_id", "voice_vlan")
          .map((
            name,
          ) => [`cdp.${name}`, (values) => values.filter((value) => Number(value) !== 0)]),
      ),
    }),
    fields("ndp", NortelDiscoverySchema, {
      "ndp.ipaddress": (r) => r.IPAddress.join("."),
      "ndp.segmentident": (r) => hex6(number(r.SegmentID)),
      "ndp.chassis": (r) => r.Chassis,
      "ndp.backplane": (r) => r.Backplane,
      "ndp.state": (r) => r.State,
      "ndp.numberoflinks": (r) => r.NumLinks,
    }),
  ],
  disagreements: [
    {
      captures: ["lldp_mudurl.pcap"],
      found: [
        "lldp.mgn.addr.ip4 nothing instead of 62.12.173.114",
        "lldp.mgn.address.subtype 2 instead of 1,2",
        "lldp.mgn.interface.number 2 instead of 2,2",
        "lldp.mgn.interface.subtype 2 instead of 2,2",
      ],
      frames: 2,
      why: "a device with two addresses: the record has room for one, and has the last",
    },
  ],
};

function addresses(r: CiscoDiscoveryInfo): string[] {
  return [...r.Addresses, ...r.MgmtAddresses].map(text);
}

function subtypes({ OrgTLVs }: LinkLayerDiscoveryInfo, organization: number): string[] {
  return OrgTLVs.filter(({ OUI }) => OUI === organization).map(({ SubType }) => hex2(SubType));
}

function hasEnergyWise({ EnergyWise }: CiscoDiscoveryInfo): boolean {
  return EnergyWise!.EncryptedData.length > 0;
}

function textBeforeNul(bytes: Uint8Array): string {
  return text(bytes).split("\0")[0]!;
}

function number(bytes: Uint8Array): number {
  return parseInt(encodeHex(bytes), 16);
}

/** The fields of a hello, where there is one: its organization is not 0. */
function hello(
  values: Record<string, ValuesOf<CDPHello>>,
): Record<string, ValuesOf<CiscoDiscoveryInfo>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, valuesOf]) => [
      name,
      ({ CDPHello }) => CDPHello!.OUI.length > 0 ? valuesOf(CDPHello!) : [],
    ]),
  );
}

/** The text, control characters as tshark writes them. */
function texts(bytes: Uint8Array): string[] {
  const written = text(bytes).replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return only(bytes.length > 0, written);
}

function nonZero(value: number): number[] {
  return only(value !== 0, value);
}

function bits(flags: readonly boolean[]): number {
  return flags.reduce((bits, isSet, bit) => bits | flag(isSet) << bit, 0);
}

function capabilities(c: LLDPCapabilities): string[] {
  const flags = [c.Other, c.Repeater, c.Bridge, c.WLANAP, c.Router, c.Phone, c.DocSis];
  const all = bits([...flags, c.StationOnly, c.CVLAN, c.SVLAN, c.TMPR]);
  return only(all !== 0, hex4(all));
}

/** Without the value that ends the list. */
function withoutEnd(values: string[]): string[] {
  return values.at(-1) === "0" ? values.slice(0, -1) : values;
}
