/** What tshark calls the fields of what routers tell each other. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import {
  BFDSchema,
  type LSA,
  type LSAheader,
  type LSAPrefix,
  type OSPFv2,
  OSPFv2Schema,
  type OSPFv3,
  OSPFv3Schema,
  VRRPv2Schema,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex2, hex4, hex6, hex8, only, text } from "../table.ts";

export const ROUTING: Group = {
  tables: [
    fields("bfd", BFDSchema, {
      "bfd.version": (r) => r.Version,
      "bfd.diag": (r) => hex2(r.Diagnostic),
      "bfd.sta": (r) => hex2(r.State),
      "bfd.flags.p": (r) => flag(r.Poll),
      "bfd.flags.f": (r) => flag(r.Final),
      "bfd.flags.c": (r) => flag(r.ControlPlaneIndependent),
      "bfd.flags.a": (r) => flag(r.AuthPresent),
      "bfd.flags.d": (r) => flag(r.Demand),
      "bfd.flags.m": (r) => flag(r.Multipoint),
      "bfd.detect_time_multiplier": (r) => r.DetectMultiplier,
      "bfd.my_discriminator": (r) => hex8(r.MyDiscriminator >>> 0),
      "bfd.your_discriminator": (r) => hex8(r.YourDiscriminator >>> 0),
      "bfd.desired_min_tx_interval": (r) => r.DesiredMinTxInterval,
      "bfd.required_min_rx_interval": (r) => r.RequiredMinRxInterval,
      "bfd.required_min_echo_interval": (r) => r.RequiredMinEchoRxInterval,
      "bfd.auth.type": (r) => r.AuthHeader ? r.AuthHeader.AuthType : [],
      "bfd.auth.key": (r) => r.AuthHeader ? r.AuthHeader.KeyID : [],
      "bfd.auth.password": (r) => r.AuthHeader?.AuthType === 1 ? text(r.AuthHeader.Data) : [],
      "bfd.auth.seq_num": (r) =>
        r.AuthHeader && r.AuthHeader.AuthType > 1 ? hex8(r.AuthHeader.SequenceNumber >>> 0) : [],
      "bfd.checksum": (r) =>
        r.AuthHeader && r.AuthHeader.AuthType > 1 ? encodeHex(r.AuthHeader.Data) : [],
    }),
    fields("vrrp", VRRPv2Schema, {
      "vrrp.version": (r) => r.Version,
      "vrrp.type": (r) => r.Type,
      "vrrp.virt_rtr_id": (r) => r.VirtualRtrID,
      "vrrp.prio": (r) => r.Priority,
      "vrrp.addr_count": (r) => r.CountIPAddr,
      "vrrp.auth_type": (r) => only(r.Version === 2, r.AuthType),
      "vrrp.adver_int": (r) => only(r.Version === 2, r.AdverInt),
      "vrrp.short_adver_int": (r) => only(r.Version === 3, r.AdverInt),
      "vrrp.checksum": (r) => hex4(r.Checksum),
      "vrrp.ip_addr": (r) => r.IPAddress.filter((each) => !each.includes(":")),
      "vrrp.ipv6_addr": (r) => r.IPAddress.filter((each) => each.includes(":")),
    }),
    fields("ospf", OSPFv2Schema, {
      ...ospf<OSPFv2>(),
      "ospf.auth.type": (r) => r.AuType,
      "ospf.auth.none": (r) => only(r.AuType === 0, encodeHex(u64(r.Authentication))),
      "ospf.auth.simple": (r) => only(r.AuType === 1, textBeforeNul(u64(r.Authentication))),
      "ospf.auth.crypt.key_id": (r) =>
        only(r.AuType === 2, Number(r.Authentication >> 40n & 0xffn)),
      "ospf.auth.crypt.seq_nbr": (r) =>
        only(r.AuType === 2, Number(BigInt.asUintN(32, r.Authentication))),
      "ospf.hello.network_mask": (r) => r.HelloV2 ? dotted(r.HelloV2.NetworkMask) : [],
      "ospf.hello.hello_interval": (r) => r.HelloV2 ? r.HelloV2.HelloInterval : [],
      "ospf.hello.router_priority": (r) => r.HelloV2 ? r.HelloV2.RtrPriority : [],
      "ospf.hello.router_dead_interval": (r) => r.HelloV2 ? r.HelloV2.RouterDeadInterval : [],
      "ospf.hello.designated_router": (r) => r.HelloV2 ? dotted(r.HelloV2.DesignatedRouterID) : [],
      "ospf.hello.backup_designated_router": (r) =>
        r.HelloV2 ? dotted(r.HelloV2.BackupDesignatedRouterID) : [],
      "ospf.hello.active_neighbor": (r) => r.HelloV2 ? r.HelloV2.NeighborID.map(dotted) : [],
      "ospf.v2.options": (r) => [
        ...(r.HelloV2 ? [hex2(r.HelloV2.Options)] : []),
        ...(r.DbDesc ? [hex2(r.DbDesc.Options)] : []),
        ...headers(r).map(({ LSOptions }) => hex2(LSOptions)),
      ],
      "ospf.lsa": (r) => [...headers(r), ...r.LSR].map(({ LSType }) => LSType),
      "ospf.lsa.id": (r) =>
        headers(r).filter(({ LSType }) => !isOpaque(LSType)).map((each) =>
          dotted(each.LinkStateID)
        ),
      "ospf.link_state_id": (r) => r.LSR.map(({ LSID }) => dotted(LSID)),
      "ospf.metric": (r) => each(r, ({ ASELSAV2 }) => ASELSAV2?.Metric),
      "ospf.v2.router.lsa.flags": (r) => each(r, ({ RLSAV2 }) => RLSAV2 ? hex2(RLSAV2.Flags) : []),
      "ospf.lsa.number_of_links": (r) => each(r, ({ RLSAV2 }) => RLSAV2 ? RLSAV2.Links : []),
      "ospf.lsa.router.linktype": (r) =>
        each(r, ({ RLSAV2 }) => RLSAV2?.Routers.map(({ Type }) => Type)),
      "ospf.lsa.router.linkid": (r) =>
        each(r, ({ RLSAV2 }) => RLSAV2?.Routers.map(({ LinkID }) => dotted(LinkID))),
      "ospf.lsa.router.linkdata": (r) =>
        each(r, ({ RLSAV2 }) => RLSAV2?.Routers.map(({ LinkData }) => dotted(LinkData))),
      "ospf.lsa.router.metric0": (r) =>
        each(r, ({ RLSAV2 }) => RLSAV2?.Routers.map(({ Metric }) => Metric)),
      "ospf.lsa.asext.netmask": (r) =>
        each(r, ({ ASELSAV2 }) => ASELSAV2 && dotted(ASELSAV2.NetworkMask)),
      "ospf.lsa.asext.type": (r) =>
        each(r, ({ ASELSAV2 }) => ASELSAV2 && flag(ASELSAV2.ExternalBit === 0x80)),
      "ospf.lsa.asext.fwdaddr": (r) =>
        each(r, ({ ASELSAV2 }) => ASELSAV2 && dotted(ASELSAV2.ForwardingAddress)),
      "ospf.lsa.asext.extrttag": (r) => each(r, ({ ASELSAV2 }) => ASELSAV2?.ExternalRouteTag),
    }),
    fields("ospf", OSPFv3Schema, {
      ...ospf<OSPFv3>(),
      "ospf.instance_id": (r) => r.Instance,
      "ospf.hello.interface_id": (r) => r.Hello ? r.Hello.InterfaceID : [],
      "ospf.hello.hello_interval": (r) => r.Hello ? r.Hello.HelloInterval : [],
      "ospf.hello.router_priority": (r) => r.Hello ? r.Hello.RtrPriority : [],
      "ospf.hello.router_dead_interval": (r) => r.Hello ? r.Hello.RouterDeadInterval : [],
      "ospf.hello.designated_router": (r) => r.Hello ? dotted(r.Hello.DesignatedRouterID) : [],
      "ospf.hello.backup_designated_router": (r) =>
        r.Hello ? dotted(r.Hello.BackupDesignatedRouterID) : [],
      "ospf.hello.active_neighbor": (r) => r.Hello ? r.Hello.NeighborID.map(dotted) : [],
      "ospf.v3.options": (r) => [
        ...(r.Hello ? [hex6(r.Hello.Options)] : []),
        ...(r.DbDesc ? [hex6(r.DbDesc.Options)] : []),
        ...each(
          r,
          ({ RLSA, NLSA, IARouterLSA, LLSA }) =>
            [RLSA, NLSA, IARouterLSA, LLSA].flatMap((lsa) => lsa ? hex6(lsa.Options) : []),
        ),
      ],
      "ospf.v3.lsa": (r) => [...headers(r), ...r.LSR].map(({ LSType }) => hex4(LSType)),
      "ospf.link_state_id": (r) => [
        ...headers(r).map(({ LinkStateID }) => dotted(LinkStateID)),
        ...r.LSR.map(({ LSID }) => dotted(LSID)),
      ],
      "ospf.v3.router.lsa.flags": (r) => each(r, ({ RLSA }) => RLSA && hex2(RLSA.Flags)),
      "ospf.v3.lsa.type": (r) => each(r, ({ RLSA }) => RLSA?.Routers.map(({ Type }) => Type)),
      "ospf.v3.lsa.interface_id": (r) =>
        each(r, ({ RLSA }) => RLSA?.Routers.map(({ InterfaceID }) => InterfaceID)),
      "ospf.v3.lsa.neighbor_interface_id": (r) =>
        each(r, ({ RLSA }) => RLSA?.Routers.map((router) => router.NeighborInterfaceID)),
      "ospf.v3.lsa.neighbor_router_id": (r) =>
        each(r, ({ RLSA }) => RLSA?.Routers.map((router) => dotted(router.NeighborRouterID))),
      "ospf.v3.lsa.attached_router": (r) => each(r, ({ NLSA }) => NLSA?.AttachedRouter.map(dotted)),
      "ospf.v3.lsa.destination_router_id": (r) =>
        each(r, ({ IARouterLSA }) => IARouterLSA && dotted(IARouterLSA.DestinationRouterID)),
      "ospf.v3.as.external.flags": (r) => each(r, ({ ASELSA }) => ASELSA && hex2(ASELSA.Flags)),
      "ospf.v3.lsa.external_route_tag": (r) =>
        each(r, ({ ASELSA }) => ASELSA && only((ASELSA.Flags & 1) !== 0, ASELSA.ExternalRouteTag)),
      "ospf.v3.lsa.router_priority": (r) => each(r, ({ LLSA }) => LLSA?.RtrPriority),
      "ospf.v3.lsa.num_prefixes": (r) =>
        each(
          r,
          ({ LLSA, IntraAPrefixLSA }) => LLSA?.NumOfPrefixes ?? IntraAPrefixLSA?.NumOfPrefixes,
        ),
      "ospf.v3.lsa.referenced_ls_type": (r) =>
        each(r, ({ ASELSA, IntraAPrefixLSA }) => {
          const type = ASELSA?.RefLSType ?? IntraAPrefixLSA?.RefLSType;
          return type === undefined ? [] : hex4(type);
        }),
      "ospf.v3.lsa.referenced_link_state_id": (r) =>
        each(r, ({ ASELSA, IntraAPrefixLSA }) => [
          ...(ASELSA ? only(ASELSA.RefLSType !== 0, dotted(ASELSA.RefLinkStateID)) : []),
          ...(IntraAPrefixLSA ? [dotted(IntraAPrefixLSA.RefLinkStateID)] : []),
        ]),
      "ospf.v3.lsa.forwarding_address.ipv6": (r) =>
        each(
          r,
          ({ ASELSA }) => ASELSA && only((ASELSA.Flags & 2) !== 0, ipv6(ASELSA.ForwardingAddress)),
        ),
      "ospf.v3.lsa.referenced_advertising_router": (r) =>
        each(r, ({ IntraAPrefixLSA }) => IntraAPrefixLSA && dotted(IntraAPrefixLSA.RefAdvRouter)),
      "ospf.prefix_length": (r) => each(r, (lsa) => prefixes(lsa).map((p) => p.PrefixLength)),
      "ospf.v3.prefix.options": (r) =>
        each(r, (lsa) => prefixes(lsa).map(({ PrefixOptions }) => hex2(PrefixOptions))),
      "ospf.v3.address_prefix.ipv6": (r) =>
        each(r, (lsa) => prefixes(lsa).map(({ AddressPrefix }) => ipv6(AddressPrefix))),
      "ospf.v3.lsa.link_local_interface_address.ipv6": (r) =>
        each(r, ({ LLSA }) => LLSA && ipv6(LLSA.LinkLocalAddress)),
      "ospf.metric": (r) =>
        each(r, ({ RLSA, InterAPrefixLSA, IARouterLSA, ASELSA, IntraAPrefixLSA }) =>
          [
            ...RLSA?.Routers ?? [],
            InterAPrefixLSA,
            IARouterLSA,
            ASELSA,
            ...IntraAPrefixLSA?.Prefixes ?? [],
          ].flatMap((part) => part ? part.Metric : [])),
    }),
  ],
  disagreements: [
    {
      captures: ["hostile/vrrp-vrrp_print-oobr-2.pcap"],
      found: ["no record of vrrp"],
      frames: 10,
      why: "first fragments, which tshark decodes and we do not",
    },
    {
      captures: ["ospf-sr.pcapng", "ospf-sr2.pcapng"],
      found: ["ospf.prefix_length nothing instead of 32"],
      frames: 1,
      why: "a prefix in an opaque advertisement, of which we record the header",
    },
    {
      captures: ["own/crafted/routing.pcap"],
      found: ["ospf.metric 11259375,1 instead of 20,11259375,1"],
      frames: 1,
      why: "the metric of a summary, of which we record the header",
    },
  ],
};

/** Of these tshark takes the link state ID apart. */
function isOpaque(type: number): boolean {
  return type >= 9 && type <= 11;
}

