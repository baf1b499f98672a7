/** What tshark calls the fields of IPsec and of IGMP. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import {
  type IGMP,
  IGMPSchema,
  IPSecAHSchema,
  IPSecESPSchema,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex2, hex4, hex8, only } from "../table.ts";

const TENTH = 100_000_000n;

export const IPSEC_AND_IGMP: Group = {
  tables: [
    fields("ah", IPSecAHSchema, {
      "ah.reserved": (r) => hex4(r.Reserved).slice(2),
      "ah.spi": (r) => hex8(r.SPI >>> 0),
      "ah.sequence": (r) => r.Seq >>> 0,
      "ah.icv": (r) => encodeHex(r.AuthenticationData),
    }),
    fields("esp", IPSecESPSchema, {
      "esp.spi": (r) => hex8(r.SPI >>> 0),
      "esp.sequence": (r) => r.Seq >>> 0,
    }),
    fields("igmp", IGMPSchema, {
      "igmp.version": (r) => r.Version,
      "igmp.type": (r) => hex2(r.Type),
      "igmp.max_resp": (r) =>
        only(r.Type !== 0x22 && r.Version > 1, Number(r.MaxResponseTime / TENTH)),
      "igmp.checksum": (r) => hex4(r.Checksum),
      "igmp.maddr": (r) => groups(r),
      "igmp.s": (r) => only(isQueryV3(r), flag(r.SupressRouterProcessing)),
      "igmp.qrv": (r) => only(isQueryV3(r), r.RobustnessValue),
      "igmp.qqic": (r) => only(isQueryV3(r), codeOf(r.IntervalTime / (10n * TENTH))),
      "igmp.num_src": (r) =>
        isQueryV3(r) ? r.NumberOfSources : r.GroupRecords.map((each) => each.NumberOfSources),
      "igmp.saddr": (
        r,
      ) => [...r.SourceAddresses, ...r.GroupRecords.flatMap((each) => each.SourceAddresses)],
      "igmp.num_grp_recs": (r) => only(r.Type === 0x22, r.NumberOfGroupRecords),
      "igmp.record_type": (r) => r.GroupRecords.map(({ Type }) => Type),
      "igmp.aux_data_len": (r) => r.GroupRecords.map(({ AuxDataLen }) => AuxDataLen),
    }),
  ],
  disagreements: [
    {
      captures: ["hostile/esp_truncated.pcap"],
      found: ["no record of esp"],
      frames: 1,
      why: "the same",
    },
    {
      captures: ["PIM-SM_join_prune.pcap"],
      found: ["no record of igmp, Igmp unsupported"],
      frames: 4,
      why: "PIM version 1, DVMRP and traceroute share the number of IGMP and are not IGMP",
    },
    {
      captures: ["mrinfo_query.pcap", "mtrace.pcap"],
      found: ["no record of igmp, Igmp unsupported"],
      frames: 2,
      why: "the same",
    },
    {
      captures: ["hostile/relts-0x80000000.pcap"],
      found: ["no record of igmp, Igmp unsupported"],
      frames: 1,
      why: "the same",
    },
  ],
};

function isQueryV3({ Type, Version }: IGMP): boolean {
  return Type === 0x11 && Version === 3;
}

function groups(message: IGMP): string[] {
  return message.Type === 0x22
    ? message.GroupRecords.map(({ MulticastAddress }) => MulticastAddress)
    : [message.GroupAddress];
}

/** The code that stands for a value, RFC 3376, section 4.1.1. */
function codeOf(value: bigint): number {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  return codes.find((code) => {
    const [, exponent, mantissa] = [code >> 7, (code >> 4) & 7, code & 0xf];
    return BigInt(code < 128 ? code : (mantissa + 16) * 2 ** (exponent + 3)) === value;
  })!;
}
