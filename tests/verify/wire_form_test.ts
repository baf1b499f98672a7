import { create, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { assert, assertEquals } from "@std/assert";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES } from "../../lib/base/record/record_types.ts";
import { isHeaderRecord, isMessage } from "../../lib/verify/wire_form.ts";
import { HeaderSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { VECTOR } from "../seal/vector.ts";

const hex = (text: string) => parseHex(text)!;

/** The same question to protobuf-es' reader; groups, which no schema of ours has, are no answer. */
function isMessageToProtobufEs(bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const tag = BigInt(reader.uint64());
      if (tag < 8n || tag >= 2n ** 32n) return false; // fields have numbers from 1 to 2^29 - 1
      const wireType = Number(tag % 8n);
      if (wireType === 3 || wireType === 4) return false;
      if (wireType === 0) reader.uint64(); // skip() takes numbers of any length
      else reader.skip(wireType);
    }
    return reader.pos === reader.len;
  } catch {
    return false;
  }
}

/** All of the bytes. */
function isWholeMessage(bytes: Uint8Array): boolean {
  return isMessage(bytes, 0, bytes.length);
}

Deno.test("isMessage() takes every wire type, and no bytes at all", () => {
  assertEquals(isWholeMessage(new Uint8Array(0)), true);
  const message = new BinaryWriter()
    .tag(1, 0).int64(-1n)
    .tag(2, 1).fixed64(7n)
    .tag(3, 2).string("text")
    .tag(4, 2).bytes(new Uint8Array(0))
    .tag(5, 5).fixed32(7)
    .tag(536_870_911, 0).uint32(1) // the greatest field number
    .finish();
  assertEquals(isWholeMessage(message), true);
  for (let length = 0; length < message.length; length++) {
    const part = message.subarray(0, length);
    assertEquals(isWholeMessage(part), isMessageToProtobufEs(part), `${length} bytes`);
  }
});

Deno.test("isMessage() refuses what no protobuf message has", () => {
  const wrong = {
    "a tag without its value": "08",
    "a number without end": "08ff",
    "a number of eleven bytes": "08" + "80".repeat(10) + "01",
    "a tag of eleven bytes": "80".repeat(10) + "01" + "01",
    "field number 0": "0001",
    "field number 2^29": "808080801001",
    "a field number beyond 2^32": "808080808080800101",
    "a group": "0b0c",
    "the end of a group": "0c",
    "wire type 6": "0e01",
    "wire type 7": "0f01",
    "text longer than the message": "120548",
    "text of a length beyond 2^53": "12ffffffffffffffffff01",
    "seven of eight bytes": "0900000000000000",
    "three of four bytes": "0d000000",
  };
  for (const [what, bytes] of Object.entries(wrong)) {
    assertEquals(isWholeMessage(hex(bytes)), false, what);
  }
});

Deno.test("isMessage() looks at its own interval only", () => {
  const message = new BinaryWriter().tag(1, 2).string("text").finish();
  const data = concat([hex("ff"), message, hex("ff")]);
  assertEquals(isMessage(data, 1, 1 + message.length), true);
  assertEquals(isMessage(data, 1, message.length), false, "text that would end behind it");
  assertEquals(isMessage(data, 1, 2 + message.length), false);
});

Deno.test("isMessage() and protobuf-es agree about damaged records", () => {
  const seed = 20;
  const random = randomNumbers(seed);
  const record = hex(VECTOR.ethernetRecord);
  let taken = 0;
  for (let round = 0; round < 50_000; round++) {
    const bytes = record.slice(0, random(4) === 0 ? random(record.length) : record.length);
    const changes = random(4);
    for (let change = 0; change < changes && bytes.length > 0; change++) {
      bytes[random(bytes.length)] = random(2) === 0 ? random(256) : random(64);
    }
    const expected = isMessageToProtobufEs(bytes);
    if (expected) taken++;
    assertEquals(isWholeMessage(bytes), expected, `seed ${seed}: ${encodeHex(bytes)}`);
  }
  assert(taken > 1000 && taken < 49_000, `${taken} of both kinds`);
});

/** Whether all of the bytes are a header for records of Ethernet. */
function isHeader(bytes: Uint8Array, type: number = Type.NC_Ethernet): boolean {
  return isHeaderRecord(bytes, 0, bytes.length, type);
}

Deno.test("isHeaderRecord() takes the original's header, for the type that it names", () => {
  const header = hex(VECTOR.headerRecord);
  assertEquals(isHeader(header), true);
  for (const type of RECORD_TYPES) {
    assertEquals(isHeader(header, type), type === Type.NC_Ethernet, `${type}`);
  }
});

Deno.test("isHeaderRecord() takes headers of every type and age", () => {
  for (const type of RECORD_TYPES) {
    const message = create(HeaderSchema, {
      Created: 1600000000000000000n,
      InputSource: "eth0",
      Type: type,
      Version: "v0.6.11",
      ContainsPayloads: true,
    });
    assertEquals(isHeader(toBinary(HeaderSchema, message), type), true, `${type}`);
  }
  const old = new BinaryWriter() // until v0.4.7 Created was text
    .tag(1, 2).string("1580000000.123456")
    .tag(2, 2).string("eth0")
    .tag(3, 0).int32(Type.NC_Ethernet)
    .tag(4, 2).string("v0.4.7");
  assertEquals(isHeader(old.finish()), true);
});

Deno.test("isHeaderRecord() wants fields 1 to 5 in their form, the type and a version", () => {
  const header = (version = "v0.6.11") =>
    new BinaryWriter()
      .tag(1, 0).int64(5n)
      .tag(2, 2).string("eth0")
      .tag(3, 0).int32(Type.NC_Ethernet)
      .tag(4, 2).string(version);
  assertEquals(isHeader(header().finish()), true);
  const others = {
    "another field": header().tag(6, 0).int32(1),
    "a text in place of the flag": header().tag(5, 2).string("true"),
    "a source that is a number": new BinaryWriter().tag(2, 0).int32(1)
      .tag(3, 0).int32(Type.NC_Ethernet).tag(4, 2).string("v1"),
    "no type": new BinaryWriter().tag(1, 0).int64(5n).tag(4, 2).string("v1"),
    "no version": new BinaryWriter().tag(1, 0).int64(5n).tag(3, 0).int32(Type.NC_Ethernet),
    "a version without v": header("0.6.11"),
    "a version without digit": header("via"),
    "a version that ends": header("v"),
    "an empty version": header(""),
  };
  for (const [what, writer] of Object.entries(others)) {
    assertEquals(isHeader(writer.finish()), false, what);
  }
  const whole = header().finish();
  for (let length = 0; length < whole.length; length++) {
    assertEquals(isHeader(whole.subarray(0, length)), false, `${length} bytes`);
  }
});

/** A value for a field in protobuf's JSON that is as near to a header's as it can be. */
function headerLike(schema: ReturnType<typeof recordSchema>, type: number): JsonValue {
  const values: Record<string, JsonValue> = {};
  for (const field of schema!.fields) {
    if (field.fieldKind !== "scalar") continue;
    const isText = field.scalar === 9;
    const isBytes = field.scalar === 12;
    const isFlag = field.scalar === 8;
    values[field.jsonName] = isText ? "v1" : isBytes ? "djE=" : isFlag ? true : type;
  }
  return values;
}

Deno.test("no record with all of its fields is taken for a header", () => {
  for (const type of RECORD_TYPES) {
    const schema = recordSchema(type)!;
    const record = toBinary(schema, fromJson(schema, headerLike(schema, type)));
    assertEquals(isHeader(record, type), false, schema.name);
  }
});
