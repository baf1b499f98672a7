import { assertEquals } from "@std/assert";
import { CaptureParser } from "../../lib/capture/capture_parser.ts";
import { explainUnsupported } from "../../lib/capture/link_type.ts";
import { MAX_BLOCK_BYTES, MAX_INTERFACES } from "../../lib/capture/pcapng.ts";
import { type CollectedPacket, collectPackets, hex } from "./collect_packets.ts";

// Blocks byte by byte, in both byte orders: type, total length, …, total length. Of what can be read
// tshark 4.0.17 says the same, but for times of before 1677 and after 2262.
// magic, version, section length (unknown)
const SECTION_B = "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c";
const SECTION_L = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000";
// link type, reserved, snap length
const ETHERNET_B = "00000001 00000014 0001 0000 00000000 00000014";
const ETHERNET_L = "01000000 14000000 0100 0000 00000000 14000000";
const IPV4_B = "00000001 00000014 00e4 0000 00000000 00000014";
const USER0_B = "00000001 00000014 0093 0000 00000000 00000014";
const ATM_CLIP_B = "00000001 00000014 006a 0000 00000000 00000014";
// interface, time (0x60a2418202240 = 1,700,000,000,123,456), captured, original, data and padding
const PACKET_B = "00000006 00000028 00000000 00060a24 18202240 00000005 0000003c" +
  "0102030405 000000 00000028";
const PACKET_L = "06000000 28000000 00000000 240a0600 40222018 05000000 3c000000" +
  "0102030405 000000 28000000";
const PACKET_OF_1_B = PACKET_B.replace("00000028 00000000", "00000028 00000001");
// original, data and padding
const SIMPLE_B = "00000003 00000018 00000005 0102030405 000000 00000018";
const UNKNOWN_B = "0bad0bad 00000010 cafecafe 00000010";

const PACKET: CollectedPacket = {
  data: "0102030405",
  originalLength: 60,
  time: "1700000000.123456000",
  linkType: 1,
};

Deno.test("pcapng: both byte orders give the packets", () => {
  assertEquals(collectPackets(hex(SECTION_B, ETHERNET_B, PACKET_B)), good(PACKET));
  assertEquals(collectPackets(hex(SECTION_L, ETHERNET_L, PACKET_L)), good(PACKET));
});

Deno.test("pcapng: a section without packets is whole, and may be of version 1.2", () => {
  assertEquals(collectPackets(hex(SECTION_B)), good());
  assertEquals(collectPackets(hex(SECTION_B.replace("0001 0000", "0001 0002"))), good());
});

Deno.test("pcapng: a packet belongs to the interface it names", () => {
  const file = hex(SECTION_B, ETHERNET_B, IPV4_B, PACKET_OF_1_B, PACKET_B);
  assertEquals(collectPackets(file), good({ ...PACKET, linkType: 228 }, PACKET));
});

Deno.test("pcapng: each section has its own byte order and its own interfaces", () => {
  const file = hex(
    SECTION_B,
    IPV4_B,
    PACKET_B,
    SECTION_L,
    ETHERNET_L,
    PACKET_L,
    SECTION_B,
    PACKET_B,
  );
  const { packets, problem } = collectPackets(file);
  assertEquals(packets, [{ ...PACKET, linkType: 228 }, PACKET]);
  assertEquals(problem, {
    code: "broken",
    offset: 3 * 28 + 2 * (20 + 40),
    message: "its packet at byte 204 is of interface 0, but 0 have been described",
  });
});

Deno.test("pcapng: the section length is not relied on", () => {
  for (const length of ["0000000000000000", "0000000000000007", "7fffffffffffffff"]) {
    const section = SECTION_B.replace("ffffffffffffffff", length);
    assertEquals(collectPackets(hex(section, ETHERNET_B, PACKET_B)), good(PACKET));
  }
});

