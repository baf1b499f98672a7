/** What tshark calls the fields of IP and ICMP of both versions. */
import {
  ICMPv4Schema,
  ICMPv6EchoSchema,
  ICMPv6NeighborAdvertisementSchema,
  ICMPv6NeighborSolicitationSchema,
  type ICMPv6Option,
  ICMPv6RouterAdvertisementSchema,
  ICMPv6RouterSolicitationSchema,
  ICMPv6Schema,
  type IPv4,
  IPv4Schema,
  IPv6FragmentSchema,
  IPv6HopByHopSchema,
  IPv6Schema,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex2, hex4, hex6, hex8, only, type ValuesOf } from "../table.ts";

export const IP_AND_ICMP: Group = {
  tables: [
    fields("ip", IPv4Schema, {
      "ip.src": (r) => r.SrcIP,
      "ip.dst": (r) => finalDestination(r),
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
  ],
};

/** With a source route tshark shows its end; the header's field is the next stop. RFC 791, 3.1. */
function finalDestination({ DstIP, Options }: IPv4): string {
  const route = Options.find(({ OptionType }) => [LOOSE_ROUTE, STRICT_ROUTE].includes(OptionType));
  if (route === undefined || route.OptionData[0]! > route.OptionLength) return DstIP;
  return route.OptionData.slice(-4).join(".");
}

const LOOSE_ROUTE = 131;
const STRICT_ROUTE = 137;

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
