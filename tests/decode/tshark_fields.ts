/** What tshark calls the fields of our records, and how it writes their values. */
import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import { encodeHex } from "../../lib/base/bytes.ts";
import {
  ARPSchema,
  type DHCPv4,
  DHCPv4Schema,
  type DNS,
  type DNSResourceRecord,
  DNSSchema,
  Dot1QSchema,
  EthernetSchema,
  ICMPv4Schema,
  ICMPv6EchoSchema,
  ICMPv6NeighborAdvertisementSchema,
  ICMPv6NeighborSolicitationSchema,
  type ICMPv6Option,
  ICMPv6RouterAdvertisementSchema,
  ICMPv6RouterSolicitationSchema,
  ICMPv6Schema,
  IPv4Schema,
  IPv6FragmentSchema,
  IPv6HopByHopSchema,
  IPv6Schema,
  NTPSchema,
  type TCP,
  TCPSchema,
  UDPSchema,
} from "../../proto/gen/netcap_pb.ts";

/** Gives the values that one record has for a field of tshark's, none or several. */
type ValuesOf<Shape> = (record: Shape) => string | number | readonly (string | number)[];

/** Readers of the values that a record has, by tshark's field names. */
export type FieldReaders = ReadonlyMap<string, (record: Message) => string[]>;

/** Says under which of tshark's protocols a record type stands, and which fields it has there. */
function fields<Desc extends DescMessage>(
  protocol: string,
  schema: Desc,
  values: Record<string, ValuesOf<MessageShape<Desc>>>,
): [string, FieldReaders] {
  const readers = Object.entries(values).map(([name, valuesOf]) => {
    const read = (record: Message) => [valuesOf(record as MessageShape<Desc>)].flat().map(String);
    return [name, read] as const;
  });
  return [`${protocol} ${schema.name}`, new Map(readers)];
}

const hex = (digits: number) => (value: number) => `0x${value.toString(16).padStart(digits, "0")}`;
const hex2 = hex(2);
const hex4 = hex(4);
const hex6 = hex(6);
const hex8 = hex(8);
const flag = (value: boolean) => value ? 1 : 0;
/** Nothing where the condition does not hold. */
const only = <Value>(condition: boolean, value: Value): [] | [Value] => condition ? [value] : [];

