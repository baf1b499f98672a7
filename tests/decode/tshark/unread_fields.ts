/**
 * The fields of records that no table reads, since tshark has none for them or not with that value,
 * and what confirms them instead: by record type, those of a message within behind a point. The test
 * of the decoder has the values.
 */
export const UNREAD_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ethernet: { PayloadSize: "length of the frame" },
  IPv4: {
    Version: "RFC 791, 3.1",
    Padding: "RFC 791, 3.1",
    PayloadSize: "the lengths that are compared",
  },
  IPv6: { Version: "RFC 8200, 3", PayloadSize: "the lengths that are compared; the original" },
  IPv6Fragment: { Reserved1: "RFC 8200, 4.5", Reserved2: "RFC 8200, 4.5" },
  IPv6HopByHop: {
    "Options.ActualLength": "the original",
    "Options.OptionData": "RFC 8200, 4.2",
  },
  UDP: { PayloadSize: "RFC 768", Payload: "the bytes of the frame" },
  TCP: { Payload: "the bytes of the frame" },
  DNS: {
    Truncated: "that the frame was cut",
    IPProtocol: "the header in front, which is compared",
    "Answers.Data": "RFC 1035, 4.1.3",
    "Authorities.Data": "RFC 1035, 4.1.3",
    "Additionals.Data": "RFC 1035, 4.1.3",
  },
  DHCPv4: { Fingerprint: "the options' types, which are compared" },
  DHCPv6: {
    Truncated: "that the frame was cut",
    Fingerprint: "the options' codes, which are compared",
  },
  NetBIOSNames: {
    "Answers.Names.Suffix": "RFC 1002, 4.2.18",
    Truncated: "the capture",
  },
  NTP: { ExtensionBytes: "RFC 5905, 7.3" },
  LinkLayerDiscovery: { "Values.Value": "IEEE 802.1AB; what they mean is compared" },
  LinkLayerDiscoveryInfo: {
    "OrgTLVs.Info": "IEEE 802.1AB, 8.6",
    "Unknown.Type": "IEEE 802.1AB, 8.4",
    "Unknown.Length": "IEEE 802.1AB, 8.4",
    "Unknown.Value": "IEEE 802.1AB, 8.4",
  },
  CiscoDiscovery: { "Values.Value": "scapy; what they mean is compared" },
  CiscoDiscoveryInfo: {
    "IPPrefixes.IP": "scapy, and the text that tshark shows",
    "IPPrefixes.IPMask": "scapy, and the text that tshark shows",
    "Location.Type": "scapy",
    "EnergyWise.ReplyUnknown1": "scapy, and Wireshark's source",
    "EnergyWise.ReplyUnknown2": "scapy, and Wireshark's source",
    "EnergyWise.ReplyUnknown3": "scapy, and Wireshark's source",
  },
  Dot11: { "HTControl.HT.DEI": "IEEE 802.11-2020, 9.2.4.6.2" },
  USBRequestBlockSetup: { Value: "USB 2.0, 9.3", Index: "USB 2.0, 9.3" },
  CAN: { Data: "the bytes of the frame" },
  IEEE802154: { PayloadSize: "IEEE 802.15.4-2020, 7.2" },
  OSPFv3: { Reserved: "RFC 5340, A.3.1" },
  IPSecESP: { LenEncrypted: "RFC 4303, 2" },
  ENIP: { "CommandSpecific.Cmd": "the command, which is compared" },
  CIP: { Data: "bytes of cpppo's message" },
  Diameter: {
    "AVPs.HeaderLen": "RFC 6733, 4.1",
    "AVPs.VendorName": "IANA's private enterprise numbers",
    "AVPs.VendorID": "the vendor, which is compared",
    "AVPs.Padding": "RFC 6733, 4.1",
    "AVPs.ValueLen": "RFC 6733, 4.1",
  },
};
