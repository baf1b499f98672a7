/**
 * Which layer comes next: the assigned numbers that decoders look up. A number without a decoder
 * is `Layer.None`: the packet's records end there.
 */
import { LinkType } from "../capture/link_type.ts";
import { Layer } from "./layer.ts";

/** By LINKTYPE_ number of the capture. */
export function layerOfLinkType(linkType: number): Layer {
  switch (linkType) {
    case LinkType.Ethernet:
      return Layer.Ethernet;
    case LinkType.Null:
    case LinkType.Loop:
      return Layer.Loopback;
    case LinkType.RawBsd:
    case LinkType.RawOpenBsd:
    case LinkType.Raw:
      return Layer.RawIp;
    case LinkType.LinuxSll:
      return Layer.LinuxSll;
    case LinkType.Ipv4:
      return Layer.IPv4;
    case LinkType.Ipv6:
      return Layer.IPv6;
    case LinkType.LinuxSll2:
      return Layer.LinuxSll2;
    case LinkType.Ppp:
    case LinkType.PppHdlc:
      return Layer.Ppp;
    case LinkType.PppWithDirection:
      return Layer.PppWithDirection;
    case LinkType.PppEther:
      return Layer.Pppoe;
    case LinkType.Fddi:
      return Layer.Fddi;
    case LinkType.Dot11:
      return Layer.Dot11;
    case LinkType.Radiotap:
      return Layer.Radiotap;
    case LinkType.Ppi:
      return Layer.Ppi;
    case LinkType.Prism:
      return Layer.Prism;
    case LinkType.PfLog:
      return Layer.PfLog;
    case LinkType.UsbLinux:
      return Layer.Usb;
    case LinkType.UsbLinuxMmapped:
      return Layer.UsbMmapped;
    default:
      return Layer.None;
  }
}

/** By EtherType (IEEE 802 numbers). */
export function layerOfEtherType(etherType: number): Layer {
  switch (etherType) {
    case 0x0800:
      return Layer.IPv4;
    case 0x0806:
      return Layer.Arp;
    case 0x2000:
      return Layer.CiscoDiscovery;
    case 0x6558: // Transparent Ethernet Bridging
      return Layer.Ethernet;
    case 0x8100:
    case 0x88a8:
      return Layer.Dot1Q;
    case 0x86dd:
      return Layer.IPv6;
    case 0x880b:
      return Layer.Ppp;
    case 0x8870: // 802.3 frames that are too long for a length
      return Layer.Llc;
    case 0x88cc:
      return Layer.LinkLayerDiscovery;
    case 0x9000:
      return Layer.EthernetCtp;
    case 0x8863: // discovery
    case 0x8864: // session
      return Layer.Pppoe;
    case 0x888e:
      return Layer.Eapol;
    case 0x8847:
    case 0x8848: // upstream-assigned labels
      return Layer.Mpls;
    case 0x22eb: // ERSPAN type III
    case 0x88be: // type II
      return Layer.Erspan;
    default:
      return Layer.None;
  }
}

/** By service access point of LLC, where destination and source have the same. */
export function layerOfServiceAccessPoint(point: number): Layer {
  switch (point) {
    case 0x06:
      return Layer.IPv4;
    case 0xaa:
      return Layer.Snap;
    default:
      return Layer.None;
  }
}

/** By organization and protocol of SNAP. */
export function layerOfSnap(organization: number, protocol: number): Layer {
  switch (organization) {
    case 0x000000:
    case 0x0000f8: // the same for bridges (IEEE 802.1H)
      return layerOfEtherType(protocol);
    case 0x00000c: // Cisco
      return protocol === 0x2000 ? Layer.CiscoDiscovery : Layer.None;
    case 0x000081: // SynOptics, later Nortel
      return protocol === 0x01a1 || protocol === 0x01a2 ? Layer.NortelDiscovery : Layer.None;
    default:
      return Layer.None;
  }
}

/**
 * By the protocol of a Linux cooked header: an EtherType, unless the ARPHRD type of the interface
 * says that it means something else.
 */
export function layerOfCookedProtocol(arphrdType: number, protocol: number): Layer {
  switch (arphrdType) {
    case 803:
      return Layer.Radiotap;
    case 770: // Frame Relay
    case 824: // netlink
      return Layer.None;
    default: // 4 is Linux's number for LLC frames
      return protocol === 4 ? Layer.Llc : layerOfEtherType(protocol);
  }
}

