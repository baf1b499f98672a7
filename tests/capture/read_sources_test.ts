/** Files, folders and filters; tcpdump says how many packets a filter takes. */
import { gzipSync } from "node:zlib";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type CaptureCounts, createCaptureCounts } from "../../lib/capture/capture_counts.ts";
import { readSources, type Sources } from "../../lib/capture/read_sources_io.ts";
import { LIBPCAP, needs, TCPDUMP } from "../needs.ts";
import { inFolder } from "../programs/program.ts";
import { captureOf } from "./capture_of.ts";
import { type CollectedPacket, PacketCollector } from "./collect_packets.ts";
import { countPackets } from "./live_programs.ts";
import "./offline_filter.ts";
import { taggedFrames } from "./tagged_frames.ts";

interface Read {
  readonly packets: CollectedPacket[];
  readonly counts: CaptureCounts;
  readonly problems: string[];
  readonly said: string[];
}

async function read(options: Sources): Promise<Read> {
  const collector = new PacketCollector();
  const counts = createCaptureCounts();
  const [problems, said]: string[][] = [[], []];
  await readSources(options, collector, {
    afterChunk: () => Promise.resolve(),
    counts,
    handOver: () => Promise.resolve(),
    onProblem: ({ message }) => problems!.push(message),
    replaySpeed: 0,
    say: (line) => said!.push(line),
    signal: new AbortController().signal,
  });
  return { packets: collector.packets, counts, problems: problems!, said: said! };
}

const FILTERS = [
  "udp port 53",
  "vlan and udp",
  "mpls and ip",
  "vlan 30 and vlan 20",
  "len < 60",
  "ip6",
];

for (const filter of FILTERS) {
  Deno.test({
    ...needs(`of a file, "${filter}" takes what tcpdump takes`, LIBPCAP, TCPDUMP),
    fn: () =>
      inFolder(async (folder) => {
        const frames = taggedFrames();
        const file = `${folder}/tagged.pcap`;
        await Deno.writeFile(file, captureOf(frames.map(({ bytes }) => bytes)));
        const { packets, counts, problems } = await read({ sources: [file], filter });
        assertEquals(problems, []);
        const taken = await countPackets(file, filter);
        assert(taken > 0);
        assertEquals(packets.length, taken);
        assertEquals([counts.delivered, counts.filtered], [taken, frames.length - taken]);
      }),
  });
}

Deno.test({
  ...needs("a filter is compiled for each link type", LIBPCAP, TCPDUMP),
  fn: async () => {
    const names = ["dns", "raw_ip", "cooked_v1", "cooked_v2", "dns"];
    const sources = names.map((name) =>
      new URL(`../captures/${name}.pcap`, import.meta.url).pathname
    );
    const taken = await Promise.all(sources.map((source) => countPackets(source, "udp or icmp")));
    assert(taken.every((count) => count > 0), `${taken}`);
    const { packets, problems } = await read({ sources, filter: "udp or icmp" });
    assertEquals(problems, []);
    assertEquals(packets.length, taken.reduce((sum, count) => sum + count));
  },
});

Deno.test({
  ...needs("a filter that is wrong is one problem, and nothing is read", LIBPCAP),
  fn: async () => {
    const file = new URL("../captures/dns.pcap", import.meta.url).pathname;
    for (const filter of ["udp prot 53", "not vlan and udp"]) {
      const { packets, problems } = await read({ sources: [file, file], filter });
      assertEquals(packets, []);
      assertEquals(problems.length, 1);
      assertMatch(problems[0]!, /^Cannot use the filter ".*": /);
    }
    // What no link type of the file has.
    const { packets, counts, problems } = await read({ sources: [file], filter: "wlan type mgt" });
    assertEquals([packets.length, counts.delivered, counts.refused], [0, 0, 1]);
    assertMatch(problems[0]!, /^Cannot use the filter "wlan type mgt": .*802\.11/);
  },
});

