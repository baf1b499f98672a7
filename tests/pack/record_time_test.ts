import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { assertEquals } from "@std/assert";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES } from "../../lib/base/record/record_types.ts";
import { readTimestamp } from "../../lib/pack/record_time.ts";
import { randomNumbers } from "../base/random_numbers.ts";

/** The time of a record that is all there is. */
function timeOf(record: Uint8Array): bigint {
  return readTimestamp(record, 0, record.length);
}

/** A record that begins with that time, written by protobuf-es, and goes on. */
function recordAt(time: bigint): Uint8Array {
  return new BinaryWriter().tag(1, 0).int64(time).tag(2, 2).string("and so on").finish();
}

Deno.test("readTimestamp() reads every 64-bit time, those before 1970 too", () => {
  const times = [0n, 1n, 127n, 128n, 1600000000000000001n, 2n ** 63n - 1n, -1n, -(2n ** 63n)];
  for (let bits = 1n; bits < 63n; bits++) {
    times.push(2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n, -(2n ** bits));
  }
  const random = randomNumbers(11);
  for (let time = 0; time < 1000; time++) {
    const value = BigInt(random(2 ** 32)) << 32n | BigInt(random(2 ** 32));
    times.push(BigInt.asIntN(64, value) >> BigInt(random(64)));
  }
  for (const time of times) assertEquals(timeOf(recordAt(time)), time, `${time}`);
});

Deno.test("readTimestamp() reads numbers in longer forms than needed, as protobuf-es does", () => {
  const forms = ["8100", "ff8000", "80808080808080808000", "ffffffffffffffffff7f"];
  for (const form of forms) {
    const number = Uint8Array.from(form.match(/../g)!, (pair) => parseInt(pair, 16));
    const expected = BigInt(new BinaryReader(number).int64());
    assertEquals(timeOf(new Uint8Array([0x08, ...number])), expected, form);
  }
});

Deno.test("readTimestamp() looks at its own record only", () => {
  const record = recordAt(1600000000000000001n);
  const data = new Uint8Array([...recordAt(5n), ...record, ...recordAt(6n)]);
  const at = recordAt(5n).length;
  assertEquals(readTimestamp(data, at, at + record.length), 1600000000000000001n);
});

Deno.test("a record without a number as its first field has the time 0", () => {
  const without = [
    new Uint8Array(0),
    new BinaryWriter().tag(1, 2).string("1600000000.000001").finish(), // before v0.6
    new BinaryWriter().tag(2, 0).int64(5n).finish(),
    Uint8Array.of(0x08), // and ends
    Uint8Array.of(0x08, 0xff, 0xff),
    new Uint8Array([0x08, ...new Array(11).fill(0xff)]), // no number
  ];
  for (const record of without) assertEquals(timeOf(record), 0n, record.join());
  const cut = recordAt(1600000000000000001n);
  for (let length = 0; length < 10; length++) {
    assertEquals(readTimestamp(cut, 0, length), 0n, `${length} bytes`);
  }
});

Deno.test("a first field that is a number is the time, in every record type", () => {
  let withTime = 0;
  for (const type of RECORD_TYPES) {
    const first = recordSchema(type)!.fields.find(({ number }) => number === 1)!;
    const bytes = new BinaryWriter().tag(1, 0).int64(5n).finish();
    const isTime = first.name === "Timestamp" || first.name === "TimestampFirst";
    if (isTime) withTime++;
    else assertEquals(first.fieldKind === "scalar" && first.scalar === 9, true, first.toString());
    assertEquals(timeOf(bytes), 5n);
  }
  assertEquals(withTime > RECORD_TYPES.length / 2, true);
});
