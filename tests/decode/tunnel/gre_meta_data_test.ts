import { assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { assertQuestion, QUESTION } from "../question.ts";

const IP = { linkType: 228 };
// As in tshark's reading of Wireshark's various_gre.pcap, frame 25.
const GRE = "45000000 00010000 402f0000 c0000201 c0000202 0000 8909";
const META_DATA = "0800 0101 0001 0000";

Deno.test("the type in front of the metadata leads to the packet behind it", () => {
  assertQuestion(decodeFrame(frame(GRE, META_DATA, QUESTION), IP), "IPv4", "GRE");
});

Deno.test("a header cut short is counted", () => {
  assertTruncated(frame(GRE, META_DATA), 25, 31, undefined, "GreMetaData truncated", IP);
});
