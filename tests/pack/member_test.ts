import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes.ts";
import {
  encodeMember,
  MAX_MEMBER_RECORDS_BYTES,
  type MemberHeader,
  packNothing,
  packRecords,
  parseMemberHeader,
  unpackMember,
} from "../../lib/pack/member.ts";

// Built by Python's struct, zlib and hashlib; Python's gzip module unpacks it to RECORDS.
const MEMBER = parseHex(
  "1f8b08040000000000ff4c0046434800" +
    "0103000069000000efcdab896745230107000000000000000200000015cdfbdf8557341600ca3a1486573416" +
    "fbffffffffffffff8aa5c7219a6f295506000000000000006dfa74f2" +
    "63e26064e660640200b1cb733007000000",
)!;
const BODY = parseHex("63e26064e660640200")!;
const RECORDS = parseHex("02080103080102")!;
const ORIGIN = {
  reason: 3,
  session: 0x0123456789abcdefn,
  sequence: 7n,
  count: 2,
  firstTime: 1_600_000_000_123_456_789n,
  lastTime: 1_600_000_001_000_000_000n,
  arrival: -5n,
  settled: 6n,
};
const HEADER_BYTES = 88;

Deno.test("encodeMember() gives the bytes that an independent program built", () => {
  assertEquals(encodeHex(encodeMember(ORIGIN, packRecords(RECORDS, BODY))), encodeHex(MEMBER));
});

Deno.test("parseMemberHeader() reads every field, wherever the member begins", () => {
  const expected = { ...ORIGIN, length: 105, digest: parseHex("8aa5c7219a6f2955")! };
  assertEquals(parseMemberHeader(MEMBER, 0), expected);
  const inside = concat([new Uint8Array(5), MEMBER]).subarray(2);
  assertEquals(parseMemberHeader(inside, 3), expected);
});

Deno.test("parseMemberHeader() says that a header is cut short, at every length", () => {
  for (let length = 0; length < HEADER_BYTES; length++) {
    assertEquals(parseMemberHeader(MEMBER.subarray(0, length), 0), "cut short", `${length} bytes`);
  }
});

Deno.test("parseMemberHeader() takes no header with a changed bit", () => {
  for (let bit = 0; bit < HEADER_BYTES * 8; bit++) {
    const expected = bit < 17 * 8 ? "foreign" : "damaged";
    assertEquals(parseMemberHeader(withFlipped(bit), 0), expected, `bit ${bit}`);
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
});

Deno.test("unpackMember() gives the records or none, whichever bit of body or trailer is changed", () => {
  let unnoticed = 0;
  for (let bit = HEADER_BYTES * 8; bit < MEMBER.length * 8; bit++) {
    const records = unpackMember(withFlipped(bit), headerOf(MEMBER));
    if (records === "damaged") continue;
    assertEquals(records, RECORDS, `bit ${bit}`);
    unnoticed++;
  }
  assertLess(unnoticed, 8); // the bits that fill up the last byte of a deflate stream mean nothing
});

Deno.test("unpackMember() refuses a whole body that is not the header's", () => {
  const otherRecords = RECORDS.toReversed();
  // A stored block, as RFC 1951 has it: final, length, its complement, the bytes.
  const otherBody = concat([Uint8Array.of(1, 7, 0, 0xf8, 0xff), otherRecords]);
  const other = encodeMember(ORIGIN, packRecords(otherRecords, otherBody));
  assertEquals(unpackMember(other, headerOf(other)), otherRecords);
  assertEquals(unpackMember(other, headerOf(MEMBER)), "damaged");
});

Deno.test("the member of a refused batch is empty and keeps the digest of what came", () => {
  const digest = parseHex("0102030405060708")!;
  const member = encodeMember({ ...ORIGIN, count: 0 }, packNothing(digest));
  assertEquals(headerOf(member).digest, digest);
  assertEquals(unpackMember(member, headerOf(member)), new Uint8Array(0));
  // Only a refused one may: what is stored is what its digest says.
  const stored = encodeMember({ ...ORIGIN, count: 0, reason: 0 }, packNothing(digest));
  assertEquals(unpackMember(stored, headerOf(stored)), "damaged");
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

function withFlipped(bit: number): Uint8Array {
  const changed = MEMBER.slice();
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}