/** By protocol and record type: `"vlan Dot1Q"`. */
export const TSHARK_FIELDS: ReadonlyMap<string, FieldReaders> = new Map([
  fields("eth", EthernetSchema, {
    "eth.src": (r) => r.SrcMAC,
    "eth.dst": (r) => r.DstMAC,
    "eth.type": (r) => only(r.EthernetType !== 0, hex4(r.EthernetType)),
  }),
  fields("ieee8021ad", Dot1QSchema, {
    "ieee8021ad.id": (r) => r.VLANIdentifier,
    "ieee8021ad.priority": (r) => r.Priority,
    "ieee8021ad.dei": (r) => flag(r.DropEligible),
  }),
  fields("vlan", Dot1QSchema, {
    "vlan.id": (r) => r.VLANIdentifier,
    "vlan.priority": (r) => r.Priority,
    "vlan.dei": (r) => flag(r.DropEligible),
    "vlan.etype": (r) => only(r.Type >= 0x600, hex4(r.Type)),
  }),
  fields("arp", ARPSchema, {
    "arp.opcode": (r) => r.Operation,
    "arp.hw.type": (r) => r.AddrType,
    "arp.proto.type": (r) => hex4(r.Protocol),
    "arp.hw.size": (r) => r.HwAddressSize,
    "arp.proto.size": (r) => r.ProtocolAddressSize,
    "arp.src.hw_mac": (r) => r.SrcHwAddress,
    "arp.src.proto_ipv4": (r) => r.SrcProtocolAddress,
    "arp.dst.hw_mac": (r) => r.DstHwAddress,
    "arp.dst.proto_ipv4": (r) => r.DstProtocolAddress,
  }),
  fields("ip", IPv4Schema, {
    "ip.src": (r) => r.SrcIP,
    "ip.dst": (r) => r.DstIP,
    "ip.ttl": (r) => r.TTL,
    "ip.proto": (r) => r.Protocol,
    "ip.id": (r) => hex4(r.Id),
    "ip.hdr_len": (r) => 4 * r.IHL,
    "ip.dsfield": (r) => hex2(r.TOS),
    "ip.len": (r) => r.Length,
    "ip.flags": (r) => hex2(r.Flags),
    "ip.frag_offset": (r) => r.FragOffset,
    "ip.checksum": (r) => hex4(r.Checksum),
    "ip.opt.type": (r) => r.Options.map(({ OptionType }) => OptionType),
    "ip.opt.len": (r) => r.Options.filter(hasLength).map(({ OptionLength }) => OptionLength),
  }),
  fields("ipv6", IPv6Schema, {
    "ipv6.src": (r) => r.SrcIP,
    "ipv6.dst": (r) => r.DstIP,
    "ipv6.nxt": (r) => r.NextHeader,
    "ipv6.hlim": (r) => r.HopLimit,
    "ipv6.tclass": (r) => hex8(r.TrafficClass),
    "ipv6.flow": (r) => hex6(r.FlowLabel),
    "ipv6.plen": (r) => r.Length,
  }),
  fields("ipv6.hopopts", IPv6HopByHopSchema, {
    "ipv6.opt.type": (r) => r.Options.map(({ OptionType }) => hex2(OptionType)),
    "ipv6.opt.length": (r) => r.Options.filter(isNoPad1).map(({ OptionLength }) => OptionLength),
  }),
  fields("ipv6.fraghdr", IPv6FragmentSchema, {
    "ipv6.fraghdr.nxt": (r) => r.NextHeader,
    "ipv6.fraghdr.offset": (r) => r.FragmentOffset,
    "ipv6.fraghdr.more": (r) => flag(r.MoreFragments),
    "ipv6.fraghdr.ident": (r) => hex8(r.Identification),
  }),
  fields("icmp", ICMPv4Schema, {
    "icmp.type": (r) => r.TypeCode >> 8,
    "icmp.code": (r) => r.TypeCode & 0xff,
    "icmp.checksum": (r) => hex4(r.Checksum),
    "icmp.ident": (r) => only(hasIcmpIdentifier(r.TypeCode >> 8), r.Id),
    "icmp.seq": (r) => only(hasIcmpIdentifier(r.TypeCode >> 8), r.Seq),
  }),
  fields("icmpv6", ICMPv6Schema, {
    "icmpv6.type": (r) => r.TypeCode >> 8,
    "icmpv6.code": (r) => r.TypeCode & 0xff,
    "icmpv6.checksum": (r) => hex4(r.Checksum),
  }),
  fields("icmpv6", ICMPv6EchoSchema, {
    "icmpv6.echo.identifier": (r) => hex4(r.Identifier),
    "icmpv6.echo.sequence_number": (r) => r.SeqNumber,
  }),
  fields("icmpv6", ICMPv6NeighborSolicitationSchema, {
    "icmpv6.nd.ns.target_address": (r) => r.TargetAddress,
    ...icmpv6Options(),
  }),
  fields("icmpv6", ICMPv6NeighborAdvertisementSchema, {
    "icmpv6.nd.na.flag": (r) => hex8(r.Flags * 0x1000000),
    "icmpv6.nd.na.target_address": (r) => r.TargetAddress,
    ...icmpv6Options(),
  }),
  fields("icmpv6", ICMPv6RouterAdvertisementSchema, {
    "icmpv6.nd.ra.cur_hop_limit": (r) => r.HopLimit,
    "icmpv6.nd.ra.flag": (r) => hex2(r.Flags),
    "icmpv6.nd.ra.router_lifetime": (r) => r.RouterLifetime,
    "icmpv6.nd.ra.reachable_time": (r) => r.ReachableTime,
    "icmpv6.nd.ra.retrans_timer": (r) => r.RetransTimer,
    ...icmpv6Options(),
  }),
  fields("icmpv6", ICMPv6RouterSolicitationSchema, icmpv6Options()),
  fields("udp", UDPSchema, {
    "udp.srcport": (r) => r.SrcPort,
    "udp.dstport": (r) => r.DstPort,
    "udp.length": (r) => r.Length,
    "udp.checksum": (r) => hex4(r.Checksum),
  }),
  fields("tcp", TCPSchema, {
    "tcp.srcport": (r) => r.SrcPort,
    "tcp.dstport": (r) => r.DstPort,
    "tcp.seq_raw": (r) => r.SeqNum,
    "tcp.ack_raw": (r) => r.AckNum,
    "tcp.flags": tcpFlags,
    "tcp.window_size_value": (r) => r.Window,
    "tcp.hdr_len": (r) => 4 * r.DataOffset,
    "tcp.len": (r) => r.PayloadSize,
    "tcp.checksum": (r) => hex4(r.Checksum),
    "tcp.urgent_pointer": (r) => r.Urgent,
    "tcp.options": (r) => only(r.DataOffset > 5, tcpOptionBytes(r)),
    "tcp.option_kind": (r) => r.Options.map(({ OptionType }) => OptionType),
    "tcp.option_len": (r) => r.Options.filter(hasLength).map(({ OptionLength }) => OptionLength),
  }),
  fields("dns", DNSSchema, {
    "dns.id": (r) => hex4(r.ID),
    "dns.flags": dnsFlags,
    // The sections of an update have other names: RFC 2136, 2.
    "dns.count.queries": (r) => only(r.OpCode !== UPDATE, r.QDCount),
    "dns.count.answers": (r) => only(r.OpCode !== UPDATE, r.ANCount),
    "dns.count.auth_rr": (r) => only(r.OpCode !== UPDATE, r.NSCount),
    "dns.count.add_rr": (r) => r.ARCount,
    "dns.qry.name": (r) => r.Questions.map(({ Name }) => dnsName(Name)),
    "dns.qry.type": (r) => r.Questions.map(({ Type }) => Type),
    "dns.qry.class": (r) => r.Questions.map(({ Class }) => hex4(Class & CLASS)),
    // tshark takes the names of SRV records apart.
    "dns.resp.name": (r) =>
      recordsOf(r).filter(({ Type }) => Type !== 33).map(({ Name }) => dnsName(Name)),
    "dns.resp.type": (r) => recordsOf(r).map(({ Type }) => Type),
    "dns.resp.class": (r) => recordsOf(r).filter(isNoOption).map((one) => hex4(one.Class & CLASS)),
    "dns.resp.ttl": (r) => recordsOf(r).filter(isNoOption).map(({ TTL }) => TTL),
    "dns.resp.len": (r) => recordsOf(r).map(({ DataLength }) => DataLength),
    "dns.a": (r) => recordsOf(r, 1).map(({ IP }) => IP),
    "dns.aaaa": (r) => recordsOf(r, 28).map(({ IP }) => IP),
    "dns.cname": (r) => recordsOf(r, 5).map(({ CNAME }) => dnsName(CNAME)),
    "dns.ns": (r) => recordsOf(r, 2).map(({ NS }) => dnsName(NS)),
    "dns.ptr.domain_name": (r) => recordsOf(r, 12).map(({ PTR }) => dnsName(PTR)),
    "dns.txt": (r) => recordsOf(r, 16).flatMap(({ TXTs }) => TXTs.map(text)),
    "dns.mx.preference": (r) => recordsOf(r, 15).map(({ MX }) => MX!.Preference),
    "dns.mx.mail_exchange": (r) => recordsOf(r, 15).map(({ MX }) => dnsName(MX!.Name)),
    "dns.srv.priority": (r) => recordsOf(r, 33).map(({ SRV }) => SRV!.Priority),
    "dns.srv.weight": (r) => recordsOf(r, 33).map(({ SRV }) => SRV!.Weight),
    "dns.srv.port": (r) => recordsOf(r, 33).map(({ SRV }) => SRV!.Port),
    "dns.srv.target": (r) => recordsOf(r, 33).map(({ SRV }) => dnsName(SRV!.Name)),
    "dns.soa.mname": (r) => recordsOf(r, 6).map(({ SOA }) => dnsName(SOA!.MName)),
    "dns.soa.rname": (r) => recordsOf(r, 6).map(({ SOA }) => dnsName(SOA!.RName)),
    "dns.soa.serial_number": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Serial),
    "dns.soa.refresh_interval": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Refresh),
    "dns.soa.retry_interval": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Retry),
    "dns.soa.expire_limit": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Expire),
    "dns.soa.minimum_ttl": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Minimum),
  }),
  fields("dhcp", DHCPv4Schema, {
    "dhcp.type": (r) => r.Operation,
    "dhcp.hw.type": (r) => [hex2(r.HardwareType), ...clientIds(r).map((id) => hex2(id[0]!))],
    "dhcp.hw.len": (r) => r.HardwareLen,
    "dhcp.hops": (r) => r.HardwareOpts,
    "dhcp.id": (r) => hex8(r.Xid),
    "dhcp.secs": (r) => r.Secs,
    "dhcp.flags": (r) => hex4(r.Flags),
    "dhcp.ip.client": (r) => r.ClientIP,
    "dhcp.ip.your": (r) => r.YourClientIP,
    "dhcp.ip.server": (r) => r.NextServerIP,
    "dhcp.ip.relay": (r) => r.RelayAgentIP,
    "dhcp.hw.mac_addr": (r) => [r.ClientHWAddr, ...clientIds(r).map((id) => mac(id.subarray(1)))],
    "dhcp.server": (r) => textBeforeNul(r.ServerName),
    "dhcp.file": (r) => textBeforeNul(r.File),
    "dhcp.option.type": (r) => r.Options.map(({ Type }) => Type),
    "dhcp.option.length": (r) => r.Options.filter(isNoPad).map(({ Length }) => Length),
    "dhcp.option.value": (r) => r.Options.filter(isNoPad).map(({ Data }) => encodeHex(Data)),
  }),
  fields("ntp", NTPSchema, {
    "ntp.flags.li": (r) => r.LeapIndicator,
    "ntp.flags.vn": (r) => r.Version,
    "ntp.flags.mode": (r) => r.Mode,
    "ntp.stratum": (r) => r.Stratum,
    "ntp.ppoll": (r) => r.Poll & 0xff,
    "ntp.precision": (r) => r.Precision & 0xff,
    "ntp.rootdelay": (r) => r.RootDelay / 0x10000,
    "ntp.rootdispersion": (r) => r.RootDispersion / 0x10000,
    "ntp.refid": (r) => r.ReferenceID.toString(16).padStart(8, "0"),
    "ntp.reftime": (r) => ntpTime(r.ReferenceTimestamp),
    "ntp.org": (r) => ntpTime(r.OriginTimestamp),
    "ntp.rec": (r) => ntpTime(r.ReceiveTimestamp),
    "ntp.xmt": (r) => ntpTime(r.TransmitTimestamp),
  }),
]);

