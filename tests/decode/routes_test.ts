import { assertEquals, assertThrows } from "@std/assert";
import { isSupportedLinkType } from "../../lib/capture/link_type.ts";
import { Decoder } from "../../lib/decode/decoder.ts";
import { Outcome } from "../../lib/decode/outcome.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { type Numbers, Routes } from "../../lib/decode/routes.ts";

const ROUTES = new Routes(DECODERS);

/** The numbers lead to the decoders of these names, and all others to none. */
function assertTable(
  table: { of(number: number): Decoder | undefined },
  names: Record<number, string>,
): void {
  for (let number = 0; number < 0x10100; number++) {
    assertEquals(table.of(number)?.name, names[number], `number ${number}`);
  }
}

Deno.test("link types have the numbers of the pcap registry", () => {
  assertTable(ROUTES.linkType, {
    0: "Loopback", // NULL
    1: "Ethernet",
    8: "Slip",
    9: "Ppp",
    10: "Fddi",
    12: "RawIp", // DLT_RAW as some systems number it
    14: "RawIp",
    50: "PppHdlc",
    51: "Pppoe", // PPP_ETHER
    101: "RawIp",
    104: "CiscoHdlc", // C_HDLC
    105: "Dot11",
    107: "FrameRelay", // FRELAY
    108: "Loopback", // LOOP
    113: "LinuxSll",
    117: "PfLog",
    119: "Prism",
    127: "Radiotap",
    149: "Pktap", // USER2
    167: "JuniperEthernet", // JUNIPER_PPPOE: frames with PPPoE
    178: "JuniperEthernet",
    179: "JuniperPpp",
    180: "JuniperFrameRelay",
    181: "JuniperCiscoHdlc",
    182: "MultilinkFrameRelay", // MFR
    187: "BluetoothHci", // BLUETOOTH_HCI_H4
    189: "Usb", // USB_LINUX
    192: "Ppi",
    195: "Ieee802154WithFcs",
    201: "BluetoothHciWithDirection", // BLUETOOTH_HCI_H4_WITH_PHDR
    204: "PppWithDirection",
    205: "CiscoHdlcWithDirection",
    206: "FrameRelayWithDirection",
    220: "UsbMmapped",
    226: "IpNet",
    227: "Can", // CAN_SOCKETCAN
    228: "IPv4",
    229: "IPv6",
    230: "Ieee802154", // IEEE802_15_4_NOFCS
    239: "NfLog",
    242: "InfiniBand", // IPOIB
    251: "BluetoothLe", // BLUETOOTH_LE_LL
    256: "BluetoothLeWithRadio", // BLUETOOTH_LE_LL_WITH_PHDR
    258: "Pktap",
    270: "LoraTap",
    276: "LinuxSll2",
    281: "BroadcomTagged", // DSA_TAG_BRCM
    282: "BroadcomPrepended",
    283: "Ieee802154Tap",
    284: "MarvellTagged", // DSA_TAG_DSA
    285: "MarvellEtherTagged",
  });
});

Deno.test("network layer protocol identifiers have the numbers of RFC 2427", () => {
  assertTable(ROUTES.networkProtocol, { 0x80: "Snap", 0x8e: "IPv6", 0xcc: "IPv4", 0xcf: "Ppp" });
});

Deno.test("no network of LoRa is decoded", () => {
  assertTable(ROUTES.loraSyncWord, {});
});

Deno.test("every link type that is read leads to a decoder, and no other", () => {
  for (let linkType = 0; linkType < 0x10000; linkType++) {
    assertEquals(ROUTES.linkType.of(linkType) !== undefined, isSupportedLinkType(linkType));
  }
});

