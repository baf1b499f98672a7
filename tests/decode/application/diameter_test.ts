import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { AVPSchema, DiameterSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertRefused, decodeFrame, frame, patched } from "../decode_frame.ts";
import { LINKTYPE_IPV4, tcpPacket, text } from "./dns_messages.ts";

// As in tests/captures/crafted/diameter.py, frame 3, with other identifiers and a shorter name.
const HEADER = "01000024 80000118 00000004 fffffffe 00000002";
const WATCHDOG = frame(HEADER, "00000108 4000000f 6d6d652e6f7267 00");
const IP = { linkType: LINKTYPE_IPV4 };

/** What a message with that AVP holds of it. */
function decodeAvp(hex: string) {
  const avp = frame(hex);
  const message = concat([frame(HEADER), avp]);
  message[3] = message.length;
  const decoded = decodeFrame(tcpPacket(50000, 3868, message), IP);
  assertCanonical(decoded, DiameterSchema);
  return decoded.recordsOf(DiameterSchema)[0]?.AVPs[0];
}

Deno.test("a request gives its header and what its attributes are", () => {
  const decoded = decodeFrame(tcpPacket(50000, 3868, WATCHDOG), IP);
  assertEquals(decoded.types, ["IPv4", "TCP", "Diameter"]);
  assertEquals(decoded.recordsOf(DiameterSchema), [create(DiameterSchema, {
    Version: 1,
    Flags: 0x80,
    MessageLen: 36,
    CommandCode: 280,
    ApplicationID: 4,
    HopByHopID: 0xfffffffe,
    EndToEndID: 2,
    AVPs: [{
      AttributeCode: 264,
      AttributeName: "Origin-Host",
      AttributeFormat: "DiameterIdentity",
      Flags: 0x40,
      HeaderLen: 8,
      Len: 15,
      DecodedValue: "mme.org",
      Padding: 1,
      Value: text("mme.org"),
      ValueLen: 7,
    }],
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
    SrcPort: 50000,
    DstPort: 3868,
  })]);
  assertCanonical(decoded, DiameterSchema);
});

Deno.test("an attribute of a vendor has the vendor, and no name of the standard", () => {
  assertEquals(
    decodeAvp("00000001 c0000010 000028af 30303130"),
    create(AVPSchema, {
      AttributeCode: 1,
      Flags: 0xc0,
      HeaderLen: 12,
      Len: 16,
      VendorCode: 10415,
      VendorName: "3GPP",
      VendorID: "10415",
      Value: text("0010"),
      ValueLen: 4,
    }),
  );
});

Deno.test("a value is text in the form of its format", () => {
  // RFC 6733, sections 4.2 and 4.3; RFC 8506, section 8.
  const values: [string, string, string][] = [
    ["0000010c 4000000c 000007d1", "Unsigned32", "2001"],
    ["00000116 4000000c fffffffe", "Unsigned32", "4294967294"],
    ["0000019c 40000010 123456789abcdef0", "Unsigned64", "1311768467463790320"],
    ["0000019c 40000010 ffffffffffffffff", "Unsigned64", "18446744073709551615"],
    ["000001bf 40000010 fffffffffffffffe", "Integer64", "-2"],
    ["000001bf 40000010 8000000000000000", "Integer64", "-9223372036854775808"],
    ["000001bf 40000010 ffffffff00000000", "Integer64", "-4294967296"],
    ["000001ad 4000000c ffffffff", "Integer32", "-1"],
    ["000001a0 4000000c 00000001", "Enumerated", "1"],
    ["000001a0 4000000c 00000000", "Enumerated", "0"],
    ["00000037 4000000c e0000001", "Time", "3758096385"],
    ["00000101 4000000e 0001 c0000207 0000", "Address", "192.0.2.7"],
    ["00000101 4000001a 0002 20010db8000000000000000000000001 0000", "Address", "2001:db8::1"],
    ["00000101 4000000e 0002 c0000207 0000", "Address", ""],
    ["00000101 4000000a 0001 0000", "Address", ""],
    ["0000010d 0000000d 6e6574c3a9 000000", "UTF8String", "neté"],
    ["0000010d 0000000c 6e6574c3", "UTF8String", "net\ufffd"],
    ["0000010d 0000000c edA08041", "UTF8String", "\ufffd\ufffd\ufffdA"], // no surrogates
    ["0000010d 0000000c f09f9880", "UTF8String", "😀"],
    ["00000124 4000000b 616161 00", "DiameterURI", "aaa"],
    ["00000019 4000000b 616161 00", "OctetString", ""],
    ["00000104 40000014 0000010a 4000000c 000028af", "Grouped", ""],
    ["0000010c 4000000b 0007d1 00", "Unsigned32", ""],
    ["ffffffff 4000000c 000007d1", "", ""],
  ];
  for (const [hex, format, value] of values) {
    const avp = decodeAvp(hex);
    assertEquals([avp?.AttributeFormat, avp?.DecodedValue], [format, value], hex);
  }
});

Deno.test("every message of a segment gives a record, up to the one that goes on in another", () => {
  const segment = concat([WATCHDOG, WATCHDOG, WATCHDOG.subarray(0, 30)]);
  const decoded = decodeFrame(tcpPacket(3868, 50000, segment), IP);
  assertEquals(decoded.recordsOf(DiameterSchema).length, 2);
  assertEquals(decoded.counts.failed, { "Diameter incomplete": 1 });
});

Deno.test("a part of a message is incomplete", () => {
  for (let length = 1; length < WATCHDOG.length; length++) {
    const segment = tcpPacket(50000, 3868, WATCHDOG.subarray(0, length));
    assertRefused(segment, DiameterSchema, "Diameter incomplete", IP);
  }
});

Deno.test("another version, and lengths that contradict each other, are malformed", () => {
  const wrong = [
    patched(WATCHDOG, 0, "02"),
    patched(WATCHDOG, 3, "10"), // shorter than the header
    patched(WATCHDOG, 3, "22"), // no multiple of 4
    patched(WATCHDOG, 27, "07"), // an AVP shorter than its header
    patched(WATCHDOG, 24, "c000000b"), // with a vendor
    patched(WATCHDOG, 27, "11"), // an AVP that passes the end
    patched(WATCHDOG, 27, "0b"), // half a header behind the AVP
  ];
  for (const bytes of wrong) {
    assertRefused(tcpPacket(50000, 3868, bytes), DiameterSchema, "Diameter malformed", IP);
  }
});
