/** Filters on the records of our captures against tshark's display filters on their frames. */
import { assert, assertEquals } from "@std/assert";
import type { DescMessage } from "@bufbuild/protobuf";
import { Where } from "../../../lib/write/query/where.ts";
import {
  ARPSchema,
  DHCPv4Schema,
  DNSSchema,
  EthernetSchema,
  IPv4Schema,
  IPv6Schema,
  TCPSchema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { framesOf } from "../../decode/captured_frames.ts";
import { decodeFrame } from "../../decode/decode_frame.ts";
import { framesPassing } from "../../decode/tshark/ask_tshark.ts";
import { isMet, needs, TSHARK } from "../../needs.ts";

const CAPTURES = ["office", "dhcp", "ip_options"].map((name) => {
  const url = new URL(`../../captures/${name}.pcap`, import.meta.url);
  return { name, url, frames: framesOf({ url }) };
});

/**
 * Frames that are not compared: errors quote the packet that they are about, whose fields are the
 * frame's to tshark and data to us; of DNS messages in several TCP segments tshark shows the first;
 * where a source route is given, it shows the end of that as the destination.
 */
const APART = "icmp.type in {3,4,5,11,12} || icmpv6.type in {1,2,3,4} || (dns && tcp) || " +
  "ip.opt.type in {131,137}";

/** A record type, a filter for it, and what says the same of the frame in tshark's words. */
const FILTERS: readonly (readonly [DescMessage, string, string])[] = [
  [UDPSchema, "DstPort == 53", "udp.dstport == 53"],
  [
    UDPSchema,
    "DstPort in (53, 67, 5353) and SrcIP != 0.0.0.0",
    "udp.dstport in {53,67,5353} && !(ip.src == 0.0.0.0)",
  ],
  [
    IPv4Schema,
    "DstIP in (192.0.2.0/25, 224.0.0.0/4)",
    "(ip.dst == 192.0.2.0/25 || ip.dst == 224.0.0.0/4)",
  ],
  [IPv4Schema, "TTL < 64 or Length > 500", "(ip.ttl < 64 || ip.len > 500)"],
  [IPv4Schema, "Options.OptionType == 7", "ip.opt.type == 7"],
  [
    IPv6Schema,
    "SrcIP in fe80::/10 and not DstIP in ff00::/8",
    "ipv6.src == fe80::/10 && !(ipv6.dst == ff00::/8)",
  ],
  [TCPSchema, "SYN and not ACK", "tcp.flags.syn == 1 && tcp.flags.ack == 0"],
  [
    TCPSchema,
    "Options.OptionType == 2 and Window >= 0x4000",
    "tcp.option_kind == 2 && tcp.window_size_value >= 0x4000",
  ],
  [TCPSchema, "PayloadSize", "tcp.len > 0"],
  [
    DNSSchema,
    "Questions.Name ~ '\\.(org|com|test)$' and QR",
    'dns.qry.name matches "[.](org|com|test)$" && dns.flags.response == 1',
  ],
  [
    DNSSchema,
    "Answers.TTL > 1m or Authorities.TTL > 1m",
    "dns.resp.ttl > 60",
  ],
  [ARPSchema, "Operation == 1 and SrcProtocolAddress", "arp.opcode == 1"],
  [
    DHCPv4Schema,
    "Options.Type == 53 and ClientIP == 0.0.0.0",
    "dhcp.option.type == 53 && dhcp.ip.client == 0.0.0.0",
  ],
  [EthernetSchema, "DstMAC == ff:ff:ff:ff:ff:ff", "eth.dst == ff:ff:ff:ff:ff:ff"],
];

const apart = new Map<string, readonly number[]>();
if (isMet(TSHARK)) {
  for (const { name, url } of CAPTURES) apart.set(name, await framesPassing(url, APART));
}

for (const [schema, text, displayFilter] of FILTERS) {
  Deno.test({
    ...needs(
      `${schema.name} records where ${text} are in the frames of ${displayFilter}`,
      TSHARK,
    ),
    async fn() {
      const binding = new Where(text).bind(schema);
      assert("filter" in binding);
      let passed = 0;
      for (const { name, url, frames } of CAPTURES) {
        const isCompared = (number: number) => !apart.get(name)!.includes(number);
        const compared = frames.filter((frame) =>
          decodeFrame(frame.bytes, frame).encodingsOf(schema)
            .some((record) => binding.filter(record, 0, record.length))
        ).map(({ number }) => number).filter(isCompared);
        assertEquals(compared, (await framesPassing(url, displayFilter)).filter(isCompared), name);
        passed += compared.length;
      }
      assert(passed > 0, "some record of some capture passes");
    },
  });
}