/** What both versions have. */
function ospf<Packet extends OSPFv2 | OSPFv3>() {
  return {
    "ospf.version": (r: Packet) => r.Version,
    "ospf.msg": (r: Packet) => r.Type,
    "ospf.packet_length": (r: Packet) => r.PacketLength,
    "ospf.srcrouter": (r: Packet) => dotted(r.RouterID),
    "ospf.area_id": (r: Packet) => dotted(r.AreaID),
    "ospf.checksum": (r: Packet) => hex4(r.Checksum),
    "ospf.db.interface_mtu": (r: Packet) => r.DbDesc ? r.DbDesc.InterfaceMTU : [],
    "ospf.dbd": (r: Packet) => r.DbDesc ? hex2(r.DbDesc.Flags) : [],
    "ospf.db.dd_sequence": (r: Packet) => r.DbDesc ? r.DbDesc.DDSeqNumber : [],
    "ospf.advrouter": (r: Packet) =>
      [...r.LSR, ...headers(r)].map(({ AdvRouter }) => dotted(AdvRouter)),
    "ospf.ls.number_of_lsas": (r: Packet) => r.LSU ? r.LSU.NumOfLSAs : [],
    "ospf.lsa.age": (r: Packet) => headers(r).map(({ LSAge }) => LSAge & 0x7fff),
    "ospf.lsa.seqnum": (r: Packet) => headers(r).map(({ LSSeqNumber }) => hex8(LSSeqNumber)),
    "ospf.lsa.chksum": (r: Packet) => headers(r).map(({ LSChecksum }) => hex4(LSChecksum)),
    "ospf.lsa.length": (r: Packet) => headers(r).map(({ Length }) => Length),
  };
}

