/** docs/protocol.md says what the code does: its tables and its worked example, read out of it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ScalarType } from "@bufbuild/protobuf";
import { crc32, deflateRawSync, gunzipSync } from "node:zlib";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { MAX_DATAGRAM_BYTES } from "../../lib/base/max_datagram.ts";
import { SENSOR_DEFAULTS } from "../../lib/base/sensor_defaults.ts";
import { encodeBatchMessage, parseBatchMessage } from "../../lib/pack/batch_message.ts";
import {
  encodeMember,
  MEMBER_HEADER_BYTES,
  MEMBER_TRAILER_BYTES,
  type MemberOrigin,
  packRecords,
} from "../../lib/pack/member.ts";
import { BOX_OVERHEAD_BYTES, BoxOpener, NONCE_BYTES, sealBox } from "../../lib/seal/box.ts";
import { KEY_BYTES } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import {
  DATAGRAM_OVERHEAD_BYTES,
  encodeDatagram,
  parseDatagram,
} from "../../lib/transport/box/datagram.ts";
import { DatagramOpener } from "../../lib/verify/open_datagram.ts";
import { BatchSchema } from "../../proto/gen/netcap_pb.ts";
import { VECTOR } from "../seal/vector.ts";
import { readDocument, sectionOf, type Table, tablesOf } from "./markdown.ts";

const TEXT = readDocument("docs/protocol.md");
const TABLES = tablesOf(TEXT);

/** The table under a heading, the only one or the one that has this column. */
function tableUnder(heading: string, nth = 0): Table {
  const table = TABLES.filter((table) => table.heading.startsWith(heading))[nth];
  assert(table, `a table under ${heading}`);
  return table;
}

/** The values of the worked example by what they are. */
function workedExample(): (what: string) => Uint8Array {
  const { rows } = tableUnder("Worked example");
  return (what) => {
    const row = rows.find(([name]) => name === what);
    assert(row, `a row ${what}`);
    const bytes = parseHex(row[1]!.replaceAll("`", ""));
    assert(bytes, `hex digits: ${row[1]}`);
    return bytes;
  };
}

Deno.test("the worked example is the original's test vector", () => {
  const example = workedExample();
  const hexOf = (what: string) => encodeHex(example(what));
  assertEquals(hexOf("collector's private key"), VECTOR.collectorPrivateKey);
  assertEquals(hexOf("sensor's public key"), VECTOR.agentPublicKey);
  assertEquals(hexOf("nonce"), VECTOR.nonce);
  assertEquals(hexOf("Batch"), VECTOR.batch);
  assertEquals(hexOf("datagram"), VECTOR.datagram);
});

Deno.test("the worked example's batch is what a sensor makes of its records", () => {
  const batch = workedExample()("Batch");
  const { ClientID, MessageType, Data, ContainsPayloads } = parseBatchMessage(batch)!;
  const made = encodeBatchMessage(ClientID, {
    type: MessageType,
    count: 2,
    data: new Uint8Array(Data),
  }, ContainsPayloads);
  assertEquals(encodeHex(made), encodeHex(batch));
});

Deno.test("the worked example's batch becomes its datagram with its keys and nonce", () => {
  const example = workedExample();
  const nonce = example("nonce");
  const publicKey = example("sensor's public key");
  const key = sharedKey(publicKey, example("collector's private key"))!;
  const content = storedGzip(example("Batch"));
  const datagram = encodeDatagram({ publicKey, nonce, box: sealBox(content, nonce, key) });
  assertEquals(encodeHex(datagram), encodeHex(example("datagram")));
});

/** A gzip stream of one stored block, its header as Go's writer has it at its fastest. */
function storedGzip(bytes: Uint8Array): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(bytes), true);
  trailer.setUint32(4, bytes.length, true);
  return concat([
    Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff),
    deflateRawSync(bytes, { level: 0 }),
    new Uint8Array(trailer.buffer),
  ]);
}

Deno.test("the worked example's datagram opens with its key to its batch", () => {
  const example = workedExample();
  const { box, nonce, publicKey } = parseDatagram(example("datagram"))!;
  const content = new BoxOpener(example("collector's private key")).open(box, nonce, publicKey)!;
  assertEquals(encodeHex(gunzipSync(content)), encodeHex(example("Batch")));

  const opened = new DatagramOpener(example("collector's private key")).open(
    example("datagram"),
    0,
  );
  assert("batch" in opened);
  const { clientId, type, count } = opened.batch;
  assertStringIncludes(
    sectionOf(TEXT, "Worked example"),
    `The client is \`${clientId}\`, the type ${type} (Ethernet); Data holds a file header and one record.`,
  );
  assertEquals(count, 1);
});

/** Asserts that each row of a layout begins where the one before ends. */
function assertContiguous({ rows }: Table): void {
  let at: string | number = 0;
  for (const [offset, bytes] of rows) {
    assertEquals(offset, String(at), `where ${bytes} bytes begin`);
    if (bytes === "n") at = `${at} + n`;
    else if (typeof at === "number") at += Number(bytes);
    else at = at.replace(/^\d+/, (known) => String(Number(known) + Number(bytes)));
  }
}

Deno.test("the layout of a datagram has the lengths that the code has", () => {
  const table = tableUnder("Datagram");
  assertContiguous(table);
  assertEquals(table.rows.map(([, bytes]) => bytes), [
    ...[KEY_BYTES, NONCE_BYTES, BOX_OVERHEAD_BYTES].map(String),
    "n",
  ]);
  assertEquals(table.rows.at(-1)![0], String(DATAGRAM_OVERHEAD_BYTES));
});

