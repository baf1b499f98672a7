import { assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { assertQuestion, QUESTION } from "../question.ts";

const IP = { linkType: 228 };
const GRE = "45000000 00010000 402f0000 c0000201 c0000202 0000 883e";

Deno.test("a redirected packet is behind a header in version 2, and alone in version 1", () => {
  assertQuestion(decodeFrame(frame(GRE, "00000000", QUESTION), IP), "IPv4", "GRE");
  assertQuestion(decodeFrame(frame(GRE, QUESTION), IP), "IPv4", "GRE");
});

Deno.test("a header cut short is counted", () => {
  assertTruncated(frame(GRE, "00000000"), 25, 27, undefined, "WccpRedirect truncated", IP);
});
