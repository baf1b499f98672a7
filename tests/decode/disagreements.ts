/** Where our records are not what tshark's tables say, one by one, and why. */
export interface Disagreement {
  readonly captures: readonly string[];
  /** What the comparison finds there, each in that many frames. */
  readonly found: readonly string[];
  /** "some" in captures of our own, where the number depends on the recording. */
  readonly frames: number | "some";
  readonly why: string;
}

/** What is listed for these captures, with the number of frames; "some" is the number found, unless it is none. */
export function listedFor(
  disagreements: readonly Disagreement[],
  captures: ReadonlySet<string>,
  found: ReadonlyMap<string, number>,
): Map<string, number> {
  const listed = disagreements.flatMap(({ captures: names, found: list, frames }) =>
    names.filter((name) => captures.has(name)).flatMap((name) =>
      list.map((what) => [`${name}: ${what}`, frames] as const)
    )
  );
  return new Map(listed.map(([key, n]) => [key, n === "some" ? found.get(key) ?? 1 : n]));
}

/** Those of the layers that `every_capture.ts` compares. */
export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    captures: ["DTP.pcap"],
    found: [
      "eth.src 00:19:06:ea:b8:85,00:19:06:ea:b8:85 instead of 00:19:06:ea:b8:85",
      "eth.dst 01:00:0c:00:00:00,01:00:0c:cc:cc:cc instead of 01:00:0c:cc:cc:cc",
    ],
    frames: 5,
    why:
      "Cisco's ISL, which has a frame in a frame, begins like IEEE 802.3: the original takes it " +
      "for that, and we do so, too",
  },
  {
    captures: ["bigtcp-ipv6.pcap"],
    found: [
      "tcp.srcport 43267 instead of nothing",
      "tcp.dstport 41219 instead of nothing",
      "tcp.seq_raw 2265425561 instead of nothing",
      "tcp.ack_raw 3850636772 instead of nothing",
      "tcp.flags 0x0018 instead of nothing",
      "tcp.window_size_value 426 instead of nothing",
    ],
    frames: 1,
    why: "an offloaded segment of 80,000 bytes has the payload length 0: tshark 4.0 takes it at " +
      "its word, we take what was captured",
  },
  {
    captures: ["bigtcp-ipv6-geneve-ipv4.pcap"],
    found: [
      "records Ethernet IPv6 UDP Ethernet IPv4 TCP instead of Ethernet IPv6 UDP",
      "udp.srcport 55411 instead of nothing",
      "udp.dstport 6081 instead of nothing",
      "udp.length 0 instead of nothing",
    ],
    frames: 1,
    why: "the same",
  },
  {
    captures: ["bigtcp-ipv4-vxlan-ipv6.pcap"],
    found: ["records Ethernet IPv4 UDP Ethernet IPv6 TCP instead of Ethernet IPv4 UDP"],
    frames: 1,
    why: "the same",
  },
  {
    captures: ["icmpv6-length-zero.pcapng"],
    found: ["icmpv6.type 136 instead of nothing", "icmpv6.code 0 instead of nothing"],
    frames: 1,
    why: "the same, though here the length is only wrong",
  },
  {
    captures: ["vxlan_port_8472.pcap"],
    found: ["records Ethernet IPv4 UDP Ethernet IPv4 ICMPv4 instead of Ethernet IPv4 UDP"],
    frames: 8,
    why: "Linux's own port for VXLAN, which tshark has to be told",
  },
  {
    captures: ["vxlan_port_8472.pcap"],
    found: ["records Ethernet IPv4 UDP Ethernet ARP instead of Ethernet IPv4 UDP"],
    frames: 2,
    why: "the same",
  },
  {
    captures: ["arista_ether.pcap"],
    found: ["records Ethernet Dot1Q IPv4 instead of Ethernet"],
    frames: 3,
    why: "tshark 4.0 does not know version 0x0011 of Arista's timestamps",
  },
  {
    captures: ["arista_ether.pcap"],
    found: ["records Ethernet IPv4 instead of Ethernet"],
    frames: 1,
    why: "the same",
  },
  {
    captures: ["own/cooked_v1.pcap", "own/cooked_v2.pcap"],
    found: ["records IPv6 TCP DNS instead of IPv6 TCP"],
    frames: "some",
    why:
      "tshark does not dissect again what it saw on the other interface; we know one packet only",
  },
  {
    captures: ["own/two_interfaces.pcapng"],
    found: ["records Ethernet IPv6 TCP DNS instead of Ethernet IPv6 TCP"],
    frames: "some",
    why: "the same",
  },
  {
    captures: ["dns_udp_8053.pcap"],
    found: ["records Ethernet IPv4 UDP instead of Ethernet IPv4 UDP DNS"],
    frames: 2,
    why: "tshark recognizes DNS on any port; we go by the port",
  },
  {
    captures: ["dhcp-rfc4388.pcap"],
    found: [
      "records Ethernet IPv4 UDP instead of Ethernet IPv4 UDP DHCPv4, Dhcpv4 unsupported",
    ],
    frames: 2,
    why: "there is no DHCP cookie, and no record for BOOTP",
  },
  {
    captures: ["ntp-control.pcap"],
    found: ["records Ethernet IPv6 UDP instead of Ethernet IPv6 UDP NTP, Ntp unsupported"],
    frames: 21,
    why: "control messages have another form, and no record",
  },
  {
    captures: ["ntp-mode7.pcap"],
    found: ["records Ethernet IPv4 UDP instead of Ethernet IPv4 UDP NTP, Ntp unsupported"],
    frames: 8,
    why: "private messages have another form, and no record",
  },
  {
    captures: ["hostile/arp-oobr.pcap"],
    found: ["records Ethernet instead of Ethernet ARP, Arp truncated"],
    frames: 82,
    why: "the lengths of the addresses pass the frame's end: tshark shows the fields before them",
  },
  {
    captures: ["hostile/arp-oobr.pcap"],
    found: ["arp.opcode 1 instead of nothing"],
    frames: 1,
    why: "with the hardware type of ATM the form is another (RFC 2225); it is read as any ARP here",
  },
  {
    captures: ["hostile/LINKTYPE_IPV4_invalid.pcap"],
    found: ["records nothing instead of IPv4 IPv6 UDP DNS, IPv4 malformed"],
    frames: 1,
    why: "IPv6 where the link type says IPv4: tshark goes by the version, we refuse it",
  },
  {
    captures: ["hostile/kday3.pcap"],
    found: ["records Ethernet instead of Ethernet IPv4 IPv6, IPv4 malformed"],
    frames: 1,
    why: "version 6 where the EtherType says IPv4",
  },
  {
    captures: [
      "hostile/ipv6-next-header-oobr-1.pcap",
      "hostile/ipv6-next-header-oobr-2.pcap",
      "hostile/ipv6hdr-heapoverflow.pcap",
    ],
    found: ["records IPv6 instead of IPv6 IPv6HopByHop, IPv6HopByHop malformed"],
    frames: 1,
    why: "an option is longer than the header: tshark shows it as far as it goes",
  },
  {
    captures: ["hostile/cve2015-0261-crash.pcap"],
    found: ["records IPv6 instead of , IPv6HopByHop malformed"],
    frames: 1,
    why: "SLIP, whose packets tshark 4.0 does not read",
  },
  {
    captures: ["hostile/icmp6_nodeinfo_oobr.pcap"],
    found: ["records IPv6 ICMPv6 instead of "],
    frames: 1,
    why: "the same",
  },
  {
    captures: ["hostile/q933-heapoverflow-2.pcap"],
    found: ["records nothing instead of Ethernet"],
    frames: 5,
    why: "no address, or none of Frame Relay's identifiers, as in tcpdump: tshark tries a frame",
  },
  {
    captures: ["hostile/q933-heapoverflow-2.pcap"],
    found: ["records nothing instead of Ethernet, FrameRelay unsupported"],
    frames: 1,
    why: "the same",
  },
];
