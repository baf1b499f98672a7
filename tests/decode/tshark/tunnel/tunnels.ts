/** What tshark calls the fields of tunnels. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import {
  GeneveSchema,
  type GRERouting,
  GRESchema,
  MPLSSchema,
  VXLANSchema,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex2, hex4, hex8, only } from "../table.ts";

/** A class of options whose data tshark takes apart. */
const GOOGLE = 0x0132;

export const TUNNELS: Group = {
  tables: [
    fields("gre", GRESchema, {
      "gre.proto": (r) => hex4(r.Protocol),
      "gre.flags.checksum": (r) => flag(r.ChecksumPresent),
      "gre.flags.routing": (r) => flag(r.RoutingPresent),
      "gre.flags.key": (r) => flag(r.KeyPresent),
      "gre.flags.sequence_number": (r) => flag(r.SeqPresent),
      "gre.flags.strict_source_route": (r) => flag(r.StrictSourceRoute),
      "gre.flags.recursion_control": (r) => r.RecursionControl,
      "gre.flags.ack": (r) => only(r.Version === 1, flag(r.AckPresent)),
      "gre.flags.reserved": (r) => r.Version === 1 ? r.Flags & 0xf : r.Flags,
      "gre.flags.version": (r) => r.Version,
      "gre.checksum": (r) => only(r.ChecksumPresent || r.RoutingPresent, hex4(r.Checksum)),
      "gre.offset": (r) => only(r.ChecksumPresent || r.RoutingPresent, r.Offset),
      "gre.key": (r) => only(r.KeyPresent && r.Version === 0, hex8(r.Key)),
      "gre.key.payload_length": (r) => only(r.KeyPresent && r.Version === 1, r.Key >>> 16),
      "gre.key.call_id": (r) => only(r.KeyPresent && r.Version === 1, r.Key & 0xffff),
      "gre.sequence_number": (r) => only(r.SeqPresent, r.Seq),
      "gre.ack_number": (r) => only(r.AckPresent, r.Ack),
      "gre.routing.address_family": (r) => routes(r).map(({ AddressFamily }) => AddressFamily),
      "gre.routing.sre_offset": (r) => routes(r).map(({ SREOffset }) => SREOffset),
      "gre.routing.src_length": (r) => routes(r).map(({ SRELength }) => SRELength),
      "gre.routing.information": (r) =>
        routes(r).map(({ RoutingInformation }) => encodeHex(RoutingInformation)),
    }, {
      "gre.routing.address_family": withoutLast,
      "gre.routing.sre_offset": withoutLast,
      "gre.routing.src_length": withoutLast,
    }),
    fields("mpls", MPLSSchema, {
      "mpls.label": (r) => r.Label,
      "mpls.exp": (r) => r.TrafficClass,
      "mpls.bottom": (r) => flag(r.StackBottom),
      "mpls.ttl": (r) => r.TTL,
    }),
    fields("vxlan", VXLANSchema, {
      "vxlan.flag_i": (r) => flag(r.ValidIDFlag),
      "vxlan.flag_g": (r) => flag(r.GBPExtension),
      "vxlan.flag_d": (r) => flag(r.GBPDontLearn),
      "vxlan.flag_a": (r) => flag(r.GBPApplied),
      "vxlan.gbp": (r) => r.GBPGroupPolicyID,
      "vxlan.vni": (r) => r.VNI,
    }),
    fields("geneve", GeneveSchema, {
      "geneve.version": (r) => r.Version,
      "geneve.flags.oam": (r) => flag(r.OAMPacket),
      "geneve.flags.critical": (r) => flag(r.CriticalOption),
      "geneve.proto_type": (r) => hex4(r.Protocol),
      "geneve.vni": (r) => `0x${r.VNI.toString(16).padStart(6, "0")}`,
      "geneve.option.class": (r) => r.Options.map(({ Class }) => hex4(Class)),
      "geneve.option.type": (r) => r.Options.map(({ Type }) => hex2(Type)),
      "geneve.option.flags": (r) => r.Options.map(({ Flags }) => hex2(Flags)),
      "geneve.option.unknown.data": (r) =>
        r.Options.filter(({ Class }) => Class !== GOOGLE)
          .map(({ Data }) => encodeHex(Data) || "<MISSING>"),
      "geneve.option.length": (r) => [r.OptionsLength, ...r.Options.map(({ Length }) => Length)],
    }),
  ],
  disagreements: [
    {
      captures: ["arista_ether.pcap"],
      found: ["a record of mpls, which tshark does not see"],
      frames: 1,
      why: "tshark 4.0 does not know version 0x0011 of Arista's timestamps",
    },
    {
      captures: ["vxlan_port_8472.pcap"],
      found: ["a record of vxlan, which tshark does not see"],
      frames: 10,
      why: "Linux's own port for VXLAN, which tshark has to be told",
    },
    {
      captures: ["bigtcp-ipv4-vxlan-ipv6.pcap"],
      found: ["a record of vxlan, which tshark does not see"],
      frames: 1,
      why: "an offloaded segment has the payload length 0: tshark 4.0 takes it at its word, we " +
        "take what was captured",
    },
    {
      captures: ["bigtcp-ipv6-geneve-ipv4.pcap"],
      found: ["a record of geneve, which tshark does not see"],
      frames: 1,
      why: "the same",
    },
  ],
};

/** The source routes, of which each is in the one before. */
function routes({ Routing }: { Routing?: GRERouting }): GRERouting[] {
  return Routing === undefined ? [] : [Routing, ...routes({ Routing: Routing.Next })];
}

/** tshark lists the route that ends the list, too. */
function withoutLast(values: string[]): string[] {
  return values.slice(0, -1);
}
