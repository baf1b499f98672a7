/** Names of what connections are made of, as the original writes them where it has them. */
import { LinkType } from "../capture/link_type.ts";

const LINKS: Readonly<Record<number, string>> = {
  [LinkType.Ethernet]: "Ethernet",
  [LinkType.LinuxSll]: "Linux SLL",
  [LinkType.LinuxSll2]: "Linux SLL2",
  [LinkType.Null]: "Loopback",
  [LinkType.Loop]: "Loopback",
  [LinkType.Ppp]: "PPP",
  [LinkType.PppHdlc]: "PPP",
  [LinkType.PppWithDirection]: "PPP",
  [LinkType.Fddi]: "FDDI",
  [LinkType.Dot11]: "Dot11",
  [LinkType.Radiotap]: "RadioTap",
  [LinkType.Prism]: "Prism",
  [LinkType.PfLog]: "PFLog",
};
/** IANA's "Assigned Internet Protocol Numbers". */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "ICMPv4",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  17: "UDP",
  41: "IPv6",
  46: "RSVP",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  88: "EIGRP",
  89: "OSPF",
  94: "IPIP",
  103: "PIM",
  112: "VRRP",
  115: "L2TP",
  132: "SCTP",
  136: "UDPLite",
};

/** The name of a link type; empty for those whose frames have no header. */
export function linkName(linkType: number): string {
  return LINKS[linkType] ?? "";
}

/** The name of a protocol of IP, or its number. */
export function protocolName(protocol: number): string {
  return PROTOCOLS[protocol] ?? String(protocol);
}