Deno.test("pcapng: options of sections and packets are passed over", () => {
  const section = "0a0d0d0a 00000028 1a2b3c4d 0001 0000 ffffffffffffffff" +
    "0004 0002 6f730000 00000000 00000028"; // shb_userappl "os", end of options
  const packet = "00000006 00000030 00000000 00060a24 18202240 00000005 0000003c" +
    "0102030405 000000 0002 0004 00000001 00000030"; // epb_flags inbound, no end of options
  assertEquals(collectPackets(hex(section, ETHERNET_B, packet)), good(PACKET));
});

Deno.test("pcapng: if_tsresol is a power of 10, or of 2 with the highest bit set", () => {
  assertEquals(timeWith("0009 0001 06000000"), "1700000000.123456000");
  assertEquals(timeWith("0009 0001 09000000"), "1700000.000123456");
  assertEquals(timeWith("0009 0001 00000000"), "9223372036.854775807"); // beyond: see below
  // 2^20 units a second: 1,700,000,000,123,456 / 1,048,576 = 1621246338.00836181640625
  assertEquals(timeWith("0009 0001 94000000"), "1621246338.008361816");
});

Deno.test("pcapng: if_tsoffset moves the times by seconds, also to before 1970", () => {
  assertEquals(timeWith("000e 0008 0000000000000064"), "1700000100.123456000");
  assertEquals(timeWith("000e 0008 ffffffffffffffff"), "1699999999.123456000");
  assertEquals(timeWith("000e 0008 ffffffff00000000"), `${1_700_000_000 - 2 ** 32}.123456000`);
});

Deno.test("pcapng: if_tsoffset is one number of 64 bits, also in a little-endian section", () => {
  const early = "01000000 20000000 0100 0000 00000000 0e00 0800 9cffffffffffffff 20000000";
  const { packets } = collectPackets(hex(SECTION_L, early, PACKET_L));
  assertEquals(packets[0]?.time, "1699999900.123456000"); // 100 seconds earlier, as in tshark
});

Deno.test("pcapng: end of options ends them, a comment before a resolution does not", () => {
  assertEquals(timeWith("0001 0003 41424300 0009 0001 09000000"), "1700000.000123456");
  assertEquals(timeWith("0000 0000 0009 0001 09000000"), "1700000000.123456000");
});

Deno.test("pcapng: times that 64-bit nanoseconds cannot hold are clamped and counted", () => {
  const late = PACKET_B.replace("00060a24 18202240", "ffffffff ffffffff");
  const early = "000e 0008 8000000000000000";
  const { packets, problem, counts } = collectPackets(
    hex(SECTION_B, ETHERNET_B, interfaceWith(early), late, PACKET_B, PACKET_OF_1_B),
  );
  assertEquals(packets.map((packet) => packet.time), [
    "9223372036.854775807",
    "1700000000.123456000",
    "-9223372037.145224192", // -9223372036.854775808
  ]);
  assertEquals(problem, undefined);
  assertEquals(counts, { delivered: 3, refused: 0, clampedTimes: 2, filtered: 0 });
});

Deno.test("pcapng: an obsolete packet block names its interface in 16 bits", () => {
  const obsolete = "00000002 00000028 0001 0007 00060a24 18202240 00000005 0000003c" +
    "0102030405 000000 00000028";
  const file = hex(SECTION_B, ETHERNET_B, IPV4_B, obsolete);
  assertEquals(collectPackets(file), good({ ...PACKET, linkType: 228 }));
});

Deno.test("pcapng: a simple packet is of the first interface, has no time, ends at its snap length", () => {
  const whole = { data: "0102030405", originalLength: 5, time: "0.000000000", linkType: 1 };
  assertEquals(collectPackets(hex(SECTION_B, ETHERNET_B, IPV4_B, SIMPLE_B)), good(whole));
  const snap3 = ETHERNET_B.replace("0000 00000000", "0000 00000003");
  const simple3 = "00000003 00000014 0000003c 010203 00 00000014";
  const cut = { ...whole, data: "010203", originalLength: 60 };
  assertEquals(collectPackets(hex(SECTION_B, snap3, simple3)), good(cut));
});

