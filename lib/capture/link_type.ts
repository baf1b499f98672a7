/**
 * What the first bytes of a packet are: the LINKTYPE_ numbers of capture files, which are the same
 * on every system (tcpdump.org/linktypes.html).
 */

/** The link types that Farcap reads; a packet handler sees no other. */
export const LinkType = {
  /** Address family of the host that captured, 4 bytes in its byte order, then IP. */
  Null: 0,
  Ethernet: 1,
  /** Of the BSDs. */
  Slip: 8,
  /** With or without HDLC-like framing. */
  Ppp: 9,
  Fddi: 10,
  /** Raw IP as some systems number it in files of their own. */
  RawBsd: 12,
  RawOpenBsd: 14,
  /** As `Ppp`, over a serial line. */
  PppHdlc: 50,
  /** A PPPoE header without Ethernet in front. */
  PppEther: 51,
  /** IPv4 or IPv6, told apart by the version. */
  Raw: 101,
  CiscoHdlc: 104,
  /** IEEE 802.11 without a radio header. */
  Dot11: 105,
  FrameRelay: 107,
  /** As `Null`, but the address family is big-endian. */
  Loop: 108,
  LinuxSll: 113,
  PfLog: 117,
  Prism: 119,
  Radiotap: 127,
  /** `Pktap` as older files have it. */
  PktapUser2: 149,
  JuniperPppoe: 167,
  JuniperEthernet: 178,
  JuniperPpp: 179,
  JuniperFrameRelay: 180,
  JuniperCiscoHdlc: 181,
  MultilinkFrameRelay: 182,
  BluetoothHci: 187,
  UsbLinux: 189,
  Ppi: 192,
  Ieee802154WithFcs: 195,
  BluetoothHciWithDirection: 201,
  PppWithDirection: 204,
  CiscoHdlcWithDirection: 205,
  FrameRelayWithDirection: 206,
  UsbLinuxMmapped: 220,
  /** Of Solaris. */
  IpNet: 226,
  CanSocketCan: 227,
  Ipv4: 228,
  Ipv6: 229,
  Ieee802154: 230,
  /** Of Linux's netfilter. */
  NfLog: 239,
  IpOverInfiniBand: 242,
  BluetoothLe: 251,
  BluetoothLeWithRadio: 256,
  /** Of macOS. */
  Pktap: 258,
  LoraTap: 270,
  LinuxSll2: 276,
  BroadcomTag: 281,
  BroadcomTagPrepended: 282,
  Ieee802154Tap: 283,
  MarvellTag: 284,
  MarvellEtherTag: 285,
} as const;

/** Whether packets of this link type are read. */
export function isSupportedLinkType(linkType: number): boolean {
  return SUPPORTED.has(linkType);
}

/** Whether there is never IP in such packets: nothing of what a sensor sends. */
export function holdsNoIp(linkType: number): boolean {
  return WITHOUT_IP.has(linkType);
}

/** Whether there may be IP in such packets, and libpcap 1.10 has no filter that finds it. */
export function hidesIp(linkType: number): boolean {
  return WITH_HIDDEN_IP.has(linkType);
}

/** The number and its name, as in `147 (USER0)`; without a name where we know none. */
export function describeLinkType(linkType: number): string {
  const name = LINK_TYPE_NAMES.get(linkType);
  return name === undefined ? `${linkType}` : `${linkType} (${name})`;
}

/** What is refused and what would not be, as in `link type 147 (USER0) is not supported; …`. */
export function explainUnsupported(linkTypes: readonly number[]): string {
  const supported = new Set([...SUPPORTED].map((linkType) => LINK_TYPE_NAMES.get(linkType)));
  const refused = linkTypes.map(describeLinkType).join(", ");
  return `link type ${refused} is not supported; supported are ${[...supported].join(", ")}`;
}

const WITHOUT_IP: ReadonlySet<number> = new Set([
  LinkType.BluetoothHci,
  LinkType.UsbLinux,
  LinkType.Ieee802154WithFcs,
  LinkType.BluetoothHciWithDirection,
  LinkType.UsbLinuxMmapped,
  LinkType.CanSocketCan,
  LinkType.Ieee802154,
  LinkType.BluetoothLe,
  LinkType.BluetoothLeWithRadio,
  LinkType.Ieee802154Tap,
]);
const WITH_HIDDEN_IP: ReadonlySet<number> = new Set([
  LinkType.MultilinkFrameRelay,
  LinkType.NfLog,
  LinkType.IpOverInfiniBand,
  LinkType.Pktap,
  LinkType.BroadcomTag,
  LinkType.BroadcomTagPrepended,
  LinkType.MarvellTag,
  LinkType.MarvellEtherTag,
]);
const SUPPORTED: ReadonlySet<number> = new Set(Object.values(LinkType));

