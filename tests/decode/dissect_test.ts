import { assert, assertEquals, assertGreater } from "@std/assert";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import type { RecordSink } from "../../lib/base/record/record_sink.ts";
import { typeName } from "../../lib/base/record/record_types.ts";
import { WireWriter } from "../../lib/base/record/wire_writer.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { ethernet } from "../../lib/decode/link/ethernet.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { type Capture, captures, type Frame, framesOf } from "./captured_frames.ts";

const OPTIONS = { payload: false, context: true, entropy: false };
const OWN = captures().filter(({ name }) => /^own\/[^/]+$/.test(name));
const OFFICE = OWN.find(({ name }) => name === "own/office.pcap")!;

/** Keeps records, and holds the dissector to the order of its calls. */
class StrictSink implements RecordSink {
  /** Committed records in their order: `["Ethernet", "…hex…"]`. */
  readonly records: { readonly type: string; readonly bytes: string }[] = [];
  /** Types of the records that were taken back. */
  readonly rewound: string[] = [];
  readonly #isTooLarge: (type: string) => boolean;
  readonly #writer = new WireWriter(1024);
  #open: number | undefined;

  constructor(isTooLarge: (type: string) => boolean = () => false) {
    this.#isTooLarge = isTooLarge;
  }

  begin(type: number): WireWriter {
    assertEquals(this.#open, undefined, "one record is open at a time");
    this.#open = type;
    this.#writer.at = 0;
    this.#writer.recordAt = 0;
    return this.#writer;
  }

  commit(type: number): boolean {
    this.#close(type);
    if (this.#isTooLarge(typeName(type))) return false;
    const bytes = this.#writer.bytes.slice(0, this.#writer.at).join();
    this.records.push({ type: typeName(type), bytes });
    return true;
  }

  rewind(type: number): void {
    this.#close(type);
    this.rewound.push(typeName(type));
  }

  get isClosed(): boolean {
    return this.#open === undefined;
  }

  #close(type: number): void {
    assertEquals(this.#open, type, "the record that is open");
    this.#open = undefined;
  }
}

function dissect(dissector: Dissector, { bytes, originalLength, sec, nsec, linkType }: Frame) {
  dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
}

/** What becomes of the frames, all of them wanted. */
function dissectAll(frames: readonly Frame[], sink: StrictSink) {
  const dissector = new Dissector(DECODERS, sink, OPTIONS);
  for (const frame of frames) dissect(dissector, frame);
  assert(sink.isClosed);
  return dissector.counts();
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The column of tshark's that says which protocols a frame has, by frame. */
function protocolsOf({ expected }: Capture): string[] {
  const [header, ...lines] = Deno.readTextFileSync(expected).trimEnd().split("\n");
  const column = header!.split("\t").indexOf("frame.protocols");
  return lines.map((line) => line.split("\t")[column]!);
}

Deno.test("every packet is decoded, has failed or ends at an unknown number, and its outermost records are what tshark sees", () => {
  for (const capture of OWN) {
    const sink = new StrictSink();
    const { packets, decoded, failed, unknown, oversized } = dissectAll(framesOf(capture), sink);
    const protocols = protocolsOf(capture);
    assertEquals(packets, protocols.length, capture.name);
    assertEquals(packets, decoded + sumOf(failed) + sumOf(unknown), capture.name);
    assertEquals(oversized, 0);
    const records = (type: string) => sink.records.filter((record) => record.type === type).length;
    const frames = (protocol: string) =>
      protocols.filter((names) => names.split(":").includes(protocol)).length;
    assertEquals(records("Ethernet"), frames("eth"), capture.name);
    assertEquals(records("ARP"), frames("arp"), capture.name);
  }
});

Deno.test("interfaces of one capture are decoded each by its own link type", () => {
  const capture = captures().find(({ name }) => name === "own/crafted/link_types.pcapng")!;
  const frames = framesOf(capture);
  const outermost = new Map<number, Set<string>>();
  for (const frame of frames) {
    const sink = new StrictSink();
    dissectAll([frame], sink);
    const types = outermost.get(frame.linkType) ?? new Set();
    outermost.set(frame.linkType, types.add(sink.records[0]?.type ?? "nothing"));
  }
  assertEquals(
    Object.fromEntries([...outermost].map(([linkType, types]) => [linkType, [...types].sort()])),
    {
      1: ["Ethernet"],
      9: ["IPv4", "IPv6", "MPLS", "nothing"], // an LCP echo request
      10: ["FDDI"],
      50: ["IPv4", "IPv6", "MPLS", "nothing"],
      51: ["IPv4", "IPv6"],
      105: ["Dot11"],
      113: ["Dot11", "IPv4", "LLC"],
      117: ["IPv4", "IPv6"],
      119: ["Dot11"],
      127: ["Dot11"],
      189: ["USB"],
      192: ["Dot11", "Ethernet", "IPv4"],
      204: ["IPv4", "IPv6", "MPLS", "nothing"],
      220: ["USB"],
    },
  );
  assertEquals(dissectAll(frames, new StrictSink()).failed, {});
});

Deno.test("cut packets are counted by layer and reason; the records before the cut stay", () => {
  const random = randomNumbers(9);
  const frames = framesOf(OFFICE).map((frame) => ({
    ...frame,
    bytes: frame.bytes.subarray(0, random(frame.bytes.length + 1)),
  }));
  const sink = new StrictSink();
  const { packets, decoded, failed, unknown, cut } = dissectAll(frames, sink);
  assertEquals(packets, frames.length);
  assertEquals(cut, frames.filter((each) => each.bytes.length < each.originalLength).length);
  assertEquals(packets, decoded + sumOf(failed) + sumOf(unknown));
  const truncated = frames.filter(({ bytes }) => bytes.length < 14).length; // Ethernet's header
  assertEquals(failed["Ethernet truncated"], truncated);
  assertGreater(failed["Tcp truncated"]!, 0);
  for (const name of Object.keys(failed)) {
    assert(/^[A-Z]\w+ (truncated|malformed|incomplete|unsupported)$/.test(name), name);
  }
  const ethernets = sink.records.filter(({ type }) => type === "Ethernet").length;
  assertEquals(ethernets, packets - truncated);
});

Deno.test("the first refusal ends a packet: its record is taken back, those before it stay", () => {
  const at = protocolsOf(OFFICE).indexOf("eth:ethertype:ip:tcp");
  const frame = framesOf(OFFICE)[at]!;
  const ipHeaderEnd = 14 + 4 * (frame.bytes[14]! & 0xf);
  const sink = new StrictSink();
  const cut = { ...frame, bytes: frame.bytes.subarray(0, ipHeaderEnd + 10) };
  assertEquals(dissectAll([cut], sink), {
    packets: 1,
    decoded: 0,
    failed: { "Tcp truncated": 1 },
    unknown: {},
    cut: 1,
    oversized: 0,
  });
  assertEquals(sink.records.map(({ type }) => type), ["Ethernet", "IPv4"]);
  assertEquals(sink.rewound, ["TCP"]);
});

Deno.test("types that nobody wants are passed through: the records within are the same", () => {
  const frames = framesOf(OFFICE);
  const all = new StrictSink();
  const allCounts = dissectAll(frames, all);
  for (const wanted of ["DNS", "TCP", "ICMPv6NeighborSolicitation"]) {
    const sink = new StrictSink();
    const isWanted = (type: number) => typeName(type) === wanted;
    const dissector = new Dissector(DECODERS, sink, OPTIONS, isWanted);
    for (const frame of frames) dissect(dissector, frame);
    assertEquals(sink.records, all.records.filter(({ type }) => type === wanted));
    assertGreater(sink.records.length, 0);
    assertEquals(dissector.counts(), allCounts, "what is written makes no difference to packets");
  }
});

Deno.test("a record that is too large is counted and dropped; its packet goes on", () => {
  const frames = framesOf(OFFICE);
  const all = new StrictSink();
  const allCounts = dissectAll(frames, all);
  const sink = new StrictSink((type) => type === "IPv4" || type === "DNS");
  const counts = dissectAll(frames, sink);
  const dropped = all.records.filter(({ type }) => type === "IPv4" || type === "DNS").length;
  assertEquals(counts, { ...allCounts, oversized: dropped });
  assertEquals(sink.records.length, all.records.length - dropped);
});

Deno.test("a packet that ends at a number without a decoder is counted by layer and number", () => {
  const [frame] = framesOf(OFFICE);
  const sink = new StrictSink();
  const dissector = new Dissector([ethernet], sink, OPTIONS);
  dissect(dissector, frame!);
  dissect(dissector, { ...frame!, linkType: 147 }); // LINKTYPE_USER0
  dissect(dissector, frame!);
  assertEquals(dissector.counts(), {
    packets: 3,
    decoded: 0,
    failed: {},
    unknown: { "Ethernet unknown 0x86dd": 2, "LinkType unknown 147": 1 },
    cut: 0,
    oversized: 0,
  });
  assertEquals(sink.records.map(({ type }) => type), ["Ethernet", "Ethernet"]);
});

Deno.test("of headers alone nothing behind them is read: a first fragment has no ports", () => {
  const bytes = parseHex(
    "ffffffffffff0000000000010800" + "4500002400012000401100000a0000010a000002" + "aa".repeat(16),
  )!;
  const recordsOf = (give: (dissector: Dissector) => void) => {
    const sink = new StrictSink();
    give(new Dissector(DECODERS, sink, OPTIONS));
    return sink.records;
  };
  const alone = recordsOf((d) => d.headers(bytes, 0, bytes.length, 0, 0, 1, 2));
  const whole = recordsOf((d) => d.packet(bytes, 0, bytes.length, bytes.length, 0, 0, 1));
  assertEquals(alone.map(({ type }) => type), ["Ethernet", "IPv4"]);
  assert(whole[1]!.bytes.startsWith(`${alone[1]!.bytes},`), "ports are the last fields");
});

Deno.test("a packet of tunnels in tunnels ends at 64 layers, and is counted", () => {
  const nested: [number, string][] = [
    [1, "020000000002 020000000001 8847" + "00001000".repeat(2000)], // MPLS labels
    [228, "45000000 00010000 40040000 c0000201 c0000202".repeat(2000)], // IP in IP
    [228, ("45000000 00010000 402f0000 c0000201 c0000202" + "0000 0800").repeat(1000)], // GRE
  ];
  const failures = ["Mpls too deep", "IPv4 too deep", "IPv4 too deep"];
  for (const [index, [linkType, hex]] of nested.entries()) {
    const bytes = parseHex(hex.replaceAll(" ", ""))!;
    const sink = new StrictSink();
    const dissector = new Dissector(DECODERS, sink, OPTIONS);
    dissector.packet(bytes, 0, bytes.length, bytes.length, 0, 0, linkType);
    assertEquals(sink.records.length, 64);
    assertEquals(dissector.counts().failed, { [failures[index]!]: 1 });
  }
});

Deno.test("counts() gives the counts so far, which later packets leave alone", () => {
  const [frame] = framesOf(OFFICE);
  const dissector = new Dissector(DECODERS, new StrictSink(), OPTIONS);
  assertEquals(dissector.counts(), {
    packets: 0,
    decoded: 0,
    failed: {},
    unknown: {},
    cut: 0,
    oversized: 0,
  });
  dissect(dissector, { ...frame!, bytes: frame!.bytes.subarray(0, 13) });
  const before = dissector.counts();
  dissect(dissector, { ...frame!, bytes: frame!.bytes.subarray(0, 13) });
  assertEquals(before, {
    packets: 1,
    decoded: 0,
    failed: { "Ethernet truncated": 1 },
    unknown: {},
    cut: 1,
    oversized: 0,
  });
  assertEquals(dissector.counts().failed, { "Ethernet truncated": 2 });
});
