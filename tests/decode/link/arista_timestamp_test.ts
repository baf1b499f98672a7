import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, QUESTION } from "../question.ts";

const LONG = "d28b 0001 0010 00000001 00000002 0800";
const SHORT = "d28b 0001 0120 0001 00000002 0800";

Deno.test("timestamps of both lengths are passed over", () => {
  assertQuestion(decodeFrame(frame(ADDRESSES, LONG, QUESTION)), "Ethernet");
  assertQuestion(decodeFrame(frame(ADDRESSES, SHORT, QUESTION)), "Ethernet");
  assertQuestion(decodeFrame(frame(ADDRESSES, "8100 0014", SHORT, QUESTION)), "Ethernet", "Dot1Q");
});

Deno.test("other headers of Arista's are not decoded", () => {
  const name = "AristaTimestamp unsupported";
  assertRefused(frame(ADDRESSES, "d28b 0003 0020 0001", QUESTION), undefined, name);
  assertRefused(frame(ADDRESSES, "d28b 0001 0030 0001", QUESTION), undefined, name);
});

Deno.test("a header cut short is counted", () => {
  for (const header of [LONG, SHORT]) {
    const whole = frame(ADDRESSES, header);
    const name = "AristaTimestamp truncated";
    assertTruncated(frame(whole, "45"), 15, whole.length - 1, undefined, name);
  }
});