/** By IP protocol number, IPv6 extension headers among them. */
export function layerOfIpProtocol(protocol: number): Layer {
  switch (protocol) {
    case 1:
      return Layer.Icmpv4;
    case 2:
      return Layer.Igmp;
    case 4:
    case 94:
      return Layer.IPv4;
    case 6:
      return Layer.Tcp;
    case 17:
      return Layer.Udp;
    case 41:
      return Layer.IPv6;
    case 43:
      return Layer.IPv6Routing;
    case 44:
      return Layer.IPv6Fragment;
    case 47:
      return Layer.Gre;
    case 50:
      return Layer.IpsecEsp;
    case 51:
      return Layer.IpsecAh;
    case 58:
      return Layer.Icmpv6;
    case 60:
      return Layer.IPv6Destination;
    case 89:
      return Layer.Ospf;
    case 97:
      return Layer.EtherIp;
    case 112:
      return Layer.Vrrp;
    case 132:
      return Layer.Sctp;
    case 137: // MPLS in IP (RFC 4023)
      return Layer.Mpls;
    default:
      return Layer.None;
  }
}

/** By IP version, the high half of the first byte. */
export function layerOfIpVersion(firstByte: number): Layer {
  const version = firstByte >> 4;
  return version === 4 ? Layer.IPv4 : version === 6 ? Layer.IPv6 : Layer.None;
}

/** By address family, as the BSDs, Linux and Solaris number it. */
export function layerOfAddressFamily(family: number): Layer {
  switch (family) {
    case 2:
      return Layer.IPv4;
    case 10: // Linux
    case 24: // NetBSD, OpenBSD
    case 26: // Solaris
    case 28: // FreeBSD
    case 30: // macOS
      return Layer.IPv6;
    default:
      return Layer.None;
  }
}

/** By PPP protocol number, the data link layer's (IANA's "PPP DLL Protocol Numbers"). */
export function layerOfPppProtocol(protocol: number): Layer {
  switch (protocol) {
    case 0x0021:
      return Layer.IPv4;
    case 0x0057:
      return Layer.IPv6;
    case 0x0207:
      return Layer.CiscoDiscovery;
    case 0x0281: // unicast
    case 0x0283: // multicast
      return Layer.Mpls;
    default:
      return Layer.None;
  }
}

/** By packet type of EAPOL. */
export function layerOfEapolType(type: number): Layer {
  return type === 0 ? Layer.Eap : type === 3 ? Layer.EapolKey : Layer.None;
}

/** By ICMPv6 type: what follows the header that all messages share. */
export function layerOfIcmpv6Type(type: number): Layer {
  switch (type) {
    case 128:
    case 129:
      return Layer.Icmpv6Echo;
    case 133:
      return Layer.Icmpv6RouterSolicitation;
    case 134:
      return Layer.Icmpv6RouterAdvertisement;
    case 135:
      return Layer.Icmpv6NeighborSolicitation;
    case 136:
      return Layer.Icmpv6NeighborAdvertisement;
    default:
      return Layer.None;
  }
}

/** By UDP port, the destination's first. */
export function layerOfUdpPorts(source: number, destination: number): Layer {
  return layerOfUdpPort(destination) || layerOfUdpPort(source);
}

function layerOfUdpPort(port: number): Layer {
  switch (port) {
    case 53:
    case 5353: // mDNS
    case 5355: // LLMNR
      return Layer.Dns;
    case 67:
    case 68:
      return Layer.Dhcpv4;
    case 123:
      return Layer.Ntp;
    case 546:
    case 547:
      return Layer.Dhcpv6;
    case 5060:
      return Layer.Sip;
    case 7667:
      return Layer.Lcm;
    case 44818:
      return Layer.Enip;
    case 3784: // one hop
    case 4784: // several hops (RFC 5883)
    case 6784: // links of a LAG (RFC 7130)
    case 7784: // seamless BFD (RFC 7881)
      return Layer.Bfd;
    case 4789:
      return Layer.Vxlan;
    case 6081:
      return Layer.Geneve;
    default:
      return Layer.None;
  }
}

/** By TCP port, the destination's first. */
export function layerOfTcpPorts(source: number, destination: number): Layer {
  return layerOfTcpPort(destination) || layerOfTcpPort(source);
}

function layerOfTcpPort(port: number): Layer {
  switch (port) {
    case 53:
    case 5353:
    case 5355:
      return Layer.DnsOverTcp;
    case 502:
      return Layer.Modbus;
    case 3868:
      return Layer.Diameter;
    case 44818:
      return Layer.Enip;
    default:
      return Layer.None;
  }
}
