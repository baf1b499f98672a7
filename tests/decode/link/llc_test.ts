import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPv4Schema, LLCSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/802.1D_spanning_tree.pcap, frame 1, without its padding.
const SPANNING_TREE = frame(
  "0180c2000000 001906eab885 0026 42 42 03",
  "0000000000 8001001906eab880000000008001001906eab880 8005 0000 1400 0200 0f00",
);
const LLC_AT = 14;
// Written by scapy: tests/captures/crafted/discovery.py, frames 13 to 16.
const IP = frame(
  "02005e005302 02005e005301 001f 06 06 03",
  "4500001c000100004001f6d7c0000201c0000207 0800f7ff00000000",
);
const SUPERVISORY = frame("02005e005302 02005e005301 0004 f0 f1 0103");
const INFORMATION = frame("02005e005302 02005e005301 0007 f1 f0 0406 616263");
const TAGGED = frame(
  "0180c2000000 02005e005301 8100 0005 0026 42 42 03",
  "00".repeat(29),
  "0100 1400 0200 0f00",
);

Deno.test("spanning tree behind LLC gives the original's record and ends there", () => {
  const decoded = decodeFrame(SPANNING_TREE, { nanos: 1213789445787073000n });
  assertEquals(decoded.types, ["Ethernet", "LLC"]);
  assertEquals(decoded.counts.unknown, { "Llc unknown 0x42": 1 });
  assertEquals(decoded.recordsOf(LLCSchema), [create(LLCSchema, {
    Timestamp: 1213789445787073000n,
    DSAP: 0x42,
    SSAP: 0x42,
    Control: 3,
  })]);
  assertCanonical(decoded, LLCSchema);
});

Deno.test("a numbered frame has a control field of two bytes, the first the higher one", () => {
  // tshark: DSAP NetBIOS Individual, SSAP NetBIOS Response, S F func=RR N(R)=1
  const [supervisory] = decodeFrame(SUPERVISORY).recordsOf(LLCSchema);
  assertEquals(
    supervisory,
    create(LLCSchema, { DSAP: 0xf0, SSAP: 0xf0, CR: true, Control: 0x103 }),
  );
  // tshark: DSAP NetBIOS Group, SSAP NetBIOS Command, I N(R)=3 N(S)=2
  const [information] = decodeFrame(INFORMATION).recordsOf(LLCSchema);
  assertEquals(
    information,
    create(LLCSchema, { DSAP: 0xf0, IG: true, SSAP: 0xf0, Control: 0x406 }),
  );
});

Deno.test("frames of information are counted by the service that they are for, others are decoded", () => {
  assertEquals(decodeFrame(INFORMATION).counts.unknown, { "Llc unknown 0xf0": 1 });
  assertEquals(decodeFrame(SUPERVISORY).counts.decoded, 1);
  const exchange = decodeFrame(frame("02005e005302 02005e005301 0006 fe fe af 810100")); // XID
  assertEquals(exchange.counts.decoded, 1);
  // IPX, then OSI from another service than that it is for.
  for (const [header, name] of [["e0e003", "0xe0"], ["fe0603", "0xfe"], ["ff0203", "0xff"]]) {
    const { counts } = decodeFrame(frame("02005e005302 02005e005301 0006", header!, "616263"));
    assertEquals(counts.unknown, { [`Llc unknown ${name}`]: 1 });
  }
});

Deno.test("IPv4 may come right behind LLC, but only in frames of information", () => {
  assertEquals(decodeFrame(IP).recordsOf(IPv4Schema)[0]?.SrcIP, "192.0.2.1");
  const test = decodeFrame(patched(IP, LLC_AT + 2, "e3")); // TEST
  assertEquals(test.types, ["Ethernet", "LLC"]);
});

Deno.test("a VLAN tag may be in front, with a length that drops the padding", () => {
  const decoded = decodeFrame(frame(TAGGED, "00".repeat(20)));
  assertEquals(decoded.types, ["Ethernet", "Dot1Q", "LLC"]);
  assertEquals(decoded.recordsOf(LLCSchema)[0]?.DSAP, 0x42);
  const empty = decodeFrame(patched(TAGGED, 16, "0002")); // less than the header, padding behind
  assertEquals(empty.counts.failed, { "Llc truncated": 1 });
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(SPANNING_TREE, LLC_AT + 1, LLC_AT + 2, LLCSchema, "Llc truncated");
  assertTruncated(SUPERVISORY, LLC_AT + 1, LLC_AT + 3, LLCSchema, "Llc truncated");
});

Deno.test("IPX without LLC is refused: its checksum, always ffff, is no address", () => {
  assertRefused(patched(SPANNING_TREE, LLC_AT, "ffff"), LLCSchema, "Llc unsupported");
});

Deno.test("Cisco's ISL, which has a length where 802.3 has it, is not taken for LLC", () => {
  // tcpdump's tests/DTP.pcap, the beginning of frame 2
  const isl = frame(
    "01000c000000 001906eab885 004c aaaa03 00000c 0003 0000 0000",
    "01000ccccccc 001906eab885 0025",
  );
  assertEquals(decodeFrame(isl).types, ["Ethernet"]);
});
