import { create, toBinary } from "@bufbuild/protobuf";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { HTTPSchema, Type } from "../proto/gen/netcap_pb.ts";
import { concat } from "../lib/base/bytes/bytes.ts";
import { RECORD_TYPES } from "../lib/base/record/record_types.ts";
import { runDump } from "../lib/run_dump_io.ts";
import type { DumpOptions } from "../lib/write/read/dump_options.ts";
import { batchMember, frame, headerRecord, ourFile } from "./write/files/record_file_bytes.ts";

const FOLDER = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(FOLDER, { recursive: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile({ dir: FOLDER, suffix: ".ncap.gz" });
  await Deno.writeFile(path, bytes);
  return path;
}

interface Dumped {
  code: number;
  text: string;
  said: string[];
}

/** Dumps a file into memory; each write takes at most some bytes, as a pipe may. */
async function dump(path: string, options: Partial<DumpOptions> = {}): Promise<Dumped> {
  const chunks: Uint8Array[] = [];
  const said: string[] = [];
  const out = {
    write(bytes: Uint8Array) {
      chunks.push(bytes.slice(0, 1000));
      return Promise.resolve(Math.min(bytes.length, 1000));
    },
  };
  const say = (line: string) => said.push(line);
  const code = await runDump({ paths: [path], format: "text", ...options }, out, { say });
  return { code, text: new TextDecoder().decode(concat(chunks)), said };
}

Deno.test("runDump() prints records as text, JSON and CSV", async () => {
  const path = await fileOf(ourFile([[16n], [1600000000000000000n]]));
  assertEquals(
    (await dump(path)).text,
    [
      ...["type: UDP", "client: eth0", "Timestamp: 1970-01-01T00:00:00.000000016Z", "SrcPort: 1"],
      ...["", "type: UDP", "client: eth0", "Timestamp: 2020-09-13T12:26:40.000000000Z"],
      ...["SrcPort: 1", "", "2 records.", ""],
    ].join("\n"),
  );
  assertEquals(
    (await dump(path, { isNetcap: true })).text,
    [
      ...["NC_UDP", "Timestamp: 16", "SrcPort: 1", ""],
      ...["NC_UDP", "Timestamp: 1600000000000000000", "SrcPort: 1", "", "2 records.", ""],
    ].join("\n"),
  );
  const from = '{"type":"UDP","client":"eth0",';
  assertEquals(
    (await dump(path, { format: "json", time: "ns" })).text,
    `${from}"Timestamp":"16","SrcPort":1}\n${from}"Timestamp":"1600000000000000000","SrcPort":1}\n`,
  );
  assertEquals(
    (await dump(path, { format: "json", isNetcap: true })).text,
    '{"Timestamp":16,"SrcPort":1}\n{"Timestamp":1600000000000000000,"SrcPort":1}\n',
  );
  assertEquals(
    (await dump(path, { format: "table", zone: "Europe/Berlin" })).text,
    [
      "Timestamp                SrcPort",
      "1970-01-01 01:00:00.000        1",
      "2020-09-13 14:26:40.000        1",
      "",
    ].join("\n"),
  );
  const select = ["SrcPort", "Timestamp"];
  assertEquals(
    (await dump(path, { format: "csv", select })).text,
    "SrcPort,Timestamp\n1,1970-01-01 00:00:00.000000016 +0000 UTC\n1,2020-09-13 12:26:40 +0000 UTC\n",
  );
  assertEquals(
    (await dump(path, { format: "csv", select, time: "ns", csv: { separator: "\t" } })).text,
    "SrcPort\tTimestamp\n1\t16\n1\t1600000000000000000\n",
  );
});

Deno.test("runDump() prints the header or the columns alone, also of a file without records", async () => {
  for (const path of [await fileOf(ourFile([])), await fileOf(ourFile([[1n]]))]) {
    assertEquals(
      (await dump(path, { only: "header" })).text,
      [
        "Created:          1970-01-01 00:00:00 +0000 UTC",
        "Source:           eth0",
        "Version:          v0.6.11",
        "Type:             UDP",
        "ContainsPayloads: false",
        "",
      ].join("\n"),
    );
    assertEquals(
      (await dump(path, { format: "csv", only: "fields" })).text,
      "Timestamp,SrcPort,DstPort,Length,Checksum,PayloadEntropy,PayloadSize,SrcIP,DstIP,Tunnel,TunnelID\n",
    );
  }
});

Deno.test("runDump() prints the records of a time span", async () => {
  const path = await fileOf(ourFile([[1n, 2n], [3n], [4n, 5n]]));
  const { text } = await dump(path, { format: "json", isNetcap: true, from: 2n, to: 5n });
  assertEquals(text.match(/"Timestamp":\d/g), [2, 3, 4].map((time) => `"Timestamp":${time}`));
});

Deno.test("runDump() reads a torn file as far as it goes, says so and ends well", async () => {
  const whole = ourFile([[1n, 2n]]);
  const path = await fileOf(concat([whole, batchMember([3n]).subarray(0, 92)]));
  const { code, text, said } = await dump(path, { format: "json" });
  assertEquals(text.trimEnd().split("\n").length, 2);
  assertEquals(said, [
    `${path}: read 2 records; the file ends in the middle of the member at byte ${whole.length}`,
  ]);
  assertEquals(code, 0);
});

Deno.test("runDump() says what is damaged and ends with 1", async () => {
  const damaged = ourFile([[1n], [2n]]);
  damaged[damaged.length - batchMember([2n]).length - 1]! ^= 1;
  const path = await fileOf(damaged);
  const { code, text, said } = await dump(path, { format: "json", isNetcap: true });
  assertEquals(text, '{"Timestamp":2,"SrcPort":1}\n');
  assertEquals([code, said.length], [1, 1]);
  assertStringIncludes(said[0]!, "is damaged");
});

Deno.test("runDump() leaves out records that are no protobuf, counts them and ends with 1", async () => {
  const records = [[0x08, 1], [0x08], [0x4a, 9, 1], [0x08, 2]].map((record) =>
    Uint8Array.from(record)
  );
  const path = await fileOf(concat([headerRecord(), ...records.map(frame)]));
  const { code, text, said } = await dump(path, { format: "json", isNetcap: true });
  assertEquals(text, '{"Timestamp":1}\n{"Timestamp":2}\n');
  assertEquals(code, 1);
  assertEquals(said, [`${path}: 2 records are damaged and left out`]);
});

Deno.test("runDump() prints or leaves out random records of every type in every format", async () => {
  let seed = 11;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
  for (const type of RECORD_TYPES) {
    const records = Array.from({ length: 50 }, () => {
      // A tag of a low field number, then anything: most such records are partly valid.
      const wireTypes = [0, 0, 1, 2, 2, 5];
      return Uint8Array.from(
        { length: 1 + random(40) },
        (_, at) =>
          at === 0
            ? (1 + random(15)) << 3 | wireTypes[random(6)]!
            : random(at % 3 === 0 ? 256 : 16),
      );
    });
    const path = await fileOf(concat([headerRecord(type), ...records.map(frame)]));
    const counts = new Set<number>();
    for (const format of ["text", "json", "csv"] as const) {
      const { text, said } = await dump(path, { format });
      const left = Number(/: (\d+) records? (?:is|are) damaged/.exec(said.join())?.[1] ?? 0);
      if (format === "text") counts.add(left + Number(/(\d+) records\.\n$/.exec(text)![1]));
      if (format === "json") counts.add(left + text.split("\n").length - 1);
    }
    assertEquals([...counts], [records.length], `type ${type}, seed 11`);
  }
});

Deno.test("runDump() says in one line what cannot be done, and ends with 1, or 2 if it makes no sense", async () => {
  const none = await dump(`${FOLDER}/none.ncap.gz`);
  assertEquals([none.code, none.text], [1, ""]);
  assertEquals(none.said, [`Cannot read record file "${FOLDER}/none.ncap.gz": it does not exist`]);
  const path = await fileOf(ourFile([[1n]]));
  const column = await dump(path, { format: "csv", select: ["Nothing"] });
  assertEquals([column.code, column.text, column.said.length], [2, "", 1]);
  assertStringIncludes(column.said[0]!, 'no column "Nothing"; it has Timestamp, SrcPort');
});

Deno.test("runDump() ends quietly when nobody reads its output any more", async () => {
  const path = await fileOf(ourFile([[1n]]));
  const out = { write: () => Promise.reject(new Deno.errors.BrokenPipe()) };
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  assertEquals(await runDump({ paths: [path], format: "text" }, out, { say }), 0);
  assertEquals(said, []);
});

Deno.test("runDump() says in one line that its output cannot be written and ends with 1", async () => {
  const path = await fileOf(ourFile([[1n]]));
  const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  const out = { write: () => Promise.reject(full) };
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  assertEquals(await runDump({ paths: [path], format: "text" }, out, { say }), 1);
  assertEquals(said.length, 1);
  assertStringIncludes(said[0]!, "the disk is full");
});

Deno.test("runDump() prints no control characters of a record but on demand, and never on a terminal", async () => {
  const http = create(HTTPSchema, {
    Timestamp: 1n,
    Method: "GET\x1b[2J\x9b1m\r\x07\x7f\u202e\u2028\u2066",
    URL: "/a",
  });
  const record = frame(toBinary(HTTPSchema, http));
  const path = await fileOf(concat([headerRecord(Type.NC_HTTP), record]));
  const forms = [{}, { isRaw: true }, { isNetcap: true }];
  for (const format of ["text", "json", "csv", "table"] as const) {
    for (const form of forms) {
      let text = "";
      const out = {
        write(bytes: Uint8Array) {
          text += new TextDecoder().decode(bytes);
          return Promise.resolve(bytes.length);
        },
        isTerminal: () => true,
      };
      await runDump({ paths: [path], format, ...form }, out);
      assertEquals(UNFIT.test(text), false, JSON.stringify(text));
      assertStringIncludes(text, "GET");
    }
    assertEquals(UNFIT.test((await dump(path, { format })).text), false);
  }
  for (const form of forms.slice(1)) {
    assertStringIncludes((await dump(path, { format: "csv", ...form })).text, http.Method);
  }
  assertStringIncludes((await dump(path, { format: "json", isRaw: true })).text, "\x9b1m");
});

/** Control and format characters, line and paragraph separators; but not what ends lines. */
const UNFIT = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

Deno.test("runDump() prints records as they come when it follows the file", async () => {
  const path = await fileOf(ourFile([[1n]]));
  const stop = new AbortController();
  const deadline = setTimeout(() => stop.abort(), 10_000);
  let text = "";
  const out = {
    async write(bytes: Uint8Array) {
      text += new TextDecoder().decode(bytes);
      if (text.includes('"Timestamp":2')) stop.abort();
      else if (text !== "" && !isAppended) {
        isAppended = true;
        await Deno.writeFile(path, batchMember([2n]), { append: true });
      }
      return bytes.length;
    },
  };
  let isAppended = false;
  const code = await runDump({ paths: [path], format: "json", isNetcap: true, follow: true }, out, {
    signal: stop.signal,
  });
  clearTimeout(deadline);
  assertEquals(text, '{"Timestamp":1,"SrcPort":1}\n{"Timestamp":2,"SrcPort":1}\n');
  assertEquals(code, 0);
});
