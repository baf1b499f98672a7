import { fromBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { tagsOf } from "../../../lib/base/record/tags.ts";
import { WireWriter } from "../../../lib/base/record/wire_writer.ts";
import { writeObjectIdentifier } from "../../../lib/decode/discovery/object_identifier.ts";
import { LLDPMgmtAddressSchema } from "../../../proto/gen/netcap_pb.ts";
import * as TAGGED from "../../../proto/netcap_tags.ts";
import { frame } from "../decode_frame.ts";

const { OID } = tagsOf(TAGGED.LLDPMgmtAddressSchema);

Deno.test("object identifiers are numbers with dots between", () => {
  assertEquals(textOf("883703"), "2.999.3"); // the example of X.690, 8.19.5
  assertEquals(textOf("2b060104018237"), "1.3.6.1.4.1.311");
  assertEquals(textOf("00"), "0.0");
  assertEquals(textOf("2b8fffffff7f"), "1.3.4294967295");
});

Deno.test("what ends within a number, has a larger one or nothing is not written", () => {
  for (const hex of ["", "81", "2b0682", "2b9080808000"]) assertEquals(textOf(hex), "");
});

function textOf(hex: string): string {
  const bytes = frame("ff", hex, "01");
  const out = new WireWriter(16);
  writeObjectIdentifier(out, OID, bytes, 1, bytes.length - 1);
  return fromBinary(LLDPMgmtAddressSchema, out.bytes.subarray(0, out.at)).OID;
}
