import { assertEquals } from "@std/assert";
import { Dot11Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const PPI = { linkType: 192 };
const DATA = "08012c0002000000000102000000000a02000000000d1014 aaaa03000000 0806 d377995f";
/** The field 802.11-Common, its flags say that there is a check sequence. */
const COMMON = "0200 1400 e803000000000000 0100 0200 8509 a000 00 00 d8 a6";
const WITH_FCS = frame("00 00 2000 69000000", COMMON, DATA);

function checksumOf(bytes: Uint8Array): number | undefined {
  return decodeFrame(bytes, PPI).recordsOf(Dot11Schema)[0]?.Checksum;
}

Deno.test("the check sequence is there where the field 802.11-Common says so", () => {
  assertEquals(checksumOf(WITH_FCS), 0x5f9977d3);
  assertEquals(checksumOf(patched(WITH_FCS, 20, "00")), 0);
  assertEquals(checksumOf(frame("00 00 0800 69000000", DATA)), 0);
});

Deno.test("fields in front of it are passed over, with their padding where they have some", () => {
  assertEquals(checksumOf(frame("00 00 2700 69000000 1e00 0300 616263", COMMON, DATA)), 0x5f9977d3);
  assertEquals(
    checksumOf(frame("00 01 2800 69000000 1e00 0300 61626300", COMMON, DATA)),
    0x5f9977d3,
  );
});

Deno.test("what follows has the link type in the header", () => {
  const arp = "0001 0800 06 04 0001 02000000000a c0000201 000000000000 c0000202";
  const ethernet = frame("00 00 0800 01000000 020000000001 02000000000a 0806", arp);
  assertEquals(decodeFrame(ethernet, PPI).types, ["Ethernet", "ARP"]);
  assertEquals(decodeFrame(patched(ethernet, 4, "ff"), PPI).types, []);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(WITH_FCS, 0, 31, Dot11Schema, "Ppi truncated", PPI);
});

Deno.test("another version, a length below 8 and a field past the end are malformed", () => {
  assertRefused(patched(WITH_FCS, 0, "01"), Dot11Schema, "Ppi malformed", PPI);
  assertRefused(patched(WITH_FCS, 2, "0700"), Dot11Schema, "Ppi malformed", PPI);
  assertRefused(patched(WITH_FCS, 2, "0a00"), Dot11Schema, "Ppi malformed", PPI);
  assertRefused(patched(WITH_FCS, 10, "1500"), Dot11Schema, "Ppi malformed", PPI);
});