Deno.test("the fields of a batch are those of the schema", () => {
  const types: Partial<Record<ScalarType, string>> = {
    [ScalarType.STRING]: "string",
    [ScalarType.INT32]: "int32",
    [ScalarType.BYTES]: "bytes",
    [ScalarType.BOOL]: "bool",
  };
  assertEquals(
    tableUnder("Batch").rows.map((row) => row.slice(0, 3)),
    BatchSchema.fields.map(({ number, name, fieldKind, scalar }) => [
      String(number),
      name,
      fieldKind === "enum" ? "enum" : types[scalar!]!,
    ]),
  );
});

Deno.test("the limits in the text are those in the code", () => {
  const number = (value: number) => value.toLocaleString("en-US");
  const { maxBatchBytes, maxDatagramBytes, flushIntervalMs } = SENSOR_DEFAULTS;
  const limits = [
    `\`-max-datagram\` (default ${number(maxDatagramBytes)},`,
    `MUST receive up to ${number(MAX_DATAGRAM_BYTES)} bytes`,
    `\`-max\` (default ${number(maxBatchBytes.box)} bytes;`,
    `\`-flush-interval\` old (default ${flushIntervalMs / 1000} s)`,
    "(8 MiB here)", // tests/verify/open_datagram_test.ts shows it
  ];
  const text = TEXT.replaceAll(/\s+/g, " ");
  for (const limit of limits) assertStringIncludes(text, limit);
});

/** Numbers that differ in every byte, so that none stands where another should. */
const ORIGIN: MemberOrigin = {
  reason: 0x11,
  part: 0x03,
  parts: 0x0a,
  minute: 0x81828384,
  digest: parseHex("9192939495969798")!,
  session: 0x2122232425262728n,
  sequence: 0x3132333435363738n,
  count: 0x41424344,
  firstTime: 0x5152535455565758n,
  lastTime: 0x6162636465666768n,
  arrival: 0x7172737475767778n,
  settled: 0x0102030405060708n,
};
const RECORDS = parseHex(`35${VECTOR.ethernetRecord}`)!;
const BODY = new Uint8Array(deflateRawSync(RECORDS));
const MEMBER = encodeMember(ORIGIN, packRecords(RECORDS, BODY));

/** A number as so many bytes, the smallest first. */
function little(value: bigint | number, bytes: number): string {
  const swapped = BigInt(value).toString(16).padStart(2 * bytes, "0").match(/../g)!;
  return swapped.reverse().join("");
}

Deno.test("the layout of a member is where the code puts its parts", () => {
  const table = tableUnder("Record file", 0);
  assertContiguous(table);
  const n = BODY.length;
  const parts = table.rows.map(([offset, bytes, content]) => {
    const at = offset!.split("+").reduce((sum, term) => sum + valueOf(term, n), 0);
    return [content!, encodeHex(MEMBER.subarray(at, at + valueOf(bytes!, n)))] as const;
  });
  const subfield = encodeHex(MEMBER.subarray(16, 92));
  assertEquals(parts, [
    ["`1f 8b 08 04`", "1f8b0804"],
    ["MTIME 0", "00000000"],
    ["XFL 0, OS 255", "00ff"],
    ["XLEN 80", little(80, 2)],
    ['`46 43`, "FC"', encodeHex(new TextEncoder().encode("FC"))],
    ["length of the subfield, 76", little(76, 2)],
    ["the subfield", subfield],
    ["raw deflate stream (RFC 1951)", encodeHex(BODY)],
    ["CRC-32 of the unpacked bytes", little(crc32(RECORDS), 4)],
    ["their number", little(RECORDS.length, 4)],
  ]);
  assertEquals(MEMBER.length, MEMBER_HEADER_BYTES + n + MEMBER_TRAILER_BYTES);
});

/** `88`, or `n`. */
function valueOf(term: string, n: number): number {
  return term.trim() === "n" ? n : Number(term);
}

Deno.test("the layout of the subfield is where the code puts its parts", () => {
  const table = tableUnder("Record file", 1);
  assertContiguous(table);
  const subfield = MEMBER.subarray(16, 92);
  const wanted: [content: RegExp, bytes: string][] = [
    [/^version, 2$/, "02"],
    [/^reason: 0 stored/, little(ORIGIN.reason, 1)],
    [/^part, from 1/, little(ORIGIN.part, 1)],
    [/^of so many parts/, little(ORIGIN.parts, 1)],
    [/^length of the whole member$/, little(MEMBER.length, 4)],
    [/^session id/, little(ORIGIN.session, 8)],
    [/^sequence number/, little(ORIGIN.sequence, 8)],
    [/^number of records/, little(ORIGIN.count, 4)],
    [/^time of the earliest record, ns/, little(ORIGIN.firstTime, 8)],
    [/^time of the latest record$/, little(ORIGIN.lastTime, 8)],
    [/^time of arrival/, little(ORIGIN.arrival, 8)],
    [/^digest: the first 8 bytes of the SHA-256/, encodeHex(ORIGIN.digest)],
    [/^settled sequence/, little(ORIGIN.settled, 8)],
    [/^the sensor's minute/, little(ORIGIN.minute, 4)],
    [/^CRC-32 of bytes 0 to 71$/, little(crc32(subfield.subarray(0, 72)), 4)],
  ];
  assertEquals(table.rows.length, wanted.length);
  table.rows.forEach(([offset, bytes, content], row) => {
    const [pattern, expected] = wanted[row]!;
    assert(pattern.test(content!), `${content} where ${pattern} is wanted`);
    const at = Number(offset);
    assertEquals(encodeHex(subfield.subarray(at, at + Number(bytes))), expected, content);
  });
});