/** Columns for which no record has a field. */
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

/** How tshark's cell for a field differs from ours by rule. */
export const CELL_RULES: ReadonlyMap<string, (cell: string) => string> = new Map([
  // Padding behind the end option.
  ["dhcp.option.type", (cell: string) => cell.replace(/(,0)+$/, "")],
  // Bits that are reserved and have no field.
  [
    "tcp.flags",
    (cell: string) => cell.replaceAll(/0x[0-9a-f]+/g, (flags) => hex4(Number(flags) & 0x1ff)),
  ],
]);

/** An operation code: RFC 2136, 1.3. */
const UPDATE = 5;
/** mDNS has a flag of its own in the highest bit (RFC 6762, 10.2), which tshark shows apart. */
const CLASS = 0x7fff;

/** The options of the message types that have records; those of others are in none. */
function icmpv6Options(): Record<string, ValuesOf<{ Options: ICMPv6Option[] }>> {
  return {
    "icmpv6.opt.type": (r) => r.Options.map(({ Type }) => Type),
    "icmpv6.opt.length": (r) => r.Options.map(({ Data }) => (2 + Data.length) / 8),
  };
}

/** Kinds 0 and 1 of IPv4 and TCP options are one byte long. */
function hasLength({ OptionType }: { OptionType: number }): boolean {
  return OptionType > 1;
}

