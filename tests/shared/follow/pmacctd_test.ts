/** Our connections against what pmacctd 1.7.7 counts, by direction: fragments, extension headers of IPv6. */
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../../proto/gen/netcap_pb.ts";
import { framesOf } from "../../decode/captured_frames.ts";
import { follow } from "../../follow/follow_capture.ts";
import { needs, PMACCTD } from "../../needs.ts";
import { SHARED } from "../shared.ts";

/** Fragments of IPv4; headers between IPv6 and what it carries: routing, authentication, several options. */
const CAPTURES = ["afs", "ipv6-routing-header", "OSPFv3_with_AH", "icmpv6-rfc7112"];
/** As pmacctd names protocols. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  "ipv6-icmp": 58,
  ospf: 89,
};

/** Packets and bytes from one end to another. */
type Sums = Map<string, [number, number]>;

Deno.test(
  needs("fragments and packets with extension headers count as pmacctd counts", PMACCTD),
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Promise.all(CAPTURES.map(async (name) => {
        const url = new URL(`captures/${name}.pcap`, SHARED);
        const theirs = await askPmacctd(fileURLToPath(url), `${folder}/${name}`);
        const ours: Sums = new Map();
        for (const record of follow(framesOf({ url })).records) addRecord(ours, record);
        assert(theirs.size > 0, name);
        assertEquals(sorted(ours), sorted(theirs), name);
      }));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

function addRecord(sums: Sums, record: Connection): void {
  const [from, to] = [
    `${record.SrcIP} ${record.SrcPort || 0}`,
    `${record.DstIP} ${record.DstPort || 0}`,
  ];
  const { IPProtocol: protocol } = record;
  add(
    sums,
    `${protocol} ${from} ${to}`,
    record.PacketsClientToServer,
    record.IPBytesClientToServer,
  );
  add(
    sums,
    `${protocol} ${to} ${from}`,
    record.PacketsServerToClient,
    record.IPBytesServerToClient,
  );
}

async function askPmacctd(capture: string, place: string): Promise<Sums> {
  await Deno.writeTextFile(
    `${place}.conf`,
    [
      "daemonize: false",
      "plugins: print",
      "aggregate: src_host, dst_host, src_port, dst_port, proto",
      "print_output: json",
      "print_refresh_time: 3600",
    ].join("\n"),
  );
  // The plugin may live longer than pmacctd: its output ends with both.
  const { success, stdout } = await new Deno.Command("pmacctd", {
    args: ["-f", `${place}.conf`, "-I", capture],
    stdout: "piped",
    stderr: "null",
  }).output();
  assert(success, capture);
  const sums: Sums = new Map();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    if (!line.startsWith("{")) continue;
    const each = JSON.parse(line);
    const key = `${PROTOCOLS[each.ip_proto] ?? each.ip_proto} ${each.ip_src} ${each.port_src} ` +
      `${each.ip_dst} ${each.port_dst}`;
    add(sums, key, each.packets, each.bytes);
  }
  return sums;
}

function add(sums: Sums, key: string, packets: number | bigint, bytes: number | bigint): void {
  if (Number(packets) === 0) return;
  const [packetsBefore, bytesBefore] = sums.get(key) ?? [0, 0];
  sums.set(key, [packetsBefore + Number(packets), bytesBefore + Number(bytes)]);
}

function sorted(sums: Sums): string[] {
  return [...sums].map(([key, sum]) => `${key}: ${sum.join(" ")}`).sort();
}
