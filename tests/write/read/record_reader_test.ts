import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import type { TimeSpan } from "../../../lib/base/time_span.ts";
import {
  type ReadProblem,
  RecordReader,
  type Wanted,
} from "../../../lib/write/read/record_reader.ts";
import { runPython } from "./python.ts";
import {
  batchMember,
  frame,
  gzipMember,
  headerRecord,
  ourFile,
  ourMember,
  udpRecord,
} from "../files/record_file_bytes.ts";
import { needs, PYTHON } from "../../needs.ts";

const TIMES = [[5n, 6n, 7n], [8n], [9n, 1_600_000_000_000_000_000n]];
const RECORDS = TIMES.flatMap((times) => times.map((time, i) => udpRecord(time, i + 1)));
const PLAIN = concat([headerRecord(), ...RECORDS.map(frame)]);

interface Read {
  records: Uint8Array[];
  problems: ReadProblem[];
  counted: number;
  type?: number;
  largestBurst: number;
}

/** Reads a file that comes in chunks of `chunkBytes`. */
async function read(file: Uint8Array, chunkBytes = 1 << 16, wanted: Wanted = {}): Promise<Read> {
  const reader = new RecordReader(wanted);
  const result: Read = { records: [], counted: 0, problems: [], largestBurst: 0 };
  const take = ({ records, counted, problems }: Awaited<ReturnType<RecordReader["read"]>>) => {
    result.records.push(...records);
    result.counted += counted;
    result.problems.push(...problems);
    result.largestBurst = Math.max(result.largestBurst, records.length);
  };
  let known = 0;
  while (known < file.length && !reader.isEnded) {
    known = Math.min(file.length, known + chunkBytes);
    for (let isDry = false; !isDry;) {
      const reading = await reader.read(file.subarray(reader.position, known));
      take(reading);
      isDry = reading.isDry;
    }
  }
  const unused = file.subarray(reader.position, known);
  for (let reading = await reader.end(unused);;) {
    take(reading);
    if (reading.isDry) break;
    reading = await reader.read(unused.subarray(0, 0));
  }
  reader.close();
  result.type = reader.header?.Type;
  return result;
}

const HALF = Math.floor(PLAIN.length / 2);
const NAMED = Uint8Array.of(
  ...[0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3],
  ...[4, 0, 0x41, 0x50, 0, 0], // extra field of another program
  ...[0x61, 0x62, 0, 0x63, 0, 0x12, 0x34], // name "ab", comment "c", header checksum
);
/** The same records in every form that a file may have. */
const FORMS: Record<string, Uint8Array<ArrayBuffer>> = {
  "members of ours": ourFile(TIMES, 2),
  "members of version 1": ourFile(TIMES),
  "a plain file": PLAIN,
  "one gzip member": gzipMember(PLAIN),
  "gzip with name, comment, extra field and header checksum": gzipMember(PLAIN, NAMED),
  "several gzip members, cut within a record": concat([
    gzipMember(PLAIN.subarray(0, HALF)),
    gzipMember(new Uint8Array(0)),
    gzipMember(PLAIN.subarray(HALF)),
  ]),
  "a foreign member and then ours": concat([
    gzipMember(concat([headerRecord(), ...RECORDS.slice(0, 4).map(frame)])),
    batchMember(TIMES[2]!),
  ]),
};

for (const [form, file] of Object.entries(FORMS)) {
  Deno.test(`RecordReader reads ${form}, whatever the chunks`, async () => {
    for (const chunkBytes of [1, 2, 7, 100, file.length]) {
      const { records, problems, type } = await read(file, chunkBytes);
      assertEquals(records.map((record) => [...record]), RECORDS.map((record) => [...record]));
      assertEquals(problems, []);
      assertEquals(type, 37);
    }
  });
}

