import { crc32 } from "node:zlib";
import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import {
  encodeMember,
  MAX_MEMBER_RECORDS_BYTES,
  type MemberHeader,
  NO_RECORDS,
  packRecords,
  parseMemberHeader,
  unpackMember,
} from "../../lib/pack/member.ts";

// Built by Python's struct, zlib and hashlib; Python's gzip module unpacks both to RECORDS.
const MEMBER = parseHex(
  "1f8b08040000000000ff500046434c00" +
    "020302056d000000efcdab896745230107000000000000000200000015cdfbdf8557341600ca3a1486573416" +
    "fbffffffffffffff1301c32b8e1fddf20600000000000000abe6960141dd18f9" +
    "63e26064e660640200b1cb733007000000",
)!;
/** The same in version 1. */
const MEMBER_1 = parseHex(
  "1f8b08040000000000ff4c0046434800" +
    "0103000069000000efcdab896745230107000000000000000200000015cdfbdf8557341600ca3a1486573416" +
    "fbffffffffffffff8aa5c7219a6f295506000000000000006dfa74f2" +
    "63e26064e660640200b1cb733007000000",
)!;
const BODY = parseHex("63e26064e660640200")!;
const RECORDS = parseHex("02080103080102")!;
const ORIGIN = {
  reason: 3,
  part: 2,
  parts: 5,
  minute: 26_666_667,
  digest: parseHex("1301c32b8e1fddf2")!, // of BODY
  session: 0x0123456789abcdefn,
  sequence: 7n,
  count: 2,
  firstTime: 1_600_000_000_123_456_789n,
  lastTime: 1_600_000_001_000_000_000n,
  arrival: -5n,
  settled: 6n,
};
const HEADER_BYTES = 92;
const HEADER = { ...ORIGIN, version: 2, headerBytes: HEADER_BYTES, length: 109 };
const HEADER_1 = {
  ...ORIGIN,
  ...{ version: 1, headerBytes: 88, length: 105, part: 1, parts: 1, minute: 0 },
  digest: parseHex("8aa5c7219a6f2955")!, // of RECORDS
};

Deno.test("encodeMember() gives the bytes that an independent program built", () => {
  assertEquals(encodeHex(encodeMember(ORIGIN, packRecords(RECORDS, BODY))), encodeHex(MEMBER));
});

Deno.test("parseMemberHeader() reads every field of either version, wherever the member begins", () => {
  for (const [member, header] of [[MEMBER, HEADER], [MEMBER_1, HEADER_1]] as const) {
    assertEquals(parseMemberHeader(member, 0), header);
    const inside = concat([new Uint8Array(5), member]).subarray(2);
    assertEquals(parseMemberHeader(inside, 3), header);
  }
});

Deno.test("parseMemberHeader() says that a header is cut short, at every length", () => {
  for (const [member, { headerBytes }] of [[MEMBER, HEADER], [MEMBER_1, HEADER_1]] as const) {
    for (let length = 0; length < headerBytes; length++) {
      assertEquals(
        parseMemberHeader(member.subarray(0, length), 0),
        "cut short",
        `${length} bytes`,
      );
    }
  }
});

Deno.test("parseMemberHeader() takes no header with a changed bit", () => {
  for (const [member, { headerBytes }] of [[MEMBER, HEADER], [MEMBER_1, HEADER_1]] as const) {
    for (let bit = 0; bit < headerBytes * 8; bit++) {
      const expected = bit < 17 * 8 ? "foreign" : "damaged";
      assertEquals(parseMemberHeader(withFlipped(bit, member), 0), expected, `bit ${bit}`);
    }
  }
});

Deno.test("parseMemberHeader() tells what a newer build has written by its version and checksum", () => {
  // Another version with four bytes more, which only its writer knows.
  const payload = concat([Uint8Array.of(3), MEMBER.subarray(17, 88), Uint8Array.of(1, 2, 3, 4)]);
  const crc = new DataView(new ArrayBuffer(4));
  crc.setUint32(0, crc32(payload), true);
  const newer = concat([
    MEMBER.subarray(0, 10),
    Uint8Array.of(84, 0, 0x46, 0x43, 80, 0),
    payload,
    new Uint8Array(crc.buffer),
    BODY,
  ]);
  assertEquals(parseMemberHeader(newer, 0), "newer");
  assertEquals(parseMemberHeader(newer.subarray(0, 95), 0), "cut short");
  newer[20]! ^= 1;
  assertEquals(parseMemberHeader(newer, 0), "foreign");
});

