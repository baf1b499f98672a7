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
    case 0x8100:
    case 0x88a8:
      return Layer.Dot1Q;
    case 0x86dd:
      return Layer.IPv6;
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
    case 770: // Frame Relay
    case 803: // 802.11 with radiotap
    case 824: // netlink
      return Layer.None;
    default:
      return layerOfEtherType(protocol);
  }
}

/** By IP protocol number, IPv6 extension headers among them. */
export function layerOfIpProtocol(protocol: number): Layer {
  switch (protocol) {
    case 1:
      return Layer.Icmpv4;
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
    case 58:
      return Layer.Icmpv6;
    case 60:
      return Layer.IPv6Destination;
    default:
      return Layer.None;
  }
}

/** By IP version, the high half of the first byte. */
export function layerOfIpVersion(firstByte: number): Layer {
  const version = firstByte >> 4;
  return version === 4 ? Layer.IPv4 : version === 6 ? Layer.IPv6 : Layer.None;
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
    default:
      return Layer.None;
  }
}

/** By TCP port, the destination's first. */
export function layerOfTcpPorts(source: number, destination: number): Layer {
  return isDnsPort(destination) || isDnsPort(source) ? Layer.DnsOverTcp : Layer.None;
}

function isDnsPort(port: number): boolean {
  return port === 53 || port === 5353 || port === 5355;
}
