import { explainUnsupported } from "../../lib/capture/link_type.ts";
import { assertEquals } from "@std/assert";
import { MAX_CAPTURED_BYTES, MAX_SNAP_BYTES, PcapParser } from "../../lib/capture/pcap.ts";
import { collectPackets, hex } from "./collect_packets.ts";

// What the packets are is also what tshark 4.0.17 says of these bytes.
// magic    major minor zone     sigfigs  snap     link: raw IP
const LITTLE = "d4c3b2a1 0200 0400 00000000 00000000 00000400 65000000";
const BIG = "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065";
// sec      frac     captured original data
const LITTLE_PACKETS = "00f15365 40e20100 02000000 3c000000 4500" +
  "ffffffff 3f420f00 03000000 03000000 600000";
const BIG_PACKETS = "6553f100 0001e240 00000002 0000003c 4500" +
  "ffffffff 000f423f 00000003 00000003 600000";

const MICROS = [
  { data: "4500", originalLength: 60, time: "1700000000.123456000", linkType: 101 },
  { data: "600000", originalLength: 3, time: "4294967295.999999000", linkType: 101 },
];
const NANOS = [
  { ...MICROS[0]!, time: "1700000000.000123456" },
  { ...MICROS[1]!, time: "4294967295.000999999" },
];

Deno.test("pcap: both byte orders give the packets with microseconds", () => {
  assertEquals(collectPackets(hex(LITTLE, LITTLE_PACKETS)), good(MICROS));
  assertEquals(collectPackets(hex(BIG, BIG_PACKETS)), good(MICROS));
});

Deno.test("pcap: the other magic number means nanoseconds, in both byte orders", () => {
  const little = hex(LITTLE.replace("d4c3b2a1", "4d3cb2a1"), LITTLE_PACKETS);
  const big = hex(BIG.replace("a1b2c3d4", "a1b23c4d"), BIG_PACKETS);
  assertEquals(collectPackets(little), good(NANOS));
  assertEquals(collectPackets(big), good(NANOS));
});

Deno.test("pcap: Kuznetzov's variant has 8 more bytes in each record header", () => {
  const file = hex(
    LITTLE.replace("d4c3b2a1", "34cdb2a1"),
    // sec      frac     captured original if       prot type pad data
    "00f15365 40e20100 02000000 3c000000 02000000 0800 00 00 4500",
    "ffffffff 3f420f00 03000000 03000000 02000000 dd86 04 00 600000",
  );
  assertEquals(collectPackets(file), good(MICROS));
});

Deno.test("pcap: a file without packets is whole", () => {
  assertEquals(collectPackets(hex(LITTLE)), good([]));
});

Deno.test("pcap: a packet of no bytes is a packet", () => {
  const { packets, problem } = collectPackets(hex(BIG, "00000001 00000002 00000000 0000003c"));
  assertEquals(packets, [{ data: "", originalLength: 60, time: "1.000002000", linkType: 101 }]);
  assertEquals(problem, undefined);
});

Deno.test("pcap: what the link type field says of check bytes is not the link type", () => {
  // Check bytes of 2 times 16 bits (20000000), and that they are there (04000000).
  const file = hex(BIG.replace("00000065", "24000001"), BIG_PACKETS);
  assertEquals(collectPackets(file), good(MICROS.map((packet) => ({ ...packet, linkType: 1 }))));
});

Deno.test("pcap: a fraction of a second or more is carried to the seconds", () => {
  const { packets } = collectPackets(hex(BIG, "00000005 00200000 00000000 00000000"));
  assertEquals(packets.map((packet) => packet.time), ["7.097152000"]);
});

Deno.test("pcap: captured lengths above the snap length are accepted up to a limit", () => {
  for (const length of [0x401, MAX_CAPTURED_BYTES]) {
    const { packets, problem } = collectPackets(longPacket(0x400, length));
    assertEquals(packets.map(({ data }) => data.length / 2), [2, length]);
    assertEquals(problem, undefined);
  }
  assertEquals(collectPackets(longPacket(0x400, MAX_CAPTURED_BYTES + 1)), {
    packets: [{ data: "4500", originalLength: 2, time: "0.000000000", linkType: 101 }],
    problem: {
      code: "broken",
      offset: 24 + 18,
      message: "its packet at byte 42 has 262145 captured bytes; at most 262144 are accepted",
    },
    counts: { delivered: 1, refused: 0, clampedTimes: 0, filtered: 0 },
  });
});

Deno.test("pcap: a larger snap length raises the limit, but not beyond 16 MiB", () => {
  const raised = collectPackets(longPacket(MAX_CAPTURED_BYTES + 1, MAX_CAPTURED_BYTES + 1));
  assertEquals(raised.problem, undefined);
  assertEquals(raised.counts.delivered, 2);
  const refused = collectPackets(longPacket(0xffffffff, MAX_SNAP_BYTES + 1));
  assertEquals(
    refused.problem?.message,
    "its packet at byte 42 has 16777217 captured bytes; at most 16777216 are accepted",
  );
});

Deno.test("pcap: PcapParser by itself refuses another magic number", () => {
  const parser = new PcapParser({ packet: () => {} });
  parser.push(hex(BIG.replace("a1b2c3d4", "a1b2c3d5")));
  assertEquals(parser.problem, {
    code: "broken",
    offset: 0,
    message: "its header at byte 0 has the magic number a1b2c3d5",
  });
});

