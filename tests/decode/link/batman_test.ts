import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, INNER_FRAME } from "../question.ts";

/** linux/batadv_packet.h: types and lengths of versions 15 and 14; tshark reads them so, too. */
const HEADERS = [
  "40 0f 40 01 020000000002",
  "42 0f 40 01 020000000002 020000000001 01 00",
  "01 0f 40 00 00000001 020000000001",
  "03 0e 40 01 020000000002",
  "09 0e 40 01 020000000002 020000000001 01 00",
  "04 0e 40 00 00000001 020000000001",
];

Deno.test("packets of stations have a frame within", () => {
  for (const header of HEADERS) {
    const decoded = decodeFrame(frame(ADDRESSES, "4305", header, INNER_FRAME));
    assertQuestion(decoded, "Ethernet", "Ethernet");
  }
});

Deno.test("packets of the routers themselves, and other versions, have no record", () => {
  for (const header of ["00 0f 40 00", "40 0e 40 01", "03 0f 40 01", "40 0d 40 01"]) {
    assertRefused(frame(ADDRESSES, "4305", header, INNER_FRAME), undefined, "Batman unsupported");
  }
});

Deno.test("a header cut short is counted", () => {
  for (const header of HEADERS) {
    const whole = frame(ADDRESSES, "4305", header);
    assertTruncated(frame(whole, "aa"), 15, whole.length - 1, undefined, "Batman truncated");
  }
});
