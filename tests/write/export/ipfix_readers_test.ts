/** What nfcapd and nfacctd make of the flows that an export sends: what tshark sees in the capture. */
import { assertEquals, assertMatch } from "@std/assert";
import { runExport } from "../../../lib/run_export_io.ts";
import { framesOf } from "../../decode/captured_frames.ts";
import { askTshark } from "../../decode/tshark/ask_tshark.ts";
import { Following } from "../../follow/follow_capture.ts";
import { needs, NFACCTD, NFCAPD, TSHARK } from "../../needs.ts";
import { until } from "../../until.ts";
import { inFolder } from "../files/in_folder.ts";
import {
  addFlow,
  nfacctdFlows,
  nfdumpFlows,
  type PeerFlows,
  startNfacctd,
  startNfcapd,
} from "./ipfix_peers.ts";
import { ConnectionStore } from "./stored_connections.ts";

const CAPTURES = ["office.pcap", "vlan.pcap"].map((name) =>
  new URL(`../../captures/${name}`, import.meta.url)
);

/** Stores the connections of the captures, each in two parts at least if it lasts. */
async function storeConnections(folder: string): Promise<void> {
  await using store = await ConnectionStore.open(folder);
  for (const [at, capture] of CAPTURES.entries()) {
    const frames = framesOf({ url: capture });
    const following = new Following();
    for (const [number, frame] of frames.entries()) {
      if (number === frames.length >> 1) { for (const _ of following.conversations.writeParts()); }
      following.add(frame);
    }
    await store.add(`client${at}`, following.end().records);
  }
}