/** The padding of one byte in IPv6 options: RFC 8200, 4.2. */
function isNoPad1({ OptionType }: { OptionType: number }): boolean {
  return OptionType !== 0;
}

/** Echo, timestamp, information and address mask messages: RFC 792 and 950. */
function hasIcmpIdentifier(type: number): boolean {
  return type === 0 || type === 8 || (type >= 13 && type <= 18);
}

function tcpFlags(r: TCP): string {
  const flags = [r.FIN, r.SYN, r.RST, r.PSH, r.ACK, r.URG, r.ECE, r.CWR, r.NS];
  return hex4(flags.reduce((bits, isSet, bit) => bits | (flag(isSet) << bit), 0));
}

/** The options as they were in the header, padding included. */
function tcpOptionBytes({ Options, Padding }: TCP): string {
  const options = Options.map((option) =>
    hasLength(option)
      ? encodeHex(Uint8Array.of(option.OptionType, option.OptionLength, ...option.OptionData))
      : encodeHex(Uint8Array.of(option.OptionType))
  );
  return [...options, encodeHex(Padding)].join("");
}

function dnsFlags(r: DNS): string {
  return hex4(
    (flag(r.QR) << 15) | (r.OpCode << 11) | (flag(r.AA) << 10) | (flag(r.TC) << 9) |
      (flag(r.RD) << 8) | (flag(r.RA) << 7) | (r.Z << 4) | (r.ResponseCode & 0xf),
  );
}