Deno.test("a folder is read by the time of first packets, what is no capture is passed over", () =>
  inFolder(async (folder) => {
    const at = (second: number, count = 1) =>
      captureOf(Array.from({ length: count }, () => Uint8Array.of(second)), second);
    await Deno.writeFile(`${folder}/a.pcap`, at(30));
    await Deno.writeFile(`${folder}/z.pcap.gz`, gzipSync(at(10, 2)));
    // The ring of tcpdump -C 1 -W 12: two begun in the same second.
    await Deno.writeFile(`${folder}/ring10`, at(20));
    await Deno.writeFile(`${folder}/ring9`, at(20));
    await Deno.writeFile(`${folder}/empty.pcap`, at(0, 0));
    await Deno.writeTextFile(`${folder}/notes.txt`, "GET / HTTP/1.1");
    await Deno.writeFile(`${folder}/.hidden.pcap`, at(5));
    await Deno.mkdir(`${folder}/deeper`);
    await Deno.writeFile(`${folder}/deeper/b.pcap`, at(1));
    await Deno.writeFile(`${folder}/cut.pcap`, at(40, 2).slice(0, -1));
    const { packets, problems, said } = await read({ sources: [folder] });
    assertEquals(packets.map(({ data }) => parseInt(data, 16)), [10, 10, 20, 20, 30, 40]);
    assertEquals(problems.length, 1);
    assertMatch(problems[0]!, /^Cannot read capture file ".*\/cut\.pcap": it is cut at byte/);
    assertEquals(said, [
      `reading folder ${JSON.stringify(folder)}: 6 captures by the time of their first packets, ` +
      '1 other than captures passed over: "notes.txt"',
    ]);
  }));

Deno.test("a folder without captures is a problem, and the next source is read", () =>
  inFolder(async (folder) => {
    const file = new URL("../captures/dns.pcap", import.meta.url).pathname;
    const { packets, problems } = await read({ sources: [folder, file] });
    assertEquals(problems, [
      `Cannot read folder ${JSON.stringify(folder)}: there is no capture file in it`,
    ]);
    assert(packets.length > 0);
  }));

Deno.test("plain captures are parsed in the buffer that is given, also those of a watched folder", () =>
  inFolder(async (folder) => {
    const at = (second: number) =>
      captureOf(Array.from({ length: 20 }, (_, n) => Uint8Array.of(second, n)), second);
    for (const name of ["folder", "watched"]) await Deno.mkdir(`${folder}/${name}`);
    const [plain, packed] = [`${folder}/plain`, `${folder}/packed`];
    await Deno.writeFile(plain, at(1));
    await Deno.writeFile(packed, gzipSync(at(2)));
    await Deno.writeFile(`${folder}/folder/cap`, at(3));
    await Deno.writeFile(`${folder}/watched/cap`, at(4));
    // Of a larger one, and so small that packets straddle what is read.
    const around = new Uint8Array(1024);
    const buffer = around.subarray(500, 570);
    const found: number[][] = [];
    const sourcesThere = new Set<number>();
    const stop = new AbortController();
    const watch = { folder: `${folder}/watched`, stateFile: `${folder}/state` };
    await readSources({ sources: [plain, packed, `${folder}/folder`], watch }, {
      packet(bytes, at, end) {
        const packet = [...bytes.subarray(at, end)];
        found.push(packet);
        if (bytes.buffer === around.buffer) sourcesThere.add(packet[0]!);
      },
    }, {
      afterChunk: () => Promise.resolve(),
      buffer,
      counts: createCaptureCounts(),
      handOver: () => Promise.resolve(),
      onProblem: ({ message }) => assert(false, message),
      replaySpeed: 0,
      say: (line) => line.startsWith('read "cap"') && stop.abort(),
      signal: stop.signal,
    });
    assertEquals(found, [1, 2, 3, 4].flatMap((s) => Array.from({ length: 20 }, (_, n) => [s, n])));
    assertEquals([...sourcesThere], [1, 3, 4]);
    assert(around.every((byte, at) => byte === 0 || (at >= 500 && at < 570)));
  }));
