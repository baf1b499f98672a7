import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { SCTPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// Written by scapy: frame 23 of tests/captures/crafted/tunnels.pcap, an INIT chunk.
const INIT = frame(
  "020000000002 020000000001 0800 45000034 00010000 4084f641 c0000201 c0000202",
  "0404 8e3c fedcba98 02b01945 0100001400000001000000000000000000000000",
);
const HEADER_AT = 34;

Deno.test("the common header gives the original's record, whatever the chunks", () => {
  const decoded = decodeFrame(INIT);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "SCTP"]);
  assertEquals(decoded.recordsOf(SCTPSchema), [create(SCTPSchema, {
    SrcPort: 1028,
    DstPort: 36412,
    VerificationTag: 0xfedcba98,
    Checksum: 0x02b01945,
    SrcIP: "192.0.2.1",
    DstIP: "192.0.2.2",
  })]);
  assertCanonical(decoded, SCTPSchema);
  assertEquals(decodeFrame(INIT.subarray(0, HEADER_AT + 12)).types, decoded.types);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(INIT, HEADER_AT + 1, HEADER_AT + 11, SCTPSchema, "Sctp truncated");
});
