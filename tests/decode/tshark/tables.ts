/** All tables of tshark's fields; `table.ts` tells how to add one. */
import { DHCPV4_AND_NTP } from "./application/dhcpv4_and_ntp.ts";
import { DISCOVERY } from "./discovery/discovery.ts";
import { DNS_MESSAGES } from "./application/dns.ts";
import { ETHERNET_AND_ARP } from "./link/ethernet_and_arp.ts";
import { INDUSTRIAL } from "./plant/industrial.ts";
import { IP_AND_ICMP } from "./network/ip_and_icmp.ts";
import { IPSEC_AND_IGMP } from "./network/ipsec_and_igmp.ts";
import { LINK_CONTROL } from "./link/link_control.ts";
import { NETBIOS } from "./application/netbios.ts";
import { RADIOS } from "./link/radios.ts";
import { ROUTING } from "./routing/routing.ts";
import { SCTP } from "./transport/sctp.ts";
import type { Group } from "./table.ts";
import { TUNNELS } from "./tunnel/tunnels.ts";
import { UDP_AND_TCP } from "./transport/udp_and_tcp.ts";
import { VOICE_AND_DHCP } from "./application/voice_and_dhcp.ts";
import { WIRELESS_USB_AND_FDDI } from "./link/wireless_usb_and_fddi.ts";

/** Fields that the committed tables of the captures hold. */
export const COMMON_GROUPS: readonly Group[] = [
  ETHERNET_AND_ARP,
  IP_AND_ICMP,
  UDP_AND_TCP,
  DNS_MESSAGES,
  DHCPV4_AND_NTP,
];

/** Fields for which tshark itself is asked. */
export const GROUPS: readonly Group[] = [
  LINK_CONTROL,
  DISCOVERY,
  TUNNELS,
  IPSEC_AND_IGMP,
  ROUTING,
  SCTP,
  VOICE_AND_DHCP,
  NETBIOS,
  INDUSTRIAL,
  WIRELESS_USB_AND_FDDI,
  RADIOS,
];

/** Protocols of tshark's that have no record here: decoding goes on behind them. */
export const WITHOUT_RECORD: readonly string[] = [
  "ethertype",
  "raw",
  "null",
  "sll",
  "ppp",
  "chdlc",
  "fr",
  "juniper",
  "ipnet",
  "ipoib",
  "nflog",
  "pktap",
  "user_dlt",
  "pppoes",
  "radiotap",
  "wlan_radio",
  "ppi",
  "pcap_pktdata",
  "prism",
  "wlancap",
  "pflog",
  "ipv6.routing",
  "ipv6.dstopts",
  "erspan",
  "etherip",
  "gtp",
  "vntag",
  "etag",
  "hsr",
  "ieee8021cb",
  "cmd",
  "avsp",
  "macsec",
  "ieee8021ah",
  "cfp",
  "trill",
  "batadv",
  "bcp_bpdu",
  "nsh",
  "pwethheuristic",
  "pwethcw",
  "pwethnocw",
  "pwach",
  "udpencap",
  "l2tp",
  "teredo",
  "capwap.data",
  "pim",
  "lisp-data",
];

/** Nothing is decoded behind these: not, for one, the datagram that an ICMP error quotes. */
export const LAST: readonly string[] = ["arp", "icmp", "icmpv6", "dhcp", "ntp"];

/** Columns of the committed tables for which no record has a field. */
export const NOT_IN_RECORDS: ReadonlySet<string> = new Set([
  "frame.number",
  "frame.time_epoch",
  "frame.len",
  "frame.cap_len",
  "frame.protocols",
  "frame.interface_id",
  "sll.pkttype",
  "sll.etype",
  "ipv6.hopopts.nxt",
  "ipv6.hopopts.len",
  "dns.length",
]);