/** The records of all sections, or those of one type. */
function recordsOf(r: DNS, type?: number): DNSResourceRecord[] {
  const records = [...r.Answers, ...r.Authorities, ...r.Additionals];
  return type === undefined
    ? records
    : records.filter(({ Type, DataLength }) => Type === type && DataLength > 0);
}

/** Class and time to live of an OPT record mean something else: RFC 6891, 6.1.3. */
function isNoOption({ Type }: DNSResourceRecord): boolean {
  return Type !== 41;
}

function dnsName(name: Uint8Array): string {
  return name.length === 0 ? "<Root>" : text(name);
}

/** Client identifiers that are hardware addresses: RFC 2132, 9.14. */
function clientIds({ Options }: DHCPv4): Uint8Array[] {
  return Options.filter(({ Type, Length }) => Type === 61 && Length === 7).map(({ Data }) => Data);
}

function mac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => encodeHex(Uint8Array.of(byte))).join(":");
}

function isNoPad({ Type }: { Type: number }): boolean {
  return Type !== 0;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function textBeforeNul(bytes: Uint8Array): string[] {
  const nulAt = bytes.indexOf(0);
  const length = nulAt < 0 ? bytes.length : nulAt;
  return only(length > 0, text(bytes.subarray(0, length)));
}

/** Seconds since 1900, or from 2036 on since then (RFC 4330, 3), and a fraction in 2^-32 s. */
function ntpTime(timestamp: bigint): string {
  if (timestamp === 0n) return "NULL";
  const seconds = Number(timestamp >> 32n);
  const sinceEpoch = seconds >= 2 ** 31 ? seconds - 2208988800 : seconds + 2085978496;
  const nanos = (timestamp & 0xffffffffn) * 1_000_000_000n >> 32n;
  // "Tue, 24 Nov 2026 08:48:14 GMT"
  const [, day, month, year, time] = new Date(1000 * sinceEpoch).toUTCString().split(/[ ,]+/);
  const paddedDay = String(Number(day)).padStart(2);
  return `${month} ${paddedDay}, ${year} ${time}.${nanos.toString().padStart(9, "0")} UTC`;
}
