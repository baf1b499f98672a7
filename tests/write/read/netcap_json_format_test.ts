import { assertEquals } from "@std/assert";
import { create, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { netcapJsonFormat } from "../../../lib/write/read/netcap_json_format.ts";
import { SIPSchema, SSHSchema, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import { PRINTED_RECORDS } from "./printed_records.ts";

for (const { type, hex, json } of PRINTED_RECORDS) {
  Deno.test(`netcapJsonFormat() prints ${type} as the original's libraries do`, () => {
    const schema = schemaOf(type);
    assertEquals(netcapJsonFormat(schema)(fromBinary(schema, parseHex(hex)!)), json);
  });
}

Deno.test("netcapJsonFormat() shows bytes that the original calls text as text", () => {
  const Headers = [Uint8Array.of(0x61, 0x3c), Uint8Array.of(0xff)];
  assertEquals(
    netcapJsonFormat(SIPSchema)(create(SIPSchema, { Headers })),
    String.raw`{"Headers":["a\u003c","\ufffd"]}`,
  );
});

Deno.test("netcapJsonFormat() prints what JSON can hold for every value", () => {
  const cases = {
    "": "{}",
    "\u007f\ud800": '{"Ident":"\u007f\\ud800"}',
    "&": '{"Ident":"\\u0026"}',
  };
  for (const [Ident, json] of Object.entries(cases)) {
    assertEquals(netcapJsonFormat(SSHSchema)(create(SSHSchema, { Ident })), json);
  }
  for (const [PayloadEntropy, json] of [[NaN, "null"], [-Infinity, "null"], [1e21, "1e+21"]]) {
    const message = create(UDPSchema, { PayloadEntropy: PayloadEntropy as number });
    assertEquals(netcapJsonFormat(UDPSchema)(message), `{"PayloadEntropy":${json}}`);
  }
  assertEquals(netcapJsonFormat(UDPSchema)(create(UDPSchema, { PayloadEntropy: -0 })), "{}");
});

function schemaOf(type: string): DescMessage {
  return recordSchema(typeNumber(type))!;
}