// tcpdump 4.99.3 and tshark 4.0.17 read these files alike; libpcap sf-pcap.c, Wireshark libpcap.c.
// sec      frac     original captured data
const SWAPPED_PACKETS = "6553f100 0001e240 0000003c 00000002 4500" +
  "ffffffff 000f423f 00000003 00000003 600000";

Deno.test("pcap: before version 2.3 the original length comes first, in both byte orders", () => {
  for (const version of ["0002 0000", "0002 0001", "0002 0002", "021f 0000"]) {
    const file = hex(BIG.replace("0002 0004", version), SWAPPED_PACKETS);
    assertEquals(collectPackets(file), good(MICROS), version);
    assertEquals(collectPackets(file, 7), good(MICROS), "in small chunks");
  }
  const little = LITTLE_PACKETS.replace("02000000 3c000000", "3c000000 02000000");
  assertEquals(collectPackets(hex(LITTLE.replace("0200 0400", "0200 0100"), little)), good(MICROS));
  const nanos = hex(
    BIG.replace("a1b2c3d4", "a1b23c4d").replace("0002 0004", "0002 0002"),
    SWAPPED_PACKETS,
  );
  assertEquals(collectPackets(nanos), good(NANOS));
});

Deno.test("pcap: in version 2.3 the smaller length is the captured one, wherever it stands", () => {
  const header = BIG.replace("0002 0004", "0002 0003");
  assertEquals(collectPackets(hex(header, SWAPPED_PACKETS)), good(MICROS));
  assertEquals(collectPackets(hex(header, BIG_PACKETS)), good(MICROS));
});

Deno.test("pcap: the DNS query of a file of version 2.1", () => {
  // A packet of suricata-verify's kind; tshark: 1700000000.250000000, 76 bytes.
  const { packets, problem } = collectPackets(hex(
    "d4c3b2a1 0200 0100 00000000 00000000 ffff0000 01000000",
    "00f15365 90d00300 4c000000 4c000000",
    "0000000200000000020202010800 45 00003e0000040001118e77c0000201c6336402" +
      "9c400035002ac37000070100000100000000000003777777076578616d706c6504746573740000010001",
  ));
  assertEquals(problem, undefined);
  assertEquals(packets.map(({ time, data }) => [time, data.length / 2]), [[
    "1700000000.250000000",
    76,
  ]]);
});

Deno.test("pcap: a cut packet of an old version is cut where its captured length says", () => {
  const file = hex(BIG.replace("0002 0004", "0002 0001"), SWAPPED_PACKETS);
  const { packets, problem } = collectPackets(file.subarray(0, file.length - 1));
  assertEquals(packets, MICROS.slice(0, 1));
  assertEquals(problem?.code, "broken");
});

Deno.test("pcap: other versions are refused", () => {
  const versions = [["0002 0005", "2.5"], ["0001 0002", "1.2"], ["021f 0001", "543.1"]] as const;
  for (const [version, name] of versions) {
    const file = hex(BIG.replace("0002 0004", version), BIG_PACKETS);
    const { packets, problem } = collectPackets(file);
    assertEquals(packets, []);
    assertEquals(problem, {
      code: "broken",
      offset: 0,
      message: `its header at byte 0 is of pcap version ${name}, not 2.0 to 2.4`,
    });
  }
});

Deno.test("pcap: a file of an unsupported link type is refused by number and name", () => {
  const { packets, problem, counts } = collectPackets(
    hex(BIG.replace("00000065", "00000093"), BIG_PACKETS),
  );
  assertEquals(packets, []);
  assertEquals(counts.refused, 0);
  assertEquals(problem, {
    code: "link-type",
    offset: 20,
    message: explainUnsupported([147]),
  });
});

Deno.test("pcap: a file cut anywhere gives the packets before the cut, and says how it is cut", () => {
  const file = hex(BIG, BIG_PACKETS);
  const ends = [24, 24 + 18, 24 + 18 + 19]; // of the file header and of each packet
  const headers = [0, 24, 24 + 18];
  for (let length = 4; length < file.length; length++) {
    const { packets, problem } = collectPackets(file.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length;
    assertEquals(packets, MICROS.slice(0, Math.max(0, whole - 1)), `cut at ${length}`);
    if (ends.includes(length)) {
      assertEquals(problem, undefined, `cut at ${length}`);
      continue;
    }
    // What is known to be missing: the rest of the header, or if that is there, of the record.
    const headerEnd = headers[whole]! + (whole === 0 ? 24 : 16);
    const missing = (length < headerEnd ? headerEnd : ends[whole]!) - length;
    assertEquals(problem, {
      code: "broken",
      offset: length,
      message: `it is cut at byte ${length}: at least ${missing} more must follow`,
    });
  }
});

/** A packet of two bytes and one of `length`. */
function longPacket(snapLength: number, length: number): Uint8Array {
  const small = "00000000 00000000 00000002 00000002 4500";
  const lengthHex = length.toString(16).padStart(8, "0");
  const snapHex = snapLength.toString(16).padStart(8, "0");
  const header = BIG.replace("00040000", snapHex);
  const start = hex(header, small, `00000000 00000000 ${lengthHex} ${lengthHex}`);
  const file = new Uint8Array(start.length + length);
  file.set(start);
  return file;
}

function good(packets: typeof MICROS) {
  const counts = { delivered: packets.length, refused: 0, clampedTimes: 0, filtered: 0 };
  return { packets, problem: undefined, counts };
}