const FIELDS = [
  ...["frame.time_epoch", "frame.protocols", "ip.src", "ip.cur_rt", "ip.dst", "ip.proto", "ip.len"],
  ...["ipv6.src", "ipv6.dst", "ipv6.plen", "ipv6.fraghdr.nxt", "ipv6.nxt", "tcp.flags"],
  ...["tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "icmp.type", "icmp.code"],
  ...["icmpv6.type", "icmpv6.code", "ip.id", "ip.frag_offset"],
  ...["ipv6.fraghdr.ident", "ipv6.fraghdr.offset", "ieee8021ad.id", "vlan.id"],
];
/** The numbers of protocols by tshark's names. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ...[["icmp", "1"], ["igmp", "2"], ["tcp", "6"], ["udp", "17"], ["icmpv6", "58"]] as const,
]);
const IPV6_HEADER_BYTES = 40;

/** What tshark sees, with ICMP's type and code in place of a port, and the packets' sums. */
async function captured(): Promise<{ flows: PeerFlows; vlans: Set<number> }> {
  const flows: PeerFlows = new Map();
  const vlans = new Set<number>();
  for (const capture of CAPTURES) {
    const fragmented = new Map<string, string>();
    for (const answer of await askTshark(capture, FIELDS)) {
      const first = (...names: string[]) =>
        names.map((name) => answer.get(name)?.[0]).find((value) => value !== undefined);
      const src = first("ip.src", "ipv6.src");
      if (src === undefined) continue;
      vlans.add(Number(first("ieee8021ad.id", "vlan.id") ?? 0));
      const protocol = first("frame.protocols")!.split(":").map((name) => PROTOCOLS.get(name))
        .find((number) => number !== undefined) ??
        first("ip.proto", "ipv6.fraghdr.nxt", "ipv6.nxt");
      const type = first("icmp.type", "icmpv6.type");
      const datagram = [src, protocol, first("ip.id", "ipv6.fraghdr.ident")].join(" ");
      const to = type === undefined
        ? first("tcp.dstport", "udp.dstport") ?? "0"
        : `${type}.${first("icmp.code", "icmpv6.code")}`;
      // What an error of ICMP quotes has ports, too.
      const from = type === undefined ? first("tcp.srcport", "udp.srcport") ?? "0" : "0";
      const plen = answer.get("ipv6.plen")?.[0];
      const [seconds, fraction = ""] = first("frame.time_epoch")!.split(".");
      const ms = 1000 * Number(seconds) + Number(fraction.slice(0, 3));
      const isLater = Number(first("ip.frag_offset", "ipv6.fraghdr.offset") ?? 0) > 0;
      const own = [protocol, src, from, first("ip.cur_rt", "ip.dst", "ipv6.dst"), to].join(" ");
      const key = isLater ? fragmented.get(datagram)! : own;
      fragmented.set(datagram, key);
      addFlow(flows, key, {
        packets: 1,
        octets: plen === undefined ? Number(first("ip.len")) : Number(plen) + IPV6_HEADER_BYTES,
        flags: Number(first("tcp.flags") ?? 0) & 0xff,
        ...{ first: ms, last: ms },
      });
    }
  }
  return { flows, vlans };
}

/** The sums by key, and over both directions the times: a record tells those of both together. */
function sums(flows: PeerFlows): string[] {
  return [...flows].map(([key, { packets, octets, flags }]) =>
    `${key}: ${packets} ${octets} ${flags}`
  ).sort();
}

/** From when to when there were packets, by what both directions of TCP or UDP have in common. */
function spans(flows: PeerFlows): string[] {
  const both: PeerFlows = new Map();
  for (const [key, flow] of flows) {
    const [protocol, src, from, dst, to] = key.split(" ") as [string, ...string[]];
    if (protocol !== "6" && protocol !== "17") continue;
    addFlow(both, [protocol, ...[`${src} ${from}`, `${dst} ${to}`].sort()].join(" "), flow);
  }
  return [...both].map(([key, { first, last }]) => `${key}: ${first} ${last}`).sort();
}

/** ICMP by addresses only. */
function withoutTypes(flows: PeerFlows): PeerFlows {
  const merged: PeerFlows = new Map();
  for (const [key, flow] of flows) {
    addFlow(merged, /^(1|58) /.test(key) ? key.replace(/\S+$/, "0") : key, flow);
  }
  return merged;
}

const packetsOf = (flows: PeerFlows) =>
  [...flows.values()].reduce((sum, { packets }) => sum + packets, 0);

Deno.test({
  ...needs(
    "nfcapd and nfacctd take all flows of captures without a complaint, and sum as tshark",
    NFCAPD,
    NFACCTD,
    TSHARK,
  ),
  fn: () =>
    inFolder(async (folder) => {
      await storeConnections(`${folder}/records`);
      await Deno.mkdir(`${folder}/nfcapd`);
      await using nfcapd = await startNfcapd(`${folder}/nfcapd`);
      await using nfacctd = await startNfacctd(`${folder}/nfacctd.json`);
      const said: string[] = [];
      for (const { port } of [nfcapd, nfacctd]) {
        const out = `udp://127.0.0.1:${port}`;
        const options = {
          format: "ipfix",
          paths: [`${folder}/records`],
          out,
          follow: false,
        } as const;
        assertEquals(await runExport(options, { say: (line) => said.push(line) }), 0);
      }
      assertEquals(said.length, 2, said.join("\n"));
      const { flows: expected, vlans: tags } = await captured();
      await until("nfcapd has read all", () => nfcapd.hasReadAll());
      await nfcapd.end("SIGTERM");
      const { flows, vlans } = await nfdumpFlows(`${folder}/nfcapd`);
      assertEquals(sums(flows), sums(expected));
      assertEquals(spans(flows), spans(expected));
      assertEquals(vlans, tags);
      assertMatch(nfcapd.said, /Sequence Errors: 0, Bad Packets: 0/);
      for (const line of nfcapd.said.trim().split("\n")) assertMatch(line, NFCAPD_SAYS);
      const all = packetsOf(expected);
      await until("nfacctd has written all", async () =>
        packetsOf(await nfacctdFlows(`${folder}/nfacctd.json`)) >= all);
      const counted = await nfacctdFlows(`${folder}/nfacctd.json`);
      assertEquals(sums(counted), sums(withoutTypes(expected)));
      assertEquals(spans(counted), spans(expected));
      await nfacctd.end("SIGINT");
      for (const line of nfacctd.said.trim().split("\n")) {
        assertMatch(line, /^(INFO |OK)/);
      }
    }),
});

/** All that nfcapd says when nothing is wrong. */
const NFCAPD_SAYS =
  /^(Add flow source|Bound to|Init |Startup|Process_ipfix: New ipfix exporter: SysID: [12], Observation domain \d+ from: 127.0.0.1$|Ident: |Terminating)/;
