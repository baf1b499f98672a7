import { assertEquals } from "@std/assert";
import { Dot11Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame } from "../decode_frame.ts";
import { FRAME, inUdp, IPV4, OUTER_BYTES } from "./in_udp.ts";

const OUTER = ["Ethernet", "IPv4", "UDP"];
// header of 2 words, radio 1, 802.11, native
const HEADER = "00 104300 00000000";
const ADDRESSES = "0000 020000000001 02000000000a 02000000000d";
const LLC = `aaaa03 000000 0800 ${IPV4}`;

Deno.test("a station's frame is 802.11, whichever way its two numbers stand (RFC 5415)", () => {
  for (const [control, sequence] of [["0801", "3076"], ["0108", "7630"]] as const) {
    const decoded = decodeFrame(inUdp(5247, HEADER, control, ADDRESSES, sequence, LLC));
    assertEquals(decoded.types, [...OUTER, "Dot11", "LLC", "SNAP", "IPv4", "ICMPv4"], control);
    const [dot11] = decoded.recordsOf(Dot11Schema);
    assertEquals([dot11!.Type, dot11!.Flags], [2, 1]); // data, to the distribution system
    assertEquals([dot11!.SequenceNumber, dot11!.FragmentNumber], [0x763, 0]);
    assertEquals(dot11!.Address2, "02:00:00:00:00:0a");
  }
});

Deno.test("or of Ethernet, and radio's address and more may be in the header", () => {
  const decoded = decodeFrame(inUdp(5247, "00 200010 00000000 06020000000001 00", FRAME));
  assertEquals(decoded.types, [...OUTER, "Ethernet", "IPv4", "ICMPv4"]);
});

Deno.test("encrypted ones and keepalives end the packet", () => {
  for (const end of ["01 000000 16feff", "00 100008 00000000 0000"]) {
    assertEquals(decodeFrame(inUdp(5247, end)).counts.decoded, 1);
  }
});

Deno.test("fragments, other kinds of wireless and headers that do not fit are counted", () => {
  assertRefused(inUdp(5247, "00 104380 00000000", LLC), undefined, "CapwapData incomplete");
  assertRefused(inUdp(5247, "00 104700 00000000", LLC), undefined, "CapwapData unsupported");
  assertRefused(inUdp(5247, "10 104300 00000000", LLC), undefined, "CapwapData unsupported");
  assertRefused(inUdp(5247, "00 084300 00000000", LLC), undefined, "CapwapData malformed");
  const whole = inUdp(5247, HEADER);
  assertTruncated(whole, OUTER_BYTES + 1, whole.length - 1, undefined, "CapwapData truncated");
});