Deno.test("EtherTypes have IEEE's numbers", () => {
  assertTable(ROUTES.etherType, {
    0x0800: "IPv4",
    0x0806: "Arp",
    0x22eb: "Erspan",
    0x22f3: "Trill",
    0x4305: "Batman",
    0x6558: "Ethernet",
    0x6559: "FrameRelay", // raw
    0x2000: "CiscoDiscovery",
    0x8035: "Arp", // reverse
    0x8100: "Dot1Q",
    0x86dd: "IPv6",
    0x8870: "Llc",
    0x88cc: "LinkLayerDiscovery",
    0x8903: "FabricPath",
    0x8909: "CiscoMetaData",
    0x8926: "VnTag",
    0x892f: "HsrTag",
    0x893f: "ETag",
    0x894f: "ServiceHeader",
    0x9000: "EthernetCtp",
    0x9100: "Dot1Q",
    0x9200: "Dot1Q",
    0x9300: "Dot1Q",
    0xd28b: "AristaTimestamp",
    0xf1c1: "RedundancyTag",
    0x880b: "Ppp",
    0x883e: "WccpRedirect",
    0x8863: "Pppoe",
    0x8864: "Pppoe",
    0x888e: "Eapol",
    0x8847: "Mpls",
    0x8848: "Mpls",
    0x88a8: "Dot1Q",
    0x88be: "Erspan",
    0x88e5: "MacSecurity",
    0x88e7: "ProviderBackbone",
  });
});

Deno.test("service access points have IEEE's numbers", () => {
  assertTable(ROUTES.sap, { 0x06: "IPv4", 0xaa: "Snap" });
});

Deno.test("PPP protocols have IANA's numbers", () => {
  assertTable(ROUTES.ppp, {
    0x21: "IPv4",
    0x31: "PppBridging",
    0x57: "IPv6",
    0x207: "CiscoDiscovery",
    0x281: "Mpls",
    0x283: "Mpls",
  });
});

Deno.test("address families have the numbers of every system", () => {
  assertTable(ROUTES.addressFamily, {
    2: "IPv4",
    10: "IPv6",
    24: "IPv6",
    26: "IPv6",
    28: "IPv6",
    30: "IPv6",
  });
});

Deno.test("EAPOL types have the numbers of IEEE 802.1X", () => {
  assertTable(ROUTES.eapolType, { 0: "Eap", 3: "EapolKey" });
});

Deno.test("IP protocols have IANA's numbers", () => {
  assertTable(ROUTES.ipProtocol, {
    1: "Icmpv4",
    2: "Igmp",
    4: "IPv4",
    6: "Tcp",
    17: "Udp",
    41: "IPv6",
    43: "IPv6Routing",
    44: "IPv6Fragment",
    47: "Gre",
    50: "IpsecEsp",
    51: "IpsecAh",
    58: "Icmpv6",
    59: "IPv6NoNextHeader",
    60: "IPv6Destination",
    89: "Ospf",
    94: "IPv4", // IPIP
    97: "EtherIp",
    103: "PimRegister",
    112: "Vrrp",
    115: "L2tpv3",
    132: "Sctp",
    137: "Mpls",
    143: "Ethernet",
  });
});

Deno.test("ICMPv6 types have the numbers of RFC 4443 and RFC 4861", () => {
  assertTable(ROUTES.icmpv6Type, {
    128: "Icmpv6Echo",
    129: "Icmpv6Echo",
    133: "Icmpv6RouterSolicitation",
    134: "Icmpv6RouterAdvertisement",
    135: "Icmpv6NeighborSolicitation",
    136: "Icmpv6NeighborAdvertisement",
  });
});

Deno.test("UDP ports have IANA's services, mDNS and LLMNR included", () => {
  assertTable(ROUTES.udpPort, {
    53: "Dns",
    67: "Dhcpv4",
    68: "Dhcpv4",
    123: "Ntp",
    137: "NetbiosNames",
    500: "Ike",
    546: "Dhcpv6",
    547: "Dhcpv6",
    1701: "L2tp",
    2152: "GtpU",
    3544: "Teredo",
    3784: "Bfd",
    4341: "LispData",
    4500: "UdpEncapsulatedEsp",
    4754: "Gre",
    4784: "Bfd",
    4789: "Vxlan",
    4790: "VxlanGpe",
    5060: "Sip",
    5247: "CapwapData",
    5353: "Dns",
    5355: "Dns",
    6081: "Geneve",
    6635: "Mpls",
    6784: "Bfd",
    7667: "Lcm", // LCM's own choice
    7784: "Bfd",
    8472: "Vxlan", // Linux's from before there was one (Documentation/networking/vxlan.rst)
    44818: "Enip",
  });
});

Deno.test("TCP ports have IANA's services, DNS with its length in front", () => {
  assertTable(ROUTES.tcpPort, {
    53: "DnsOverTcp",
    502: "Modbus",
    3868: "Diameter",
    5353: "DnsOverTcp",
    5355: "DnsOverTcp",
    44818: "Enip",
  });
});

