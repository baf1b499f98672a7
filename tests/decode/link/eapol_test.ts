import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { EAPOLSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const ETHERNET = "0180c2000003 02000000000a 888e";
// tcpdump's eapon1.pcap, frame 19, shortened; a start as it has them
const IDENTITY = frame(ETHERNET, "01 00 0009", "02 02 0009 01 31323935");
const START = frame(ETHERNET, "01 01 0000", "000000");

Deno.test("version, packet type and length are as sent", () => {
  const start = decodeFrame(START);
  assertEquals(start.types, ["Ethernet", "EAPOL"]);
  assertEquals(start.recordsOf(EAPOLSchema), [create(EAPOLSchema, { Version: 1, Type: 1 })]);
  const identity = decodeFrame(IDENTITY);
  assertEquals(identity.recordsOf(EAPOLSchema), [create(EAPOLSchema, { Version: 1, Length: 9 })]);
  assertCanonical(identity, EAPOLSchema);
});

Deno.test("EAP is the body of type 0", () => {
  assertEquals(decodeFrame(IDENTITY).types, ["Ethernet", "EAPOL", "EAP"]);
  assertEquals(decodeFrame(patched(IDENTITY, 15, "05")).types, ["Ethernet", "EAPOL"]);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(IDENTITY, 15, 17, EAPOLSchema, "Eapol truncated");
});
