import { assertEquals } from "@std/assert";
import { Dot11Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  type DecodedFrame,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

const RADIOTAP = { linkType: 127 };
// tcpdump's ieee802.11_exthdr.pcap, frame 2: an ACK behind two words of presence and a TSFT
const ACK = frame(
  "00005900 6f480080 f7017710 00000000 6ae0980000000000 10",
  "026c09a000edaa00000000000002006c09a000031b6ae09800000000003d040043364380aa009fff019cff67",
  "0000000000000000000000000000000000000000 d400000090a4dec0460a 2731633c",
);
const DATA = "08012c0002000000000102000000000a02000000000d1014 aaaa03000000 0806";
const QOS_DATA = "88012c0002000000000102000000000a02000000000d10140500 0000 aaaa03000000 0806";

function checksumOf(decoded: DecodedFrame): number | undefined {
  return decoded.recordsOf(Dot11Schema)[0]?.Checksum;
}

Deno.test("the check sequence is the frame's last four bytes where the flags say so", () => {
  const ack = decodeFrame(ACK, RADIOTAP);
  assertEquals(ack.types, ["Dot11"]);
  assertEquals(checksumOf(ack), 0x3c633127); // tshark
  assertCanonical(ack, Dot11Schema);
  assertEquals(checksumOf(decodeFrame(patched(ACK, 24, "00"), RADIOTAP)), 0);
});

Deno.test("flags are found behind a TSFT at a multiple of eight, and without one", () => {
  const flags = frame("0000 0900 02000000 10", DATA, "d377995f");
  assertEquals(checksumOf(decodeFrame(flags, RADIOTAP)), 0x5f9977d3);
  const tsft = frame("0000 1100 03000000 4d00000000000000 10", DATA, "d377995f");
  assertEquals(checksumOf(decodeFrame(tsft, RADIOTAP)), 0x5f9977d3);
  const words = "0000 1c00 03000080 00000000 00000000 4d00000000000000 10 000000";
  assertEquals(checksumOf(decodeFrame(frame(words, DATA, "d377995f"), RADIOTAP)), 0x5f9977d3);
});

Deno.test("without the field Flags there is no check sequence", () => {
  const rate = decodeFrame(frame("0000 0900 04000000 10", DATA), RADIOTAP);
  assertEquals(rate.types, ["Dot11", "LLC", "SNAP"]);
  assertEquals(checksumOf(rate), 0);
});

Deno.test("the padding behind the 802.11 header is passed over where the flags say so", () => {
  const padded = frame("0000 0900 02000000 20", QOS_DATA);
  assertEquals(decodeFrame(padded, RADIOTAP).types, ["Dot11", "LLC", "SNAP"]);
});

Deno.test("a frame that was cut has no check sequence", () => {
  const whole = frame("0000 0900 02000000 10", DATA, "d377995f");
  const cut = decodeFrame(whole.subarray(0, -4), { ...RADIOTAP, originalLength: whole.length });
  assertEquals(cut.types, ["Dot11", "LLC", "SNAP"]);
  assertEquals(checksumOf(cut), 0);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(ACK, 0, 0x58, Dot11Schema, "Radiotap truncated", RADIOTAP);
});

Deno.test("another version, a length below 8 and flags outside of the header are malformed", () => {
  assertRefused(patched(ACK, 0, "01"), Dot11Schema, "Radiotap malformed", RADIOTAP);
  assertRefused(patched(ACK, 2, "0700"), Dot11Schema, "Radiotap malformed", RADIOTAP);
  assertRefused(patched(ACK, 2, "1800"), Dot11Schema, "Radiotap malformed", RADIOTAP);
  assertRefused(frame("0000 0800 02000080"), Dot11Schema, "Radiotap malformed", RADIOTAP);
});