Deno.test("channel types and protocols of service headers have IANA's numbers", () => {
  assertTable(ROUTES.channelType, {
    0x0007: "Bfd",
    0x0021: "IPv4",
    0x0022: "Bfd",
    0x0023: "Bfd",
    0x0057: "IPv6",
  });
  assertTable(ROUTES.nshProtocol, {
    1: "IPv4",
    2: "IPv6",
    3: "Ethernet",
    4: "ServiceHeader",
    5: "Mpls",
  });
});

Deno.test("of Linux's hardware types, Frame Relay and radiotap have no EtherType", () => {
  assertTable(ROUTES.hardwareType, { 770: "FrameRelay", 803: "Radiotap" });
});

Deno.test("IP versions are 4 and 6", () => {
  assertTable(ROUTES.ipVersion, { 4: "IPv4", 6: "IPv6" });
});

Deno.test("protocols of SNAP are those of their organization", () => {
  const ofOrganization = (organization: number) => ({
    of: (protocol: number) => ROUTES.snap.of(organization).of(protocol),
  });
  assertTable(ofOrganization(0x00000c), { 0x2000: "CiscoDiscovery" });
  assertTable(ofOrganization(0x000081), { 0x01a1: "NortelDiscovery", 0x01a2: "NortelDiscovery" });
  assertTable(ofOrganization(0x0080c2), {});
  assertTable(ofOrganization(0x010000 + 0x00000c), {});
});

Deno.test("numbers of 32 bits that no table has lead to nothing", () => {
  for (const number of [0x10000, 2 ** 31, 2 ** 32 - 1]) {
    assertEquals(ROUTES.linkType.of(number), undefined);
    assertEquals(ROUTES.addressFamily.of(number), undefined);
  }
});

function decoder(name: string, from?: Numbers): Decoder {
  return new Decoder({ name, from, decode: () => Outcome.Ok });
}

Deno.test("a number of one kind leads to one decoder, whatever others it is of", () => {
  const manyPorts = Array.from({ length: 1000 }, (_, port) => 10_000 + port);
  const a = decoder("A", { udpPort: [53, 54, ...manyPorts], snap: [0xffffff_0001] });
  const b = decoder("B", { tcpPort: [53], snap: [0xffffff_0002, 0x000001_0001] });
  const routes = new Routes([a, b, decoder("C")]);
  assertEquals(routes.udpPort.of(54), a);
  assertEquals(routes.udpPort.of(10_999), a);
  assertEquals(routes.tcpPort.of(53), b);
  assertEquals(routes.tcpPort.of(54), undefined);
  assertEquals(routes.snap.of(0xffffff).of(1), a);
  assertEquals(routes.snap.of(0xffffff).of(2), b);
  assertEquals(routes.snap.of(0x000001).of(1), b);
});

Deno.test("two decoders for one number are refused, and so is a number out of range", () => {
  const refusals: [Numbers, Numbers, string][] = [
    [{ udpPort: [53] }, { udpPort: [52, 53] }, "from udpPort 53 to B: it leads to A; wanted:"],
    [{ etherType: [0x800] }, { etherType: [0x800] }, "from etherType 2048 to B: it leads to A"],
    [{ snap: [0x0c_2000] }, { snap: [0x0c_2000] }, "from snap of 12 8192 to B: it leads to A"],
    [{}, { ipProtocol: [1, 1] }, "from ipProtocol 1 to B: it leads to B"],
    [{}, { ipProtocol: [256] }, "from ipProtocol 256 to B: it is out of range"],
    [{}, { tcpPort: [-1] }, "from tcpPort -1 to B: it is out of range"],
    [{}, { tcpPort: [0.5] }, "from tcpPort 0.5 to B: it is out of range"],
  ];
  for (const [first, second, message] of refusals) {
    const decoders = [decoder("A", first), decoder("B", second)];
    assertThrows(() => new Routes(decoders), RangeError, `Cannot lead ${message}`);
  }
});

Deno.test("every decoder has a name of its own", () => {
  assertEquals(new Set(DECODERS.map(({ name }) => name)).size, DECODERS.length);
});
