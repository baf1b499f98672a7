/** Several files, folders of clients and of stores: what belongs to them, in which order. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { type ReadOptions, readRecords } from "../../../lib/write/read/read_records_io.ts";
import { until } from "../../until.ts";
import { inFolder, namesIn } from "../files/in_folder.ts";
import { frame, gzipMember, headerRecord, ourFile, udpRecord } from "../files/record_file_bytes.ts";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { TCP, UDP } from "../files/session_sensor.ts";
import { shownRecords, storeBatches } from "./stored_udp.ts";
import { needs, UNIX } from "../../needs.ts";

async function read(paths: string | string[], options: ReadOptions = {}): Promise<string[]> {
  return shownRecords(await Array.fromAsync(readRecords(paths, options)));
}

Deno.test("a store's folder is all its clients and types, merged by time", () =>
  inFolder(async (folder) => {
    await storeBatches(folder, [
      { client: "a", records: [[10, 1], [40, 2]] },
      { client: "b/c", records: [[20, 3], [50, 4]] },
      { client: "a", type: TCP, records: [[30, 5], [60, 6]] },
      { client: "a", records: [[60, 7]] },
    ]);
    const all = ["a:1@10", "b/c:3@20", "a:5@30", "a:2@40", "b/c:4@50", "a:6@60", "a:7@60"];
    assertEquals(await read(folder), all);
    assertEquals(await read(`${folder}/`, { types: ["TCP"] }), ["a:5@30", "a:6@60"]);
    for (const client of ["b/c", "b%2Fc"]) {
      assertEquals(await read(folder, { clients: [client] }), ["b/c:3@20", "b/c:4@50"]);
    }
    assertEquals(await read(`${folder}/b%2Fc`), ["b/c:3@20", "b/c:4@50"]);
    assertEquals(await read(folder, { from: 30n, to: 60n }), all.slice(2, 5));
    // The same files named twice are read once; files come together as folders do.
    assertEquals(await read([folder, `${folder}/a`, `${folder}/a/UDP.ncap.gz`]), all);
    const files = ["a/TCP.ncap.gz", "a/UDP.ncap.gz"].map((name) => `${folder}/${name}`);
    assertEquals(await read(files), all.filter((record) => record.startsWith("a:")));
    assertEquals(await read(files, { clients: ["b/c"] }), []);
  }));

Deno.test("rotated files are read in their order, each once, and damaged ones too", () =>
  inFolder(async (folder) => {
    const ports = Array.from({ length: 60 }, (_, i) => i + 1);
    await storeBatches(
      folder,
      ports.map((port) => ({ client: "x", records: [[port, port]] as const })),
      { rotateBytes: 1400 },
    );
    const names = await namesIn(`${folder}/x`);
    assert(names.length > 4, names.join());
    assertEquals(await read(folder), ports.map((port) => `x:${port}@${port}`));
    await Deno.rename(`${folder}/x/UDP.ncap.gz`, `${folder}/x/UDP.damaged-1.ncap.gz`);
    assertEquals(await read(folder), ports.map((port) => `x:${port}@${port}`));
  }));

Deno.test("a client's name comes from the header if the store wrote it, else from the folder", () =>
  inFolder(async (folder) => {
    const long = "long ".repeat(40);
    await storeBatches(folder, [{ client: long, records: [[1, 1]] }]);
    // Another program's, which says "eth0", and one of ours that was moved there.
    const foreign = gzipMember(concat([headerRecord(), frame(udpRecord(2n, 2))]));
    await Deno.mkdir(`${folder}/m%C3%BCnchen`);
    await Deno.writeFile(`${folder}/m%C3%BCnchen/UDP.ncap.gz`, foreign);
    await Deno.mkdir(`${folder}/y`);
    await Deno.writeFile(`${folder}/y/UDP.ncap.gz`, ourFile([[3n]]));
    assertEquals(await read(folder), [`${long}:1@1`, "münchen:2@2", "eth0:1@3"]);
    assertEquals(await read(`${folder}/m%C3%BCnchen/UDP.ncap.gz`), ["undefined:2@2"]);
  }));

Deno.test("records of ours that name no client are those of the client whose folder has them", () =>
  inFolder(async (folder) => {
    await storeBatches(folder, [{ client: "", records: [[1, 1]] }]);
    assertEquals(await read(folder), [":1@1"]);
    await Deno.rename(`${folder}/%empty`, `${folder}/xyz`);
    assertEquals(await read(folder), ["xyz:1@1"]);
    assertEquals(await read(`${folder}/xyz`), ["xyz:1@1"]);
  }));

Deno.test("files that are not packed, as Netcap may write them, are read beside others", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(
      `${folder}/UDP.ncap`,
      concat([headerRecord(), frame(udpRecord(2n, 2)), frame(udpRecord(4n, 4))]),
    );
    await storeBatches(`${folder}/records`, [{ client: "x", records: [[3, 3]] }]);
    await Deno.rename(`${folder}/records/x`, `${folder}/x`);
    await Deno.writeTextFile(`${folder}/notes.txt`, "something else");
    assertEquals(await read(folder), ["undefined:2@2", "x:3@3", "undefined:4@4"]);
  }));

Deno.test("no folder is looked into but those of clients, and none of them twice", () =>
  inFolder(async (folder) => {
    await storeBatches(`${folder}/records`, [{ client: "x", records: [[1, 1]] }]);
    await Deno.symlink(`${folder}/records`, `${folder}/records/x/loop`);
    await Deno.symlink(`${folder}/records/x`, `${folder}/records/again`);
    await Deno.symlink("circle", `${folder}/records/circle`);
    await Deno.symlink("UDP.ncap.gz", `${folder}/records/x/UDP2.ncap.gz`);
    await Deno.mkdir(`${folder}/records/.hidden`);
    await Deno.writeFile(`${folder}/records/.hidden/UDP.ncap.gz`, ourFile([[9n]]));
    assertEquals((await read(`${folder}/records`, { types: ["UDP"] })).length, 1);
    assertEquals(await read(folder), []); // two levels above
  }));

Deno.test("what is not there is said, and one file that cannot be read keeps no other from it", () =>
  inFolder(async (folder) => {
    await storeBatches(folder, [
      { client: "alice", records: [[1, 1]] },
      { client: "bob", records: [[2, 2]] },
    ]);
    await Deno.writeTextFile(`${folder}/alice/TCP.ncap.gz`, "no record file");
    const notices: string[] = [];
    const refused: string[] = [];
    const told: ReadOptions = {
      onNotice: (line) => notices.push(line),
      onUnreadable: ({ message }) => refused.push(message),
    };
    assertEquals(await read([folder, `${folder}/none`], told), ["alice:1@1", "bob:2@2"]);
    assertEquals(refused.length, 2, refused.join("\n"));
    assertStringIncludes(refused[0]!, `"${folder}/none": it does not exist`);
    assertStringIncludes(refused[1]!, "TCP.ncap.gz");
    await assertRejects(() => read([folder]), StoreError, "TCP.ncap.gz");

    assertEquals(await read(folder, { ...told, clients: ["alise", "bob"] }), ["bob:2@2"]);
    assertEquals(notices, ['No records of a client "alise": did you mean "alice"?']);
    await Deno.mkdir(`${folder}/empty`);
    await read(`${folder}/empty`, told);
    assertEquals(notices[1], `No record files in "${folder}/empty"`);
  }));

Deno.test(
  needs("what waits for a writer, as a pipe does, is refused", UNIX),
  () =>
    inFolder(async (folder) => {
      const { success } = await new Deno.Command("mkfifo", { args: [`${folder}/UDP.ncap.gz`] })
        .output();
      assert(success);
      const wanted = "it is a pipe; wanted a file, or - for standard input";
      await assertRejects(() => read(`${folder}/UDP.ncap.gz`), StoreError, wanted);
      await assertRejects(() => read(folder), StoreError, wanted);
      await assertRejects(
        () => read(`${folder}/UDP.ncap.gz`, { follow: true }),
        StoreError,
        wanted,
      );
    }),
);

Deno.test("records out of order within what is looked ahead are sorted, later ones are counted", () =>
  inFolder(async (folder) => {
    // A client with two sensors: batches of 1,000 records that overlap, then one that is much older.
    const batch = (from: number) =>
      Array.from({ length: 1000 }, (_, i) => [from + 2 * i, 1] as const);
    await storeBatches(folder, [
      { client: "a", records: batch(1000) },
      { client: "a", records: batch(1001) },
      { client: "b", records: batch(1000) },
      { client: "a", records: [[5, 2]] },
    ]);
    const bursts = await Array.fromAsync(readRecords(folder));
    const times = shownRecords(bursts).map((record) => Number(record.split("@")[1]));
    assertEquals(times, times.toSorted((a, b) => a - b));
    assertEquals(times.length, 3001);
    assertEquals(bursts.reduce((sum, { late = 0 }) => sum + late, 0), 0);
  }));

/** What a reading that goes on has brought by now. */
function following(paths: string[], options: ReadOptions) {
  const stop = new AbortController();
  const shown: string[] = [];
  const reading = (async () => {
    const all = readRecords(paths, { ...options, follow: true, signal: stop.signal });
    for await (const burst of all) shown.push(...shownRecords([burst]));
  })();
  return {
    shown,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}

Deno.test("a folder that is followed brings new types, new clients and rotated files", () =>
  inFolder(async (folder) => {
    const path = `${folder}/records`;
    const notices: string[] = [];
    await using follow = following([path], { onNotice: (line) => notices.push(line) });
    const { shown } = follow;
    await until("it waits for the folder", () => notices.length > 0);
    assertEquals(notices, [`Waiting for "${path}"`]);
    await storeBatches(path, [{ client: "a", records: [[1, 1]] }]);
    await until("the first record", () => shown.length === 1);
    await storeBatches(path, [{ client: "b", records: [[2, 2]] }, {
      client: "a",
      records: [[3, 3]],
    }]);
    await until("a new client and more of the old one", () => shown.length === 3);
    await storeBatches(path, [{ client: "a", type: TCP, records: [[4, 4]] }]);
    await until("a new type", () => shown.length === 4);
    const many = Array.from({ length: 40 }, (_, i) => i + 5);
    await storeBatches(
      path,
      many.map((port) => ({ client: "b", type: UDP, records: [[port, port]] as const })),
      { rotateBytes: 1400 },
    );
    await until("what was rotated meanwhile", () => shown.length === 44);
    assertEquals(
      shown.toSorted(),
      [
        ...["a:1@1", "b:2@2", "a:3@3", "a:4@4"],
        ...many.map((port) => `b:${port}@${port}`),
      ].sort(),
    );
    assertEquals(shown.slice(4), many.map((port) => `b:${port}@${port}`));
  }));

Deno.test("a file that is followed need not be there yet", () =>
  inFolder(async (folder) => {
    await using follow = following([`${folder}/x/UDP.ncap.gz`], { clients: ["x"] });
    await storeBatches(folder, [{ client: "x", records: [[1, 1]] }]);
    await until("the record", () => follow.shown.length === 1);
    await storeBatches(folder, [{ client: "x", records: [[2, 2]] }]);
    await until("the next one", () => follow.shown.length === 2);
  }));

Deno.test("a following that nobody reads on closes its files", () =>
  inFolder(async (folder) => {
    await storeBatches(folder, [
      { client: "a", records: [[1, 1]] },
      { client: "b", records: [[2, 2]] },
    ]);
    for await (const { records } of readRecords(folder, { follow: true })) {
      if (records.length > 0) break; // the sanitizers would find open files and timers
    }
  }));
