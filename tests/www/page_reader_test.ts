import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { RecordStore } from "../../lib/write/files/store_io.ts";
import type { Cause, CauseKind } from "../../lib/write/ledger/cause.ts";
import { PageReader } from "../../lib/www/page_reader_io.ts";
import { mostOf } from "../../lib/www/read_ledger_io.ts";
import { parseQuestion } from "../../lib/www/questions.ts";
import { ConnectionSchema } from "../../proto/gen/netcap_pb.ts";
import { inFolder, runProgram } from "../programs/program.ts";

const HOUR_S = 3600;
const FROM_S = 1_795_824_000;
const CONNECTIONS = [
  { SrcIP: "192.0.2.1", DstIP: "198.51.100.1", DstPort: "443", TotalSize: 500 },
  { SrcIP: "192.0.2.2", DstIP: "198.51.100.1", DstPort: "443", TotalSize: 100 },
  { SrcIP: "192.0.2.2", DstIP: "198.51.100.2", DstPort: "53", TotalSize: 100 },
] as const;

/** Stores connections of a sensor, and one an hour later. */
async function storeConnections(folder: string): Promise<void> {
  await using store = await RecordStore.open(folder, { version: "test" });
  const made = (each: MessageInitShape<typeof ConnectionSchema>, seconds: number) => {
    const TimestampFirst = BigInt(seconds) * 1_000_000_000n;
    const fields = { ...each, TimestampFirst, TransportProto: "TCP" };
    return toBinary(ConnectionSchema, create(ConnectionSchema, fields));
  };
  const all = [
    ...CONNECTIONS.map((each) => made(each, FROM_S + 1)),
    made({ SrcIP: "192.0.2.3" }, FROM_S + 2 * HOUR_S),
  ];
  const firstTime = BigInt(FROM_S) * 1_000_000_000n;
  await store.append({
    clientId: "plant",
    type: typeNumber("Connection"),
    containsPayloads: false,
    count: all.length,
    records: frameRecords(all),
    firstTime,
    lastTime: firstTime + BigInt(2 * HOUR_S) * 1_000_000_000n,
  });
  await store.commit();
}

const question = (path: string, query: Record<string, string> = {}) =>
  parseQuestion(
    path,
    new URLSearchParams({ from: `${FROM_S}`, to: `${FROM_S + HOUR_S}`, ...query }),
  )!;

Deno.test("rankings are those of -dump -count -by, with -sum for bytes, and of the span alone", () =>
  inFolder(async (folder) => {
    await storeConnections(folder);
    using reader = new PageReader(folder);
    const dump = async (...args: string[]) => {
      const span = ["-from", String(FROM_S), "-to", String(FROM_S + HOUR_S)];
      const count = ["-type", "Connection", "-count", "-json", ...span, ...args];
      const { stdout } = await runProgram("collector.ts", ["-dump", folder, ...count]);
      return stdout.trim().split("\n").map((line) => JSON.parse(line));
    };
    const ask = async (by: string) => {
      const read = await reader.ask(question("/api/traffic", { by }));
      assert("text" in read, "problem" in read ? read.problem : "");
      return JSON.parse(read.text);
    };
    const bytes = await ask("bytes");
    assertEquals(bytes.records, 3);
    assertEquals(
      bytes.rankings.clients.map(([SrcIP, sum]: [string, number]) => ({ SrcIP, sum })),
      await dump("-by", "SrcIP", "-sum", "TotalSize"),
    );
    assertEquals(bytes.rankings.clients, [["192.0.2.1", 500], ["192.0.2.2", 200]]);
    const { rankings } = await ask("connections");
    assertEquals(
      rankings.services.map(([text, count]: [string, number]) => {
        const [TransportProto, DstPort] = text.split(" ");
        return { TransportProto, DstPort, count };
      }),
      await dump("-by", "TransportProto,DstPort"),
    );
    assertEquals(rankings.servers, [["198.51.100.1", 2], ["198.51.100.2", 1]]);
  }));

Deno.test("the ledger is that of -ledger; what cannot be read is said; who asks the same is told the same", () =>
  inFolder(async (folder) => {
    using reader = new PageReader(folder);
    assertMatch(JSON.stringify(await reader.ask(question("/api/ledger"))), /"ledgers\\":\[\]/);
    await storeConnections(folder);
    const read = await reader.ask(question("/api/ledger", { client: "plant" }));
    assert("text" in read);
    const { ledgers: [ledger] } = JSON.parse(read.text);
    const { stdout } = await runProgram("collector.ts", ["-ledger", folder, "-json"]);
    const rows = stdout.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(ledger.client, rows[0].client);
    assertEquals(ledger.types.Connection.stored, rows[0].stored);
    const again = reader.ask(question("/api/ledger", { client: "plant" }));
    assertEquals(await again, read);
    using elsewhere = new PageReader(`${folder}/nowhere`);
    assert("problem" in await elsewhere.ask(question("/api/ledger")));
  }));

