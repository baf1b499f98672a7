import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { StoreError } from "../../../lib/base/errors.ts";
import { encodeMember, packRecords, WITHOUT_SESSION } from "../../../lib/pack/member.ts";
import { encodeHeaderMember } from "../../../lib/write/files/header_member.ts";
import { type ReadOptions, readRecords } from "../../../lib/write/read/read_records_io.ts";
import { inFolder } from "../files/in_folder.ts";
import {
  batchMember,
  frame,
  gzipMember,
  headerRecord,
  ourFile,
  udpRecord,
} from "../files/record_file_bytes.ts";
import { UDP } from "../files/session_sensor.ts";
import { batchOf, openStore } from "../files/text_batches.ts";

const FOLDER = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(FOLDER, { recursive: true }));

Deno.test("readRecords() reads members as the store writes them", async () => {
  const origin = {
    ...{ ...WITHOUT_SESSION, session: 1n, sequence: 2n, count: 1, arrival: 0n },
    ...{ firstTime: 9n, lastTime: 9n },
  };
  const records = frame(udpRecord(9n, 53));
  const header = {
    Created: 5n,
    InputSource: "xyz",
    Type: 37,
    Version: "v1",
    ContainsPayloads: true,
  };
  const path = await fileOf(concat([
    encodeHeaderMember(header),
    encodeMember(origin, packRecords(records)),
  ]));
  const [burst] = await Array.fromAsync(readRecords(path, { from: 9n }));
  assertEquals(burst!.header.InputSource, "xyz");
  assertEquals(burst!.header.ContainsPayloads, true);
  assertEquals(burst!.records.map((record) => [...record]), [[...udpRecord(9n, 53)]]);
});

Deno.test("readRecords() yields the header of a file without records", async () => {
  const path = await fileOf(gzipMember(headerRecord()));
  const bursts = await Array.fromAsync(readRecords(path));
  assertEquals(bursts[0]!.header.InputSource, "eth0");
  assertEquals(bursts.flatMap(({ records }) => records), []);
});

Deno.test("readRecords() reads text that is no UTF-8", async () => {
  const source = Uint8Array.of(0x4a, 2, 0x61, 0xff); // SrcIP
  const path = await fileOf(concat([headerRecord(), frame(source)]));
  const [record] = await Array.fromAsync(
    readRecords(path),
    ({ schema, records }) => records.map((record) => fromBinary(schema, record)),
  );
  assertEquals((record as unknown as { SrcIP: string }[])[0]!.SrcIP, "a\ufffd");
});

Deno.test("readRecords() reads a file larger than one chunk", async () => {
  const times = Array.from({ length: 1000 }, (_, i) => BigInt(i) * 12345678901n);
  const path = await fileOf(ourFile(Array.from({ length: 100 }, () => times)));
  let records = 0;
  for await (const burst of readRecords(path)) records += burst.records.length;
  assertEquals(records, 100_000);
});

Deno.test("readRecords() says what keeps a file from being read", async () => {
  const cases: [string, string, string][] = [
    [`${FOLDER}/none.ncap.gz`, "read-failed", "it does not exist"],
    ["/dev/null", "read-failed", "it is a device"],
    [await fileOf(new Uint8Array(0)), "not-a-record-file", "ends before its header record"],
    [await fileOf(frame(Uint8Array.of(0x18, 1))), "not-a-record-file", "type 1"],
    [
      await fileOf(new TextEncoder().encode("a page of text, not a record")),
      "not-a-record-file",
      "it does not begin with the header of a record file (",
    ],
    [await fileOf(ourFile([]).subarray(0, 50)), "not-a-record-file", "middle of the member"],
  ];
  for (const [path, code, why] of cases) {
    const error = await assertRejects(() => Array.fromAsync(readRecords(path)), StoreError);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, `"${path}"`);
    assertStringIncludes(error.message.toLowerCase(), why);
  }
});

/** A followed file: what has been read of it so far, and a way to wait for more. */
async function following(
  path: string,
  options: ReadOptions,
  act: (until: (records: number) => Promise<void>) => Promise<void>,
): Promise<{ ports: number[]; problems: string[] }> {
  const stop = new AbortController();
  const ports: number[] = [];
  const problems: string[] = [];
  let changed = () => {};
  const reading = (async () => {
    for await (
      const burst of readRecords(path, { ...options, follow: true, signal: stop.signal })
    ) {
      for (const record of burst.records) {
        const message = fromBinary(burst.schema, record) as unknown as { SrcPort: number };
        ports.push(message.SrcPort);
      }
      problems.push(...burst.problems.map(({ message }) => message));
      changed();
    }
  })();
  const until = async (records: number) => {
    const deadline = setTimeout(() => stop.abort(), 10_000);
    while (ports.length < records && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        changed = resolve;
        stop.signal.addEventListener("abort", () => resolve());
      });
    }
    clearTimeout(deadline);
    assert(ports.length >= records, `${ports.length} records instead of ${records}`);
  };
  await act(until);
  stop.abort();
  await reading;
  return { ports, problems };
}

Deno.test("readRecords() follows a file of ours that grows byte by byte", async () => {
  const member = batchMember([1n, 2n, 3n]);
  const path = await fileOf(ourFile([[1n, 2n]]));
  const { ports, problems } = await following(path, {}, async (until) => {
    await until(2);
    for (const [from, to] of [[0, 1], [1, 60], [60, 100], [100, member.length]] as const) {
      await append(path, member.subarray(from, to));
      await passPolls();
    }
    await until(5);
  });
  assertEquals(ports, [1, 2, 1, 2, 3]);
  assertEquals(problems, []);
});

