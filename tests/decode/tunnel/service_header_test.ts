import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, INNER_FRAME, QUESTION } from "../question.ts";

const PATH = "000001 ff";
/** Metadata of kind 1 has four words. RFC 8300, 2.4. */
const METADATA = "00".repeat(16);

Deno.test("the next protocol may be a packet, a frame, labels or another header", () => {
  const ip = frame(ADDRESSES, "894f 0fc6 01 01", PATH, METADATA, QUESTION);
  assertQuestion(decodeFrame(ip), "Ethernet");
  const inFrame = frame(ADDRESSES, "894f 0fc2 02 03", PATH, INNER_FRAME);
  assertQuestion(decodeFrame(inFrame), "Ethernet", "Ethernet");
  const labels = frame(
    ADDRESSES,
    "894f 0fc2 02 04",
    PATH,
    "0fc2 02 05",
    PATH,
    "00010140",
    QUESTION,
  );
  assertQuestion(decodeFrame(labels), "Ethernet", "MPLS");
});

Deno.test("a protocol that nobody knows ends the packet, which is counted by it", () => {
  const { counts } = decodeFrame(frame(ADDRESSES, "894f 0fc2 02 fe", PATH, "00"));
  assertEquals(counts.unknown, { "ServiceHeader unknown 254": 1 });
});

Deno.test("other versions and impossible lengths are refused", () => {
  assertRefused(frame(ADDRESSES, "894f 4fc2 02 01", PATH), undefined, "ServiceHeader unsupported");
  assertRefused(frame(ADDRESSES, "894f 0fc1 02 01", PATH), undefined, "ServiceHeader malformed");
});

Deno.test("a header cut short is counted", () => {
  const whole = frame(ADDRESSES, "894f 0fc6 01 01", PATH, METADATA);
  assertTruncated(frame(whole, "45"), 15, whole.length - 1, undefined, "ServiceHeader truncated");
});