Deno.test("pcapng: blocks of other types are passed over", () => {
  const file = hex(
    SECTION_B,
    UNKNOWN_B,
    ETHERNET_B,
    UNKNOWN_B,
    PACKET_B,
    "00000bbb 0000000c 0000000c",
  );
  assertEquals(collectPackets(file), good(PACKET));
});

Deno.test("pcapng: a block to be passed over may be longer than any that is read", () => {
  const bodyBytes = 5 * MAX_BLOCK_BYTES;
  const total = (bodyBytes + 12).toString(16).padStart(8, "0");
  let delivered = 0;
  const parser = new CaptureParser({ packet: () => delivered++ });
  parser.push(hex(SECTION_B, ETHERNET_B, "00000bbb", total));
  const piece = new Uint8Array(MAX_BLOCK_BYTES / 16);
  for (let at = 0; at < bodyBytes; at += piece.length) parser.push(piece);
  parser.push(hex(total, PACKET_B));
  parser.end();
  assertEquals(parser.problem, undefined);
  assertEquals(delivered, 1);
});

Deno.test("pcapng: packets of an unsupported link type are refused, the others go on", () => {
  const file = hex(SECTION_B, ETHERNET_B, USER0_B, PACKET_OF_1_B, PACKET_B, PACKET_OF_1_B);
  assertEquals(collectPackets(file), {
    packets: [PACKET],
    problem: {
      code: "link-type",
      offset: 28 + 20, // where the interface is described
      message: explainUnsupported([147]),
    },
    counts: { delivered: 1, refused: 2, clampedTimes: 0, filtered: 0 },
  });
  const both = collectPackets(
    hex(SECTION_B, ATM_CLIP_B, USER0_B, PACKET_OF_1_B, PACKET_B, PACKET_B),
  );
  assertEquals(both.counts, { delivered: 0, refused: 3, clampedTimes: 0, filtered: 0 });
  assertEquals(both.problem?.message.split(" is ")[0], "link type 147 (USER0), 106 (ATM_CLIP)");
});

Deno.test("pcapng: an interface of an unsupported link type without packets is no problem", () => {
  assertEquals(collectPackets(hex(SECTION_B, ETHERNET_B, USER0_B, PACKET_B)), good(PACKET));
});