Deno.test("a file that cannot be read is said where its records would count, and the others are counted", () =>
  inFolder(async (folder) => {
    await storeConnections(folder);
    const names = (await Array.fromAsync(Deno.readDir(`${folder}/plant`))).map(({ name }) => name);
    const file = names.find((name) => name.startsWith("Connection"));
    await Deno.mkdir(`${folder}/plant-2`);
    await Deno.writeTextFile(`${folder}/plant-2/${file}`, "this is no file of records");
    using reader = new PageReader(folder);
    for (const path of ["/api/traffic", "/api/devices"]) {
      const read = await reader.ask(question(path));
      assert("text" in read, "problem" in read ? read.problem : "");
      const { records, problems } = JSON.parse(read.text);
      assertEquals([records, problems.length], [3, 1]);
      assertMatch(problems[0], new RegExp(`plant-2/${file}`));
    }
  }));

Deno.test("what takes too long ends; of many questions at once the last are refused", () =>
  inFolder(async (folder) => {
    using reader = new PageReader(folder, undefined, 0);
    const read = await reader.ask(question("/api/traffic"));
    assertMatch(JSON.stringify(read), /it takes longer than 0 s; wanted: a shorter span/);
    const many = Array.from(
      { length: 12 },
      (_, n) => reader.ask(question("/api/traffic", { client: `c${n}` })),
    );
    const refused = (await Promise.all(many)).filter((each) =>
      "problem" in each && each.problem.startsWith("too much is asked")
    );
    assertEquals(refused.length, 4);
  }));

Deno.test("whenever it ends, who waits is told so, and no worker is left", () =>
  inFolder(async (folder) => {
    for (let turns = 0; turns < 12; turns++) {
      const reader = new PageReader(folder);
      const answer = reader.ask(question("/api/ledger"));
      for (let n = 0; n < turns; n++) await Promise.resolve();
      reader[Symbol.dispose]();
      assertEquals(await answer, { problem: "the collector ends" }, `after ${turns} turns`);
    }
  }));

Deno.test("a question has a span of a month at most", () => {
  const of = (from: string, to: string) =>
    parseQuestion("/api/ledger", new URLSearchParams({ from, to }));
  assertEquals(of("0", String(31 * 86_400))?.span, { from: 0n, to: 2_678_400_000_000_000n });
  for (const [from, to] of [["0", "2678401"], ["5", "5"], ["6", "5"], ["x", "5"], ["-1", "5"]]) {
    assertEquals(of(from!, to!), undefined, `${from} ${to}`);
  }
  assertEquals(parseQuestion("/api/other", new URLSearchParams({ from: "0", to: "5" })), undefined);
});

Deno.test("where a span has nothing, the page is told when the newest is of", () =>
  inFolder(async (folder) => {
    await storeConnections(folder);
    using reader = new PageReader(folder);
    const ask = async (path: string, query: Record<string, string>) => {
      const read = await reader.ask(question(path, query));
      assert("text" in read);
      const { records, newest } = JSON.parse(read.text);
      return [records, newest];
    };
    const span = { from: `${FROM_S - HOUR_S}`, to: `${FROM_S - 10}` };
    const newest = (FROM_S + 2 * HOUR_S) * 1000;
    assertEquals(await ask("/api/traffic", span), [0, newest]);
    assertEquals(await ask("/api/devices", span), [0, newest]);
    assertEquals(await ask("/api/traffic", { ...span, client: "other" }), [0, undefined]);
    assertEquals(await ask("/api/traffic", {}), [3, undefined]);
    const file = `${folder}/plant/Connection`; // rotated, and nothing has come since
    await Deno.rename(`${file}.ncap.gz`, `${file}-20261129T120000.000Z.ncap.gz`);
    assertEquals(await ask("/api/traffic", { ...span, from: String(FROM_S - 2 * HOUR_S) }), [
      0,
      newest,
    ]);
  }));

Deno.test("of too many causes what is missing is told before what else was noticed, and of that the newest", () => {
  const cause = (kind: CauseKind, at: number): Cause => ({
    ...{ kind, from: BigInt(at), to: BigInt(at), count: 1, what: kind },
    isMissing: kind === "lost",
  });
  const all = [
    cause("lost", 1),
    cause("lost", 2),
    cause("alarm", 3),
    cause("lost", 4),
    cause("act", 5),
  ];
  const told = (most: number) => mostOf(all, most).map(({ from }) => Number(from));
  assertEquals([5, 4, 3, 2].map(told), [[1, 2, 3, 4, 5], [1, 2, 4, 5], [1, 2, 4], [2, 4]]);
});
