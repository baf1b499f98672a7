import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPSecESPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// Written by scapy: frame 21 of tests/captures/crafted/tunnels.pcap.
const PACKET = frame(
  "020000000002 020000000001 0800 45000044 00010000 4032f683 c0000201 c0000202",
  "fedcba98 80000003",
  "00".repeat(40),
);
const HEADER_AT = 34;

Deno.test("a header gives the original's record", () => {
  const decoded = decodeFrame(PACKET);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "IPSecESP"]);
  assertEquals(decoded.recordsOf(IPSecESPSchema), [create(IPSecESPSchema, {
    SPI: 0xfedcba98 | 0, // fields of 32 bits with a sign, as in the original
    Seq: 0x80000003 | 0,
    LenEncrypted: 40,
    SrcIP: "192.0.2.1",
    DstIP: "192.0.2.2",
  })]);
  assertCanonical(decoded, IPSecESPSchema);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(PACKET, HEADER_AT + 1, HEADER_AT + 7, IPSecESPSchema, "IpsecEsp truncated");
});
