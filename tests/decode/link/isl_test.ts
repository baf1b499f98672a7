import { assertEquals } from "@std/assert";
import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";
import { assertQuestion, INNER_FRAME } from "../question.ts";

// Frame 23 of tests/captures/crafted/in_front_of_ip.pcap, of which tshark says the same.
const ISL = frame(
  "01000c000000 020000000001 005c aaaa03 020000 0028 0000 0000",
  INNER_FRAME,
  "00000000 00000000",
);
const INNER_AT = 26;

Deno.test("the frame within gives a record, and its checksum is no part of it", () => {
  const decoded = decodeFrame(ISL);
  assertQuestion(decoded, "Ethernet", "Ethernet");
  const [, inner] = decoded.recordsOf(EthernetSchema);
  assertEquals([inner?.DstMAC, inner?.PayloadSize], ["aa:bb:cc:00:00:02", 62]);
});

Deno.test("a capture that cut the frame has cut its checksum", () => {
  const decoded = decodeFrame(ISL.subarray(0, INNER_AT + 76), { originalLength: ISL.length });
  assertQuestion(decoded, "Ethernet", "Ethernet");
});

Deno.test("frames of other networks have no record", () => {
  assertRefused(patched(ISL, 5, "10"), undefined, "Isl unsupported"); // Token Ring
});

Deno.test("a header cut short is counted", () => {
  assertTruncated(ISL, 15, INNER_AT - 1, undefined, "Isl truncated");
});
