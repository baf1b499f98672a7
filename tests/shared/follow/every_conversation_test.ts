import { testEveryConversation } from "../../follow/every_conversation.ts";
import { sharedCaptures } from "../shared_captures.ts";

const KNOWN = {
  "arcnet-rfc1051-arp-icmp-http.pcap": "a link type that is not read",
  "arcnet-rfc1201-arp-icmp-http.pcap": "a link type that is not read",
  "bigtcp-ipv4-vxlan-ipv6.pcap": "IPv6 of length 0: tshark looks for nothing behind it",
  "bigtcp-ipv6-geneve-ipv4.pcap": "IPv4 of length 0: tshark looks for nothing behind it",
  "bigtcp-ipv6.pcap": "IPv6 of length 0: tshark looks for nothing behind it",
  "hostile/LINKTYPE_IPV4_invalid.pcap": "IPv6 where the link type says IPv4",
};

testEveryConversation(sharedCaptures(), KNOWN, 1_000);