const LINK_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [0, "NULL"],
  [1, "ETHERNET"],
  [2, "EXP_ETHERNET"],
  [3, "AX25"],
  [6, "IEEE802_5"],
  [7, "ARCNET_BSD"],
  [8, "SLIP"],
  [9, "PPP"],
  [10, "FDDI"],
  [12, "RAW"],
  [14, "RAW"],
  [50, "PPP_HDLC"],
  [51, "PPP_ETHER"],
  [99, "SYMANTEC_FIREWALL"],
  [100, "ATM_RFC1483"],
  [101, "RAW"],
  [104, "C_HDLC"],
  [105, "IEEE802_11"],
  [106, "ATM_CLIP"],
  [107, "FRELAY"],
  [108, "LOOP"],
  [109, "ENC"],
  [113, "LINUX_SLL"],
  [114, "LTALK"],
  [117, "PFLOG"],
  [119, "IEEE802_11_PRISM"],
  [122, "IP_OVER_FC"],
  [123, "SUNATM"],
  [127, "IEEE802_11_RADIOTAP"],
  [129, "ARCNET_LINUX"],
  [130, "JUNIPER_MLPPP"],
  [131, "JUNIPER_MLFR"],
  [132, "JUNIPER_ES"],
  [133, "JUNIPER_GGSN"],
  [134, "JUNIPER_MFR"],
  [135, "JUNIPER_ATM2"],
  [136, "JUNIPER_SERVICES"],
  [137, "JUNIPER_ATM1"],
  [138, "APPLE_IP_OVER_IEEE1394"],
  [139, "MTP2_WITH_PHDR"],
  [140, "MTP2"],
  [141, "MTP3"],
  [142, "SCCP"],
  [143, "DOCSIS"],
  [144, "LINUX_IRDA"],
  ...Array.from({ length: 16 }, (_, n): [number, string] => [147 + n, `USER${n}`]),
  [163, "IEEE802_11_AVS"],
  [164, "JUNIPER_MONITOR"],
  [165, "BACNET_MS_TP"],
  [166, "PPP_PPPD"],
  [167, "JUNIPER_PPPOE"],
  [169, "GPRS_LLC"],
  [177, "LINUX_LAPD"],
  [178, "JUNIPER_ETHER"],
  [179, "JUNIPER_PPP"],
  [180, "JUNIPER_FRELAY"],
  [181, "JUNIPER_CHDLC"],
  [182, "MFR"],
  [187, "BLUETOOTH_HCI_H4"],
  [189, "USB_LINUX"],
  [192, "PPI"],
  [195, "IEEE802_15_4_WITHFCS"],
  [196, "SITA"],
  [197, "ERF"],
  [201, "BLUETOOTH_HCI_H4_WITH_PHDR"],
  [202, "AX25_KISS"],
  [203, "LAPD"],
  [204, "PPP_WITH_DIR"],
  [205, "C_HDLC_WITH_DIR"],
  [206, "FRELAY_WITH_DIR"],
  [209, "IPMB_LINUX"],
  [210, "FLEXRAY"],
  [212, "LIN"],
  [215, "IEEE802_15_4_NONASK_PHY"],
  [220, "USB_LINUX_MMAPPED"],
  [224, "FC_2"],
  [225, "FC_2_WITH_FRAME_DELIMS"],
  [226, "IPNET"],
  [227, "CAN_SOCKETCAN"],
  [228, "IPV4"],
  [229, "IPV6"],
  [230, "IEEE802_15_4_NOFCS"],
  [231, "DBUS"],
  [235, "DVB_CI"],
  [239, "NFLOG"],
  [240, "NETANALYZER"],
  [241, "NETANALYZER_TRANSPARENT"],
  [242, "IPOIB"],
  [243, "MPEG_2_TS"],
  [245, "NFC_LLCP"],
  [246, "PFSYNC"],
  [247, "INFINIBAND"],
  [248, "SCTP"],
  [249, "USBPCAP"],
  [251, "BLUETOOTH_LE_LL"],
  [253, "NETLINK"],
  [254, "BLUETOOTH_LINUX_MONITOR"],
  [255, "BLUETOOTH_BREDR_BB"],
  [256, "BLUETOOTH_LE_LL_WITH_PHDR"],
  [258, "PKTAP"],
  [259, "EPON"],
  [264, "ISO_14443"],
  [266, "USB_DARWIN"],
  [268, "SDLC"],
  [270, "LORATAP"],
  [271, "VSOCK"],
  [272, "NORDIC_BLE"],
  [273, "DOCSIS31_XRA31"],
  [274, "ETHERNET_MPACKET"],
  [276, "LINUX_SLL2"],
  [280, "VPP_DISPATCH"],
  [281, "DSA_TAG_BRCM"],
  [282, "DSA_TAG_BRCM_PREPEND"],
  [283, "IEEE802_15_4_TAP"],
  [284, "DSA_TAG_DSA"],
  [285, "DSA_TAG_EDSA"],
  [288, "USB_2_0"],
  [289, "ATSC_ALP"],
  [290, "ETW"],
]);
