import { assertEquals } from "@std/assert";
import { create, fromBinary } from "@bufbuild/protobuf";
import { parseHex } from "../../../lib/base/bytes.ts";
import { recordSchema, typeNumber } from "../../../lib/base/record_types.ts";
import { compactTextFormat, textFormat } from "../../../lib/write/read/text_format.ts";
import { type UDP, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import { PRINTED_RECORDS } from "./printed_records.ts";

for (const { type, hex, text, compact } of PRINTED_RECORDS) {
  Deno.test(`textFormat() and compactTextFormat() print ${type} as the original's library does`, () => {
    const schema = recordSchema(typeNumber(type))!;
    const message = fromBinary(schema, parseHex(hex)!);
    assertEquals(textFormat(schema)(message), text);
    assertEquals(compactTextFormat(schema)(message), compact);
  });
}

Deno.test("textFormat() prints nothing for a message without values", () => {
  assertEquals(textFormat(UDPSchema)(create(UDPSchema)), "");
});

/** What Go's fmt.Println prints. */
const DOUBLES: [number, string][] = [
  [999999.5, "999999.5"],
  [1e6, "1e+06"],
  [12345678.25, "1.234567825e+07"],
  [1e21, "1e+21"],
  [1e100, "1e+100"],
  [0.00012345, "0.00012345"],
  [0.00001, "1e-05"],
  [-2.5, "-2.5"],
  [NaN, "nan"],
  [-Infinity, "-inf"],
];

Deno.test("textFormat() prints doubles as Go does", () => {
  for (const [PayloadEntropy, text] of DOUBLES) {
    const message: UDP = create(UDPSchema, { PayloadEntropy });
    assertEquals(textFormat(UDPSchema)(message), `PayloadEntropy: ${text}\n`);
  }
});
