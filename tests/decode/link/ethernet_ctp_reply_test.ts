import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { EthernetCTPReplySchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// tcpdump's tests/loopback.pcap, frame 1: a message to forward and the reply.
const DATA = "55".repeat(40);
const LOOP = frame(
  "aa0004006904 aa0004001d04 9000 0000 0200 aa0004001d04 0100 0100",
  DATA,
);
const REPLY_AT = 24;

Deno.test("a reply gives the original's record", () => {
  const decoded = decodeFrame(LOOP, { nanos: 1142906564201747000n });
  assertEquals(decoded.recordsOf(EthernetCTPReplySchema), [create(EthernetCTPReplySchema, {
    Timestamp: 1142906564201747000n,
    Function: 1,
    ReceiptNumber: 1,
    Data: frame(DATA),
  })]);
  assertCanonical(decoded, EthernetCTPReplySchema);
});

Deno.test("a reply cut short gives no record, and keeps that of the frame", () => {
  assertTruncated(
    LOOP,
    REPLY_AT + 2,
    REPLY_AT + 3,
    EthernetCTPReplySchema,
    "EthernetCtpReply truncated",
  );
  assertEquals(decodeFrame(LOOP.subarray(0, REPLY_AT + 3)).types, ["Ethernet", "EthernetCTP"]);
});
