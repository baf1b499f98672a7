import { type DescField, fromJson, type JsonValue, ScalarType, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { type Tag, tagsOf } from "../../../lib/base/record/tags.ts";
import { readUvarint, uvarintEnd } from "../../../lib/base/bytes/uvarint.ts";
import { file_netcap } from "../../../proto/gen/netcap_pb.ts";
import { DHCPv4Schema, EthernetSchema, MESSAGES } from "../../../proto/netcap_tags.ts";

/** A value in protobuf's JSON that is not the field's default. */
function anyValue(field: DescField): JsonValue {
  switch (field.fieldKind) {
    case "list":
      return [field.scalar === undefined ? {} : anyScalar(field.scalar)];
    case "map":
      return { "1": field.scalar === undefined ? {} : anyScalar(field.scalar) };
    case "message":
      return {};
    case "enum":
      return 1;
    case "scalar":
      return anyScalar(field.scalar);
  }
}

function anyScalar(scalar: ScalarType): JsonValue {
  if (scalar === ScalarType.BOOL) return true;
  if (scalar === ScalarType.BYTES) return "AQ==";
  return scalar === ScalarType.STRING ? "a" : 1;
}

Deno.test("every field of every message has the tag that protobuf-es writes", () => {
  let fields = 0;
  assertEquals(MESSAGES.length, file_netcap.messages.length);
  for (const [at, schema] of file_netcap.messages.entries()) {
    assertEquals(MESSAGES[at]!.name, schema.name);
    const tags = tagsOf(MESSAGES[at]!) as unknown as Record<string, Tag<unknown>>;
    assertEquals(Object.keys(tags).length, schema.fields.length);
    for (const field of schema.fields) {
      const bytes = toBinary(schema, fromJson(schema, { [field.jsonName]: anyValue(field) }));
      const tag = readUvarint(bytes, 0, uvarintEnd(bytes, 0, bytes.length));
      assertEquals(tags[field.localName], tag as Tag<unknown>, `${schema.name}.${field.name}`);
      fields++;
    }
  }
  assertEquals(fields > 1000, true);
});

Deno.test("tags are the field's number and wire type, as the encoding defines them", () => {
  assertEquals<number>(tagsOf(EthernetSchema).Timestamp, (1 << 3) | 0); // int64
  assertEquals<number>(tagsOf(EthernetSchema).SrcMAC, (2 << 3) | 2); // string
  assertEquals<number>(tagsOf(EthernetSchema).PayloadEntropy, (5 << 3) | 1); // double
  assertEquals<number>(tagsOf(DHCPv4Schema).Options, (16 << 3) | 2); // messages
});
