import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { EthernetCTPReplySchema, EthernetCTPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frames 7 and 8, without their padding.
const ETHERNET = "02005e005302 02005e005301 9000";
const TO_FORWARD = frame(
  ETHERNET,
  "0000 0200 02005e005302 0200 02005e005301 0100 3412 74657374",
);
const FORWARDED = frame(ETHERNET, "0800 0200 02005e005302 0100 3412 74657374");
const SKIP_AT = 14;
const MESSAGES_AT = 16;

Deno.test("the messages that were done with are skipped", () => {
  const decoded = decodeFrame(FORWARDED, { nanos: 6n });
  assertEquals(decoded.types, ["Ethernet", "EthernetCTP", "EthernetCTPReply"]);
  assertEquals(decoded.recordsOf(EthernetCTPSchema), [
    create(EthernetCTPSchema, { Timestamp: 6n, SkipCount: 8 }),
  ]);
  assertCanonical(decoded, EthernetCTPSchema);
});

Deno.test("a reply is found behind the messages that ask to be forwarded", () => {
  const decoded = decodeFrame(TO_FORWARD);
  assertEquals(decoded.recordsOf(EthernetCTPSchema), [create(EthernetCTPSchema)]);
  assertEquals(decoded.recordsOf(EthernetCTPReplySchema)[0]?.ReceiptNumber, 0x1234);
});

Deno.test("what is skipped is not read", () => {
  const decoded = decodeFrame(patched(FORWARDED, MESSAGES_AT, "0100"));
  assertEquals(decoded.recordsOf(EthernetCTPReplySchema)[0]?.ReceiptNumber, 0x1234);
});

Deno.test("a function that nobody knows ends the packet", () => {
  const decoded = decodeFrame(patched(FORWARDED, MESSAGES_AT + 8, "0300"));
  assertEquals(decoded.types, ["Ethernet", "EthernetCTP"]);
  assertEquals(decoded.counts.decoded, 1);
});

Deno.test("an odd number to skip is malformed", () => {
  assertRefused(patched(FORWARDED, SKIP_AT, "0700"), EthernetCTPSchema, "EthernetCtp malformed");
});

Deno.test("without a message behind what is skipped it is truncated", () => {
  const failure = "EthernetCtp truncated";
  assertTruncated(FORWARDED, SKIP_AT + 1, MESSAGES_AT + 9, EthernetCTPSchema, failure);
  assertTruncated(TO_FORWARD, SKIP_AT + 1, MESSAGES_AT + 17, EthernetCTPSchema, failure);
  assertRefused(patched(FORWARDED, SKIP_AT, "feff"), EthernetCTPSchema, failure);
});
