/** Tags of fields, as `proto/netcap_tags.ts` has them: what the kernel writes. */

export const enum EthernetTag {
  SrcMAC = 18,
  DstMAC = 26,
  EthernetType = 32,
  PayloadSize = 48,
}

export const enum Dot1QTag {
  Priority = 16,
  DropEligible = 24,
  VLANIdentifier = 32,
  Type = 40,
}

export const enum IPv4Tag {
  Version = 16,
  IHL = 24,
  TOS = 32,
  Length = 40,
  Id = 48,
  Flags = 56,
  FragOffset = 64,
  TTL = 72,
  Protocol = 80,
  Checksum = 88,
  SrcIP = 98,
  DstIP = 106,
  PayloadSize = 136,
  SrcPort = 144,
  DstPort = 152,
}

export const enum IPv6Tag {
  Version = 16,
  TrafficClass = 24,
  FlowLabel = 32,
  Length = 40,
  NextHeader = 48,
  HopLimit = 56,
  SrcIP = 66,
  DstIP = 74,
  PayloadSize = 88,
  SrcPort = 104,
  DstPort = 112,
}

export const enum TCPTag {
  SrcPort = 16,
  DstPort = 24,
  SeqNum = 32,
  AckNum = 40,
  DataOffset = 48,
  /** SYN, RST, PSH, ACK, URG, ECE and CWR follow, 8 further each. */
  FIN = 56,
  NS = 120,
  Window = 128,
  Checksum = 136,
  Urgent = 144,
  Padding = 154,
  Options = 162,
  PayloadSize = 176,
  SrcIP = 194,
  DstIP = 202,
}

export const enum TCPOptionTag {
  OptionType = 8,
  OptionLength = 16,
  OptionData = 26,
}

export const enum UDPTag {
  SrcPort = 16,
  DstPort = 24,
  Length = 32,
  Checksum = 40,
  PayloadSize = 56,
  SrcIP = 74,
  DstIP = 82,
}

export const enum ICMPv4Tag {
  TypeCode = 16,
  Checksum = 24,
  Id = 32,
  Seq = 40,
  SrcIP = 50,
  DstIP = 58,
}

export const enum ICMPv6Tag {
  TypeCode = 16,
  Checksum = 24,
  SrcIP = 34,
  DstIP = 42,
}