Deno.test("parseMemberHeader() takes no part that a batch does not have", () => {
  for (const [part, parts] of [[0, 1], [2, 1], [0, 0], [1, 17]] as const) {
    const member = encodeMember({ ...ORIGIN, part, parts }, packRecords(RECORDS, BODY));
    assertEquals(parseMemberHeader(member, 0), "damaged", `${part} of ${parts}`);
  }
});

Deno.test("parseMemberHeader() tells other gzip members and zero bytes from ours", () => {
  const plain = parseHex("1f8b08000000000002032bcf2fca49e10200a86138dd06000000")!;
  assertEquals(parseMemberHeader(plain, 0), "foreign");
  assertEquals(parseMemberHeader(new Uint8Array(200), 0), "foreign");
  assertEquals(parseMemberHeader(new Uint8Array(3), 0), "foreign");
});

Deno.test("unpackMember() gives the records", () => {
  assertEquals(unpackMember(MEMBER, headerOf(MEMBER)), RECORDS);
  assertEquals(unpackMember(MEMBER_1, headerOf(MEMBER_1)), RECORDS);
});

Deno.test("unpackMember() gives the records or none, whichever bit of body or trailer is changed", () => {
  for (const [member, { headerBytes }] of [[MEMBER, HEADER], [MEMBER_1, HEADER_1]] as const) {
    let unnoticed = 0;
    for (let bit = headerBytes * 8; bit < member.length * 8; bit++) {
      const records = unpackMember(withFlipped(bit, member), headerOf(member));
      if (records === "damaged") continue;
      assertEquals(records, RECORDS, `bit ${bit}`);
      unnoticed++;
    }
    assertLess(unnoticed, 8); // the bits that fill up the last byte of a deflate stream mean nothing
  }
});

Deno.test("unpackMember() refuses a whole body of version 1 that is not the header's", () => {
  const other = MEMBER_1.slice();
  const header = headerOf(MEMBER_1);
  // A stored block, as RFC 1951 has it: final, length, its complement, the bytes.
  const body = concat([Uint8Array.of(1, 7, 0, 0xf8, 0xff), RECORDS.toReversed()]);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(RECORDS.toReversed()), true);
  trailer.setUint32(4, RECORDS.length, true);
  const member = concat([other.subarray(0, 88), body, new Uint8Array(trailer.buffer)]);
  assertEquals(unpackMember(member, header), "damaged");
  assertEquals(unpackMember(member, { ...header, version: 2 }), RECORDS.toReversed());
});

Deno.test("the member of a refused batch is empty and keeps the digest of what came", () => {
  const digest = parseHex("0102030405060708")!;
  const member = encodeMember({ ...ORIGIN, count: 0, digest }, NO_RECORDS);
  assertEquals(headerOf(member).digest, digest);
  assertEquals(unpackMember(member, headerOf(member)), new Uint8Array(0));
  // In version 1 only a refused one may: what is stored there is what its digest says.
  const first = { ...HEADER_1, headerBytes: HEADER_BYTES };
  assertEquals(unpackMember(member, first), new Uint8Array(0));
  assertEquals(unpackMember(member, { ...first, reason: 0 }), "damaged");
});

Deno.test("encodeMember() refuses more records than a reader would unpack", () => {
  const tooMany = new Uint8Array(MAX_MEMBER_RECORDS_BYTES + 1);
  assertThrows(
    () => encodeMember(ORIGIN, packRecords(tooMany, BODY)),
    RangeError,
    "16777217 bytes",
  );
});

function headerOf(member: Uint8Array): MemberHeader {
  const header = parseMemberHeader(member, 0);
  if (typeof header === "string") throw new Error(header);
  return header;
}

function withFlipped(bit: number, member: Uint8Array): Uint8Array {
  const changed = member.slice();
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}