function headers({ LSAs, DbDesc, LSU }: OSPFv2 | OSPFv3): LSAheader[] {
  return [...LSAs, ...DbDesc?.LSAinfo ?? [], ...LSU?.LSAs.map(({ Header }) => Header!) ?? []];
}

function each<Value>(
  { LSU }: OSPFv2 | OSPFv3,
  valuesOf: (lsa: LSA) => Value | Value[] | undefined,
): Value[] {
  return LSU?.LSAs.flatMap((lsa) => valuesOf(lsa) ?? []) ?? [];
}

function prefixes({ InterAPrefixLSA, ASELSA, LLSA, IntraAPrefixLSA }: LSA) {
  const lists: Pick<LSAPrefix, "PrefixLength" | "PrefixOptions" | "AddressPrefix">[] = [
    ...LLSA?.Prefixes ?? [],
    ...IntraAPrefixLSA?.Prefixes ?? [],
  ];
  return [...lists, ...[InterAPrefixLSA, ASELSA].flatMap((lsa) => lsa ?? [])];
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
}

function textBeforeNul(bytes: Uint8Array): string {
  return text(bytes).split("\0")[0]!;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

/** The shortest text of an address of which the last bytes may be missing. */
function ipv6(bytes: Uint8Array): string {
  const digits = encodeHex(bytes).padEnd(32, "0").replaceAll(/(.{4})(?=.)/g, "$1:");
  return new URL(`http://[${digits}]/`).hostname.slice(1, -1);
}