/** How many records of a cut file python's zlib and a count of its own find, for every length. */
async function wholeRecords(file: Uint8Array<ArrayBuffer>): Promise<number[]> {
  const script = `
import zlib
file = get()
def unpack(data):
    if data[:2] != b"\\x1f\\x8b": return b"" if len(data) < 2 and file[:2] == b"\\x1f\\x8b" else data
    out = b""
    while data:
        one = zlib.decompressobj(31)
        out += one.decompress(data)
        data = one.unused_data
        if not one.eof: break
    return out
def count(data):
    at = n = 0
    while at < len(data):
        length = data[at]  # the records here are shorter than 128 bytes
        if at + 1 + length > len(data): break
        at += 1 + length
        n += 1
    return max(0, n - 1)
print(*[count(unpack(file[:length])) for length in range(len(file) + 1)])
`;
  return new TextDecoder().decode(await runPython(script, file)).trim().split(" ").map(Number);
}

for (const form of ["members of ours", "a plain file", "one gzip member"]) {
  const name = `RecordReader reads ${form} cut anywhere up to the last whole record`;
  Deno.test(needs(name, PYTHON), async () => {
    const file = FORMS[form]!;
    const expected = await wholeRecords(file);
    assertEquals(expected.at(-1), RECORDS.length);
    for (let length = 0; length < file.length; length++) {
      const { records, problems } = await read(file.subarray(0, length));
      assertEquals(records.length, expected[length], `cut at byte ${length}`);
      const isBetween = wholeAt(form).includes(length);
      assertEquals(problems.map(({ code }) => code), isBetween ? [] : ["cut"], `at ${length}`);
    }
  });
}

/** Lengths at which a cut file looks like a whole one. */
function wholeAt(form: string): number[] {
  const parts = form === "members of ours"
    ? [ourMember(headerRecord(), {}, 2), ...TIMES.map((times) => batchMember(times, 2))]
    : form === "a plain file"
    ? [headerRecord(), ...RECORDS.map(frame)]
    : [];
  return parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0));
}

Deno.test("RecordReader says in which member and where a file is cut", async () => {
  const file = ourFile(TIMES);
  const lastAt = file.length - batchMember(TIMES[2]!).length;
  const { problems: [problem] } = await read(file.subarray(0, file.length - 1));
  assertEquals(problem, {
    code: "cut",
    offset: lastAt,
    message: `the file ends in the middle of the member at byte ${lastAt}`,
  });
  const { problems } = await read(PLAIN.subarray(0, PLAIN.length - 1));
  assertEquals(problems[0]?.offset, PLAIN.length - frame(RECORDS.at(-1)!).length);
});

Deno.test("RecordReader passes over a damaged member of ours and reads the ones behind it", async () => {
  const members = [ourMember(headerRecord()), ...TIMES.map((times) => batchMember(times))];
  const damagedAt = members[0]!.length;
  for (let at = 88; at < members[1]!.length; at++) {
    const file = concat(members);
    file[damagedAt + at]! ^= 0xff;
    const { records, problems } = await read(file);
    assertEquals(records.length, 3, `byte ${at}`);
    assertEquals(problems.map(({ code, offset }) => [code, offset]), [["damaged", damagedAt]]);
  }
});

Deno.test("RecordReader reads a member whose own header is damaged as any gzip, and says so", async () => {
  const file = ourFile(TIMES);
  file[ourMember(headerRecord()).length + 30]! ^= 1;
  const { records, problems } = await read(file);
  assertEquals(records.length, RECORDS.length);
  assertEquals(problems.map(({ code }) => code), ["damaged"]);
});

Deno.test("RecordReader refuses a member of ours that ends within a record", async () => {
  const torn = ourMember(frame(RECORDS[0]!).subarray(0, 3));
  const file = concat([ourMember(headerRecord()), torn, batchMember([1n, 2n])]);
  const { records, problems } = await read(file);
  assertEquals(records.length, 2);
  assertStringIncludes(problems[0]!.message, "cut short");
});

Deno.test("RecordReader reports the checksum of a foreign member that does not match", async () => {
  const file = gzipMember(PLAIN);
  file[file.length - 8]! ^= 1;
  const { records, problems } = await read(file);
  assertEquals(records.length, RECORDS.length);
  assertEquals(problems.map(({ code }) => code), ["damaged"]);
});