Deno.test("readRecords() follows a foreign file and a plain one", async () => {
  const plain = concat([headerRecord(), ...[1, 2, 3].map((port) => frame(udpRecord(9n, port)))]);
  for (const file of [plain, gzipMember(plain)]) {
    const half = Math.floor(file.length / 2);
    const path = await fileOf(file.subarray(0, half));
    const { ports, problems } = await following(path, {}, async (until) => {
      await append(path, file.subarray(half));
      await until(3);
    });
    assertEquals(ports, [1, 2, 3]);
    assertEquals(problems, []);
  }
});

Deno.test("readRecords() goes on where a torn end has been cut off and written anew", async () => {
  const whole = ourFile([[1n]]);
  const path = await fileOf(concat([whole, batchMember([1n, 2n, 3n, 4n]).subarray(0, 95)]));
  const { ports, problems } = await following(path, {}, async (until) => {
    await until(1);
    await passPolls();
    await Deno.truncate(path, whole.length);
    await append(path, batchMember([1n, 2n]));
    await until(3);
  });
  assertEquals(ports, [1, 1, 2]);
  assertEquals(problems, []);
});

Deno.test("readRecords() begins again when a followed file is cut or replaced, and says so", async () => {
  const path = await fileOf(ourFile([[1n, 2n]]));
  const { ports, problems } = await following(path, {}, async (until) => {
    await until(2);
    await passPolls();
    await Deno.truncate(path, 10);
    await until(2);
    await passPolls();
    await Deno.writeFile(path, ourFile([[1n]]));
    await until(3);
    await Deno.rename(await fileOf(ourFile([[1n, 2n, 3n]])), path);
    await until(6);
  });
  assertEquals(ports, [1, 2, 1, 1, 2, 3]);
  assertEquals(problems.map((problem) => /cut|gone/.exec(problem)![0]), ["cut", "gone"]);
});

Deno.test("readRecords() follows a file over several rotations between two looks", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/UDP.ncap.gz`;
    await Deno.writeFile(`${folder}/UDP-20260101T000000.000Z.ncap.gz`, ourFile([[9n]])); // older
    await Deno.writeFile(`${folder}/TCP-20270101T000000.000Z.ncap.gz`, ourFile([[9n]]));
    await Deno.writeFile(path, portFile(1));
    const { ports, problems } = await following(path, {}, async (until) => {
      await until(1);
      for (let port = 2; port < 10; port++) {
        // Each is whole before it has the name, as when the collector begins it.
        await Deno.writeFile(`${folder}/begun`, portFile(port));
        await Deno.rename(path, `${folder}/UDP-20261124T11000${port}.000Z.ncap.gz`);
        await Deno.rename(`${folder}/begun`, path);
      }
      await until(9);
      await append(path, frame(udpRecord(9n, 10)));
      await until(10);
    });
    assertEquals(ports, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assertEquals(problems, []);
  });
});

Deno.test("readRecords() loses and repeats no record that a store writes while it rotates", async () => {
  await inFolder(async (folder) => {
    const texts = Array.from({ length: 120 }, (_, n) => Uint8Array.of(0x10, n + 1)); // SrcPort
    let rotated = 0;
    await using store = await openStore(folder, {
      rotateBytes: 1400,
      gatherMs: 0,
      onRotated: () => rotated++,
    });
    const write = async (record: Uint8Array) => {
      const records = frame(record);
      await store.append({ ...batchOf("x", UDP, ""), records });
      await store.commit();
    };
    await write(texts[0]!);
    const { ports, problems } = await following(`${folder}/x/UDP.ncap.gz`, {}, async (until) => {
      for (const record of texts.slice(1)) await write(record);
      await until(texts.length);
    });
    assert(rotated >= 5, `${rotated} rotations`);
    assertEquals(ports, texts.map((record) => record[1]));
    assertEquals(problems, []);
  });
});

Deno.test("readRecords() says when a rotated file it has read is gone, and reads the newer ones", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/UDP.ncap.gz`;
    await Deno.writeFile(path, portFile(1));
    const { ports, problems } = await following(path, {}, async (until) => {
      await until(1);
      await Deno.writeFile(`${folder}/begun`, portFile(4));
      await Deno.writeFile(`${folder}/UDP-20261124T110003.000Z.ncap.gz`, portFile(3));
      await Deno.rename(`${folder}/begun`, path); // 1 and 2 have been deleted
      await until(3);
    });
    assertEquals(ports, [1, 3, 4]);
    assertEquals(problems, [
      'the file that was read is gone; going on with "UDP-20261124T110003.000Z.ncap.gz", ' +
      "records before it may be missing",
    ]);
  });
});

/** A plain file with one record. */
function portFile(port: number): Uint8Array {
  return concat([headerRecord(), frame(udpRecord(9n, port))]);
}

Deno.test("readRecords() says at the end of following that the file is torn", async () => {
  const path = await fileOf(ourFile([[1n], [2n]]).subarray(0, -1));
  const { ports, problems } = await following(path, {}, async (until) => {
    await until(1);
    await passPolls();
  });
  assertEquals(ports, [1, 1]); // the record of the cut member is read once it is clear that nothing comes
  assertEquals(problems.length, 1);
  assertStringIncludes(problems[0]!, "in the middle of the member");
});

Deno.test("readRecords() closes its file when nobody reads on", async () => {
  const path = await fileOf(ourFile([[1n]]));
  for await (const burst of readRecords(path, { follow: true })) {
    assertEquals(burst.records.length, 1);
    break; // the sanitizers of the test runner would find an open file or a timer
  }
});

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile({ dir: FOLDER, suffix: ".ncap.gz" });
  await Deno.writeFile(path, bytes);
  return path;
}

async function append(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(path, bytes, { append: true });
}

/** Gives the reader the time to look at the file as it is now; what it reads does not hang on it. */
function passPolls(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 450));
}
