import { testEveryConversation } from "../../follow/every_conversation.ts";
import { sharedCaptures } from "../shared_captures.ts";

const KNOWN = {
  "arcnet-rfc1051-arp-icmp-http.pcap": "a link type that is not read",
  "arcnet-rfc1201-arp-icmp-http.pcap": "a link type that is not read",
  "bigtcp-ipv4-vxlan-ipv6.pcap": "IPv6 of length 0: tshark looks for nothing behind it",
  "bigtcp-ipv6-geneve-ipv4.pcap": "IPv4 of length 0: tshark looks for nothing behind it",
  "bigtcp-ipv6.pcap": "IPv6 of length 0: tshark looks for nothing behind it",
  "nDPI-capwap_data.pcapng":
    "the same conversation in three pairs of VLANs, which is one for tshark",
  "of13_ericsson.pcapng": "packets that OpenFlow tells of: tshark follows those, we the messages",
  "sflow-print-v6.pcap": "packets that sFlow tells of: tshark follows those, we the messages",
  "sflow_expanded.pcap": "packets that sFlow tells of: tshark follows those, we the messages",
  "vxlan_port_8472.pcap": "VXLAN at port 8472 is none for tshark, unless it is told so",
  "zeek-snmpv1_get.pcap": "tshark has a stream each for requests and responses of SNMP",
  "hostile/LINKTYPE_IPV4_invalid.pcap": "IPv6 where the link type says IPv4",
  "hostile/brcm-tag.pcap": "a link type that tshark 4.0 does not read",
  "hostile/timestamp_invalid_nano.pcap": "times beyond those that there are",
};

testEveryConversation(sharedCaptures(), KNOWN, 700);