Deno.test("RecordReader does not take zeros at the end of a file for its end", async () => {
  const file = ourFile(TIMES);
  const { records, problems } = await read(concat([file, new Uint8Array(4096)]));
  assertEquals(records.length, RECORDS.length);
  assertEquals(problems.map(({ code, offset }) => [code, offset]), [["damaged", file.length]]);
});

const LENGTHS = {
  "2^40": [0x80, 0x80, 0x80, 0x80, 0x80, 0x40],
  "2^64 - 1": [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  "16 MiB and one": [0x81, 0x80, 0x80, 0x08],
  "more than ten bytes": new Array(11).fill(0xff),
};

for (const [name, length] of Object.entries(LENGTHS)) {
  Deno.test(`RecordReader refuses a record length of ${name}`, async () => {
    const data = concat([headerRecord(), frame(RECORDS[0]!), Uint8Array.from(length)]);
    const plain = concat([data, new Uint8Array(100)]);
    for (const file of [plain, gzipMember(plain)]) {
      const { records, problems } = await read(file);
      assertEquals(records.length, 1);
      assertEquals(problems.map(({ code }) => code), ["damaged"]);
    }
    const { problems } = await read(plain);
    assertEquals(problems[0]!.offset, data.length - length.length);
  });
}

Deno.test("RecordReader reads a record of 16 MiB that comes in many pieces", async () => {
  const large = new Uint8Array(1 << 24);
  const { records } = await read(gzipMember(concat([headerRecord(), frame(large)])), 1000);
  assertEquals(records.map(({ length }) => length), [1 << 24]);
});

Deno.test("RecordReader hands a bomb over in bursts of bounded size", async () => {
  const bomb = concat([headerRecord(), new Uint8Array(1 << 22)]); // empty records
  for (const file of [gzipMember(bomb), concat([ourMember(headerRecord()), ourMember(bomb)])]) {
    const reader = new RecordReader();
    let records = 0;
    let at = 0;
    for (let isDry = false; !isDry;) {
      const reading = await reader.read(file.subarray(at));
      at = reader.position;
      isDry = reading.isDry;
      records += reading.records.length;
      assertLess(reading.records.length, 1 << 18);
    }
    reader.close();
    assert(records >= 1 << 22);
  }
});

Deno.test("RecordReader hands over the records of a time span", async () => {
  const spans: [TimeSpan, bigint[]][] = [
    [{ from: 7n }, [7n, 8n, 9n, 1_600_000_000_000_000_000n]],
    [{ to: 7n }, [5n, 6n]],
    [{ from: 6n, to: 9n }, [6n, 7n, 8n]],
    [{ from: 10n, to: 11n }, []],
  ];
  for (const file of Object.values(FORMS)) {
    for (const [span, times] of spans) {
      const { records } = await read(file, 100, span);
      const expected = times.map((time) => RECORDS.find((record) => timeOf(record) === time)!);
      assertEquals(records.map((record) => [...record]), expected.map((record) => [...record]));
    }
  }
});

Deno.test("RecordReader hands over what a filter for the type wants, within the time span", async () => {
  const lastByteIsOdd = (bytes: Uint8Array, _at: number, end: number) => bytes[end - 1]! % 2 === 1;
  for (const [form, file] of Object.entries(FORMS)) {
    const types: string[] = [];
    const filterOf = ({ name }: { readonly name: string }) => {
      types.push(name);
      return lastByteIsOdd;
    };
    const { records } = await read(file, 100, { from: 6n, filterOf });
    // Source ports count from 1 in each list of times.
    const expected = [7n, 8n, 9n].map((time) => RECORDS.find((record) => timeOf(record) === time)!);
    assertEquals(records.map((record) => [...record]), expected.map((record) => [...record]), form);
    assertEquals(types, ["UDP"], form);
  }
});

/** The varint behind the tag. */
function timeOf(record: Uint8Array): bigint {
  let time = 0n;
  for (let at = 1;; at++) {
    time |= BigInt(record[at]! & 0x7f) << BigInt(7 * (at - 1));
    if (record[at]! < 0x80) return time;
  }
}

Deno.test("RecordReader hops over members of ours that hold nothing of the time span", async () => {
  const file = ourFile(TIMES);
  const firstBatchAt = ourMember(headerRecord()).length;
  file[firstBatchAt + 90]! ^= 0xff; // would be a problem if it were unpacked
  assertEquals((await read(file, 100, { from: 8n })).problems, []);
  assertEquals((await read(file, 100, { from: 7n })).problems.length, 1);
});

Deno.test("RecordReader looks into members whose collector could not tell the times of all records", async () => {
  // DeviceProfile (89) has its time in field 6, behind a text; docs/protocol.md: 0 is unknown.
  const record = Uint8Array.of(0x0a, 1, 0x61, 0x30, 7);
  const member = ourMember(frame(record), { count: 1, first: 0n, last: 0n });
  const file = concat([ourMember(headerRecord(89)), member]);
  for (const [span, count] of [[{ from: 7n }, 1], [{ from: 8n }, 0], [{ to: 7n }, 0]] as const) {
    assertEquals((await read(file, 100, span)).records.length, count);
  }
});

Deno.test("RecordReader refuses a file without a header that names a record type", async () => {
  const cases: Record<string, Uint8Array> = {
    "no record has the type 0": frame(Uint8Array.of(0x18, 0)),
    "no record has the type 30": headerRecord(30),
    "it is no header": frame(Uint8Array.of(0x12, 0x7f, 1)),
    "in the middle of the member at byte 0": new TextEncoder().encode("\n"),
    "before its header record": new Uint8Array(0),
  };
  for (const [message, file] of Object.entries(cases)) {
    const { records, problems, type } = await read(file);
    assertEquals([records.length, problems.length, type], [0, 1, undefined], message);
    assertStringIncludes(problems[0]!.message, message);
  }
});

Deno.test("RecordReader ends without exception on damaged files of every form", async () => {
  let seed = 20260101;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
  for (const [form, whole] of Object.entries(FORMS)) {
    for (let round = 0; round < 300; round++) {
      const at = random(whole.length);
      const length = random(20);
      const noise = Uint8Array.from({ length: random(20) }, () => random(256));
      const file = concat([whole.subarray(0, at), noise, whole.subarray(at + length)]);
      const { records } = await read(file, 1 + random(200));
      assert(records.length < 10_000, `${form}, round ${round}`);
    }
  }
});

Deno.test("RecordReader counts records in place of handing them over, by headers where they tell", async () => {
  const kinds = {
    ours: concat([ourMember(headerRecord()), ...TIMES.map((times) => batchMember(times))]),
    foreign: gzipMember(PLAIN),
    plain: PLAIN,
  };
  // Of the records at 5, 6, 7, 8, 9 and much later.
  const spans: [TimeSpan, number][] = [[{}, 6], [{ from: 6n }, 5], [{ to: 8n }, 3], [
    { from: 7n, to: 10n },
    3,
  ], [{ to: 1n }, 0]];
  for (const [kind, file] of Object.entries(kinds)) {
    for (const [span, expected] of spans) {
      const { counted, records } = await read(file, 50, { ...span, countOnly: true });
      assertEquals([counted, records.length], [expected, 0], kind);
    }
    const filterOf = () => (bytes: Uint8Array, _: number, end: number) => bytes[end - 1] !== 1;
    const { counted } = await read(file, 50, { filterOf, countOnly: true });
    assertEquals(counted, 3, kind); // those with other ports than 1
  }
  const broken = kinds.ours.slice();
  broken[ourMember(headerRecord()).length + 90]! ^= 0xff; // in the body of the first batch
  assertEquals((await read(broken, 50, { countOnly: true })).counted, 6);
  const unpacked = await read(broken, 50, { countOnly: true, from: 6n });
  assertEquals([unpacked.counted, unpacked.problems.length], [3, 1]);
});