Deno.test("pcapng: what is broken is a problem after the packets before it, and named", () => {
  const long = "00000006 01000020"; // 16 MiB and 32 bytes
  const cases: [broken: string, message: string][] = [
    [
      "00000006 00000026" + "00".repeat(30),
      "block at byte 88 of type 6 has a length of 38; " +
      "a multiple of 4 from 32 to 16777216 is needed",
    ],
    [
      "00000006 0000001c" + "00".repeat(20),
      "block at byte 88 of type 6 has a length of 28; " +
      "a multiple of 4 from 32 to 16777216 is needed",
    ],
    [
      long + "00".repeat(8),
      "block at byte 88 of type 6 has a length of 16777248; " +
      "a multiple of 4 from 32 to 16777216 is needed",
    ],
    [
      "00000bbb 00000000 00000000",
      "block at byte 88 of type 3003 has a length of 0; " +
      "a multiple of 4 from 12 to 4294967292 is needed",
    ],
    [PACKET_B.replace(/28$/, "2c"), "block at byte 88 has a length of 40 and a closing one of 44"],
    [UNKNOWN_B.replace(/10$/, "14"), "block at byte 88 has a length of 16 and a closing one of 20"],
    [PACKET_OF_1_B, "packet at byte 88 is of interface 1, but 1 have been described"],
    [
      PACKET_B.replace("00000005", "00000009"),
      "packet at byte 88 has 9 captured bytes, " +
      "its block room for 8",
    ],
    [
      PACKET_B.replace("00000005", "ffffffff"),
      "packet at byte 88 has 4294967295 captured bytes, " +
      "its block room for 8",
    ],
    [
      SIMPLE_B.replace("00000005", "00000009"),
      "packet at byte 88 has 9 captured bytes, " +
      "its block room for 8",
    ],
    [interfaceWith("0001 0009 00000000"), "interface at byte 88 has an option 1 of 9 bytes"],
    [interfaceWith("0009 0002 06060000"), "interface at byte 88 has an option 9 of 2 bytes"],
    [interfaceWith("000e 0004 00000000"), "interface at byte 88 has an option 14 of 4 bytes"],
    [
      SECTION_B.replace("0001 0000", "0002 0000"),
      "section at byte 88 is of pcapng version 2.0, " +
      "not 1.0",
    ],
    [
      SECTION_B.replace("1a2b3c4d", "1a2b3c4e"),
      "block at byte 88 has no byte-order magic number " +
      "of a pcapng section",
    ],
  ];
  for (const [broken, message] of cases) {
    const file = hex(SECTION_B, ETHERNET_B, PACKET_B, broken, PACKET_B);
    const { packets, problem } = collectPackets(file);
    assertEquals(packets, [PACKET], message);
    assertEquals(problem, { code: "broken", offset: 88, message: `its ${message}` });
    assertEquals(collectPackets(file, 1), collectPackets(file), message);
  }
});

Deno.test("pcapng: a section has a bounded number of interfaces", () => {
  const most = hex(SECTION_B, ETHERNET_B.repeat(MAX_INTERFACES), PACKET_B);
  assertEquals(collectPackets(most), good(PACKET));
  const { problem } = collectPackets(hex(SECTION_B, ETHERNET_B.repeat(MAX_INTERFACES + 1)));
  assertEquals(problem?.message, "its section at byte 1310748 has more than 65536 interfaces");
});

Deno.test("pcapng: a file cut anywhere gives the packets before the cut, and says how it is cut", () => {
  const blocks = [SECTION_B, UNKNOWN_B, ETHERNET_B, PACKET_B, SIMPLE_B, UNKNOWN_B];
  const file = hex(...blocks);
  const simple = { data: "0102030405", originalLength: 5, time: "0.000000000", linkType: 1 };
  let end = 0;
  const ends = blocks.map((block) => end += hex(block).length);
  for (let length = 4; length <= file.length; length++) {
    const { packets, problem } = collectPackets(file.subarray(0, length));
    const whole = [[ends[3]!, PACKET], [ends[4]!, simple]] as const;
    const expected = whole.filter(([end]) => end <= length).map(([, packet]) => packet);
    assertEquals(packets, expected, `cut at ${length}`);
    if (ends.includes(length)) {
      assertEquals(problem, undefined, `cut at ${length}`);
      continue;
    }
    const at = ends.filter((end) => end <= length).at(-1) ?? 0;
    const next = ends.find((end) => end > length)!;
    const missing = (length - at < 12 ? at + 12 : next) - length; // 12 bytes show the length
    assertEquals(problem, {
      code: "broken",
      offset: length,
      message: `it is cut at byte ${length}: at least ${missing} more must follow`,
    });
  }
});

/** The capture time of a packet of an interface with these options. */
function timeWith(options: string): string | undefined {
  const { packets } = collectPackets(hex(SECTION_B, interfaceWith(options), PACKET_B));
  return packets[0]?.time;
}

function interfaceWith(options: string): string {
  const total = (20 + hex(options).length).toString(16).padStart(8, "0");
  return `00000001 ${total} 0001 0000 00000000 ${options} ${total}`;
}

function good(...packets: CollectedPacket[]) {
  const counts = { delivered: packets.length, refused: 0, clampedTimes: 0, filtered: 0 };
  return { packets, problem: undefined, counts };
}
