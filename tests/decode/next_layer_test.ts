import { assertEquals } from "@std/assert";
import { Layer } from "../../lib/decode/layer.ts";
import {
  layerOfAddressFamily,
  layerOfCookedProtocol,
  layerOfEapolType,
  layerOfEtherType,
  layerOfIcmpv6Type,
  layerOfIpProtocol,
  layerOfIpVersion,
  layerOfLinkType,
  layerOfPppProtocol,
  layerOfServiceAccessPoint,
  layerOfSnap,
  layerOfTcpPorts,
  layerOfUdpPorts,
} from "../../lib/decode/next_layer.ts";

/** The function gives these layers, and `None` for every other number below `limit`. */
function assertTable(
  layerOf: (number: number) => Layer,
  limit: number,
  table: Record<number, Layer>,
): void {
  for (let number = 0; number < limit; number++) {
    assertEquals(layerOf(number), table[number] ?? Layer.None, `number ${number}`);
  }
}

Deno.test("link types have the numbers of the pcap registry", () => {
  assertTable(layerOfLinkType, 300, {
    0: Layer.Loopback, // NULL
    1: Layer.Ethernet,
    9: Layer.Ppp,
    10: Layer.Fddi,
    12: Layer.RawIp, // DLT_RAW as some systems number it
    14: Layer.RawIp,
    50: Layer.Ppp, // PPP_HDLC
    51: Layer.Pppoe, // PPP_ETHER
    101: Layer.RawIp,
    105: Layer.Dot11,
    108: Layer.Loopback, // LOOP
    113: Layer.LinuxSll,
    117: Layer.PfLog,
    119: Layer.Prism,
    127: Layer.Radiotap,
    189: Layer.Usb, // USB_LINUX
    192: Layer.Ppi,
    204: Layer.PppWithDirection,
    220: Layer.UsbMmapped,
    228: Layer.IPv4,
    229: Layer.IPv6,
    276: Layer.LinuxSll2,
  });
});

Deno.test("EtherTypes have IEEE's numbers", () => {
  assertTable(layerOfEtherType, 0x10000, {
    0x0800: Layer.IPv4,
    0x0806: Layer.Arp,
    0x22eb: Layer.Erspan,
    0x6558: Layer.Ethernet,
    0x2000: Layer.CiscoDiscovery,
    0x8100: Layer.Dot1Q,
    0x86dd: Layer.IPv6,
    0x8870: Layer.Llc,
    0x88cc: Layer.LinkLayerDiscovery,
    0x9000: Layer.EthernetCtp,
    0x880b: Layer.Ppp,
    0x8863: Layer.Pppoe,
    0x8864: Layer.Pppoe,
    0x888e: Layer.Eapol,
    0x8847: Layer.Mpls,
    0x8848: Layer.Mpls,
    0x88a8: Layer.Dot1Q,
    0x88be: Layer.Erspan,
  });
});

Deno.test("service access points have IEEE's numbers", () => {
  assertTable(layerOfServiceAccessPoint, 256, { 0x06: Layer.IPv4, 0xaa: Layer.Snap });
});

Deno.test("what is behind SNAP depends on the organization", () => {
  for (const organization of [0x000000, 0x0000f8]) {
    for (let type = 0; type < 0x10000; type++) {
      assertEquals(layerOfSnap(organization, type), layerOfEtherType(type));
    }
  }
  assertTable((type) => layerOfSnap(0x00000c, type), 0x10000, { 0x2000: Layer.CiscoDiscovery });
  assertTable((type) => layerOfSnap(0x000081, type), 0x10000, {
    0x01a1: Layer.NortelDiscovery,
    0x01a2: Layer.NortelDiscovery,
  });
  assertTable((type) => layerOfSnap(0x0080c2, type), 0x10000, {});
});

Deno.test("cooked protocols are EtherTypes, but on Frame Relay and netlink; 802.11 has radiotap", () => {
  assertTable((arphrdType) => layerOfCookedProtocol(arphrdType, 0x0800), 1024, {
    ...Array(1024).fill(Layer.IPv4),
    770: Layer.None,
    803: Layer.Radiotap,
    824: Layer.None,
  });
  assertTable((protocol) => layerOfCookedProtocol(1, protocol), 0x600, { 4: Layer.Llc });
});

