/** What tshark calls the fields of Ethernet, VLAN tags and ARP. */
import { ARPSchema, Dot1QSchema, EthernetSchema } from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex4, only } from "../table.ts";

export const ETHERNET_AND_ARP: Group = {
  tables: [
    fields("eth", EthernetSchema, {
      "eth.src": (r) => r.SrcMAC,
      "eth.dst": (r) => r.DstMAC,
      "eth.type": (r) => only(r.EthernetType !== 0, hex4(r.EthernetType)),
    }),
    fields("ieee8021ad", Dot1QSchema, {
      "ieee8021ad.id": (r) => r.VLANIdentifier,
      "ieee8021ad.priority": (r) => r.Priority,
      "ieee8021ad.dei": (r) => flag(r.DropEligible),
    }),
    fields("vlan", Dot1QSchema, {
      "vlan.id": (r) => r.VLANIdentifier,
      "vlan.priority": (r) => r.Priority,
      "vlan.dei": (r) => flag(r.DropEligible),
      "vlan.etype": (r) => only(r.Type >= 0x600, hex4(r.Type)),
    }),
    fields("arp", ARPSchema, {
      "arp.opcode": (r) => r.Operation,
      "arp.hw.type": (r) => r.AddrType,
      "arp.proto.type": (r) => hex4(r.Protocol),
      "arp.hw.size": (r) => r.HwAddressSize,
      "arp.proto.size": (r) => r.ProtocolAddressSize,
      "arp.src.hw_mac": (r) => r.SrcHwAddress,
      "arp.src.proto_ipv4": (r) => r.SrcProtocolAddress,
      "arp.dst.hw_mac": (r) => r.DstHwAddress,
      "arp.dst.proto_ipv4": (r) => r.DstProtocolAddress,
    }),
  ],
};
