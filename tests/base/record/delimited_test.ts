import { create } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { frameRecords, walkRecords } from "../../../lib/base/record/delimited.ts";
import { UDPSchema } from "../../../proto/gen/netcap_pb.ts";

/** Bodies of the records that the walk visited, and what it found. */
function walk(data: Uint8Array) {
  const bodies: Uint8Array[] = [];
  const framing = walkRecords(data, (at, end) => bodies.push(data.slice(at, end)));
  return { bodies, framing };
}

/** A record of about that many bytes, framed by protobuf-es. */
function framed(payloadBytes: number): Uint8Array {
  const Payload = new Uint8Array(payloadBytes).fill(0xff);
  return sizeDelimitedEncode(UDPSchema, create(UDPSchema, { Payload }));
}

Deno.test("records framed by protobuf-es are found whole, the empty one too", () => {
  const records = [0, 1, 100, 127, 128, 20_000, 0].map(framed);
  const data = concat(records);
  const { bodies, framing } = walk(data);
  assertEquals(framing, { count: records.length, end: data.length });
  assertEquals(
    bodies.map(({ length }) => length),
    records.map(({ length }) =>
      length < 128 ? length - 1 : length < 16_384 ? length - 2 : length - 3
    ),
  );
});

Deno.test("records are framed as protobuf-es frames them, the empty one too", () => {
  const framedByThem = [0, 1, 100, 127, 128, 20_000, 0].map(framed);
  const data = concat(framedByThem);
  assertEquals(frameRecords(walk(data).bodies), data);
  assertEquals(frameRecords([]).length, 0);
});

Deno.test("no bytes are no records", () => {
  assertEquals(walk(new Uint8Array(0)), { bodies: [], framing: { count: 0, end: 0 } });
});

Deno.test("cut at any byte, the whole records before are found", () => {
  const records = [3, 200, 0, 5].map(framed);
  const data = concat(records);
  const ends = records.map((_, index) => concat(records.slice(0, index + 1)).length);
  for (let length = 0; length < data.length; length++) {
    const count = ends.filter((end) => end <= length).length;
    const end = ends[count - 1] ?? 0;
    const expected = end === length
      ? { count, end }
      : { count, end, problem: "record cut short" as const };
    assertEquals(walk(data.subarray(0, length)).framing, expected, `${length} bytes`);
  }
});

Deno.test("a length that is not a number, or larger than any data, ends the walk", () => {
  const whole = framed(3);
  const noNumber = concat([whole, new Uint8Array(11).fill(0x80)]);
  assertEquals(walk(noNumber).framing, {
    count: 1,
    end: whole.length,
    problem: "length is not a number",
  });
  for (const length of ["ffffffff0f", "80808080808080808001", "ffffffffffffffffff01"]) {
    const bytes = Uint8Array.from(length.match(/../g)!, (pair) => parseInt(pair, 16));
    assertEquals(walk(concat([whole, bytes])).framing, {
      count: 1,
      end: whole.length,
      problem: "record cut short",
    });
  }
});
