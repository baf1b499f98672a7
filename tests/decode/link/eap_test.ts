import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { EAPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

const ETHERNET = "0180c2000003 02000000000a 888e";
// tcpdump's eapon1.pcap, frames 24 and 19, shortened
const SUCCESS = frame(ETHERNET, "01 00 0004", "03 00 0004", "0000000000000000");
const IDENTITY = frame(ETHERNET, "01 00 0009", "02 02 0009 01 31323935");

Deno.test("a request or a response has a type and its data", () => {
  const identity = decodeFrame(IDENTITY);
  assertEquals(identity.recordsOf(EAPSchema), [create(EAPSchema, {
    Code: 2,
    Id: 2,
    Length: 9,
    Type: 1,
    TypeData: frame("31323935"),
  })]);
  assertCanonical(identity, EAPSchema);
});

Deno.test("padding behind the length is no data", () => {
  assertEquals(decodeFrame(SUCCESS).recordsOf(EAPSchema), [
    create(EAPSchema, { Code: 3, Length: 4 }),
  ]);
  const padded = frame(ETHERNET, "01 00 0005", "01 01 0005 01", "00000000");
  assertEquals(decodeFrame(padded).recordsOf(EAPSchema), [
    create(EAPSchema, { Code: 1, Id: 1, Length: 5, Type: 1 }),
  ]);
});

Deno.test("a message cut short gives no record", () => {
  assertTruncated(IDENTITY, 19, 26, EAPSchema, "Eap truncated");
});

Deno.test("a length that is more than EAPOL's, or less than the header's, gives no record", () => {
  assertRefused(patched(IDENTITY, 20, "000a"), EAPSchema, "Eap truncated");
  assertRefused(patched(IDENTITY, 20, "0003"), EAPSchema, "Eap malformed");
});