Deno.test("PPP protocols have IANA's numbers", () => {
  assertTable(layerOfPppProtocol, 0x10000, {
    0x21: Layer.IPv4,
    0x57: Layer.IPv6,
    0x207: Layer.CiscoDiscovery,
    0x281: Layer.Mpls,
    0x283: Layer.Mpls,
  });
});

Deno.test("address families have the numbers of every system", () => {
  assertTable(layerOfAddressFamily, 256, {
    2: Layer.IPv4,
    10: Layer.IPv6,
    24: Layer.IPv6,
    26: Layer.IPv6,
    28: Layer.IPv6,
    30: Layer.IPv6,
  });
});

Deno.test("EAPOL types have the numbers of IEEE 802.1X", () => {
  assertTable(layerOfEapolType, 256, { 0: Layer.Eap, 3: Layer.EapolKey });
});

Deno.test("IP protocols have IANA's numbers", () => {
  assertTable(layerOfIpProtocol, 256, {
    1: Layer.Icmpv4,
    2: Layer.Igmp,
    4: Layer.IPv4,
    6: Layer.Tcp,
    17: Layer.Udp,
    41: Layer.IPv6,
    43: Layer.IPv6Routing,
    44: Layer.IPv6Fragment,
    47: Layer.Gre,
    50: Layer.IpsecEsp,
    51: Layer.IpsecAh,
    58: Layer.Icmpv6,
    60: Layer.IPv6Destination,
    89: Layer.Ospf,
    94: Layer.IPv4, // IPIP
    97: Layer.EtherIp,
    112: Layer.Vrrp,
    132: Layer.Sctp,
    137: Layer.Mpls,
  });
});

Deno.test("ICMPv6 types have the numbers of RFC 4443 and RFC 4861", () => {
  assertTable(layerOfIcmpv6Type, 256, {
    128: Layer.Icmpv6Echo,
    129: Layer.Icmpv6Echo,
    133: Layer.Icmpv6RouterSolicitation,
    134: Layer.Icmpv6RouterAdvertisement,
    135: Layer.Icmpv6NeighborSolicitation,
    136: Layer.Icmpv6NeighborAdvertisement,
  });
});

Deno.test("the IP version is the high half of the first byte", () => {
  assertTable(layerOfIpVersion, 256, {
    ...Object.fromEntries(
      Array.from({ length: 16 }, (_, low) => [[0x40 + low, Layer.IPv4], [0x60 + low, Layer.IPv6]])
        .flat(),
    ),
  });
});

Deno.test("UDP ports have IANA's services, mDNS and LLMNR included, at either end", () => {
  const services = {
    53: Layer.Dns,
    67: Layer.Dhcpv4,
    68: Layer.Dhcpv4,
    123: Layer.Ntp,
    546: Layer.Dhcpv6,
    547: Layer.Dhcpv6,
    3784: Layer.Bfd,
    4784: Layer.Bfd,
    4789: Layer.Vxlan,
    5060: Layer.Sip,
    5353: Layer.Dns,
    5355: Layer.Dns,
    6081: Layer.Geneve,
    6784: Layer.Bfd,
    7667: Layer.Lcm, // LCM's own choice
    7784: Layer.Bfd,
    44818: Layer.Enip,
  };
  assertTable((port) => layerOfUdpPorts(port, 40000), 0x10000, services);
  assertTable((port) => layerOfUdpPorts(40000, port), 0x10000, services);
});

Deno.test("the destination port decides when both are known", () => {
  assertEquals(layerOfUdpPorts(53, 123), Layer.Ntp);
  assertEquals(layerOfUdpPorts(123, 53), Layer.Dns);
});

Deno.test("TCP ports have IANA's services at either end, DNS with its length in front", () => {
  const services = {
    53: Layer.DnsOverTcp,
    502: Layer.Modbus,
    3868: Layer.Diameter,
    5353: Layer.DnsOverTcp,
    5355: Layer.DnsOverTcp,
    44818: Layer.Enip,
  };
  assertTable((port) => layerOfTcpPorts(port, 40000), 0x10000, services);
  assertTable((port) => layerOfTcpPorts(40000, port), 0x10000, services);
  assertEquals(layerOfTcpPorts(53, 502), Layer.Modbus);
});
