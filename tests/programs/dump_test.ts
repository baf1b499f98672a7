/** The collector as a dump, as people and scripts call it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { until } from "../until.ts";
import { TCP } from "../write/files/session_sensor.ts";
import { storeBatches } from "../write/read/stored_udp.ts";
import { type Ended, inFolder, Program, runProgram } from "./program.ts";

const READ_ONLY = { permissions: ["--allow-read", "--no-prompt"] };
const COLLECTOR = new URL("../../collector.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Two clients: UDP records of ports 1 to 9 and a TCP record, each a second after the one before. */
async function store(folder: string): Promise<string> {
  const times = Array.from({ length: 9 }, (_, i) => [i + 1, i + 1] as const);
  await storeBatches(`${folder}/records`, [
    { client: "a", records: times.filter(([port]) => port % 2 === 1) },
    { client: "b", records: times.filter(([port]) => port % 2 === 0) },
    { client: "b", type: TCP, records: [[10, 10]] },
  ]);
  return `${folder}/records`;
}

function dump(args: readonly string[]): Promise<Ended> {
  return runProgram("collector.ts", ["-dump", ...args], READ_ONLY);
}

/** The ports of JSON lines. */
function portsOf({ stdout }: { stdout: string }): number[] {
  return [...stdout.matchAll(/"SrcPort":(\d+)/g)].map(([, port]) => Number(port));
}

Deno.test("a dump ends with 0 when it has printed something, with 3 when nothing fitted", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    const cases: [string[], number, number[]][] = [
      [[records, "-json"], 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
      [[records, "-json", "-where", "SrcPort < 4 or SrcPort == 10"], 0, [1, 2, 3, 10]],
      [[records, "-json", "-type", "UDP", "-client", "b"], 0, [2, 4, 6, 8]],
      [["-json", "-limit", "3", records], 0, [1, 2, 3]],
      [[records, "-json", "-tail=3"], 0, [8, 9, 10]],
      [[records, "-json", "-where", "SrcPort > 10"], 3, []],
      [[records, "-json", "-type", "DNS"], 3, []],
      [[records, "-json", "-from", "-1h"], 3, []],
    ];
    for (const [args, code, ports] of cases) {
      const ended = await dump(args);
      assertEquals([ended.code, ended.stderr], [code, ""], args.join(" "));
      assertEquals(portsOf(ended), ports);
    }
    const first = (await dump([records, "-json", "-limit=1"])).stdout;
    assertEquals(JSON.parse(first), {
      ...{ type: "UDP", client: "a", SrcPort: 1 },
      Timestamp: "1970-01-01T00:00:00.000000001Z",
    });
  }));

Deno.test("a dump counts", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    const counts: [string[], string, number][] = [
      [[], "10\n", 0],
      [["-where", "SrcPort > 8"], "2\n", 0],
      [["-where", "SrcPort > 10"], "0\n", 3],
      [["-from", "1970-01-01T00:00:00.000000005Z", "-type=UDP"], "5\n", 0],
      [["-by", "client,type"], "5  a\tUDP\n4  b\tUDP\n1  b\tTCP\n", 0],
      [["-by", "client", "-json", "-limit=1"], '{"client":"a","count":5}\n', 0],
      [
        ["-by", "client,type", "-table"],
        "count  client  type\n    5  a       UDP\n    4  b       UDP\n    1  b       TCP\n",
        0,
      ],
      [["-by", "SrcPort", "-json", "-where=SrcPort == 4"], '{"SrcPort":4,"count":1}\n', 0],
    ];
    for (const [args, stdout, code] of counts) {
      const ended = await dump([records, "-count", ...args]);
      assertEquals(ended, { code, stdout, stderr: "" }, args.join(" "));
    }
  }));

Deno.test("a type without the field is left out and named; if all are, that is wrong usage", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    for (const how of [["-json"], ["-count"]]) {
      const some = await dump([records, ...how, "-where", "SeqNum == 0 and SrcPort == 10"]);
      assertEquals([some.code, some.stdout.trim().split("\n").length], [0, 1]);
      assertMatch(some.stderr, /^Left out UDP: UDP has no .*"SeqNum"[^\n]*\n$/);
      const all = await dump([records, ...how, "-where", "SrcPrt == 10"]);
      assertEquals([all.code, all.stdout], [2, ""]);
      assertEquals(
        all.stderr,
        'None of the types has a field "SrcPrt"; the nearest is "SrcPort"\n',
      );
      const value = await dump([records, ...how, "-where", "SeqNum == first"]);
      assertEquals(value.code, 2);
      assertMatch(value.stderr, /^Wrong -where at character 11: wanted [^\n]*"first"\n$/);
    }
    const csv = await dump([records, "-csv"]);
    assertEquals([csv.code, csv.stdout], [2, ""]);
    assertMatch(csv.stderr, /^Cannot print [^\n]*CSV[^\n]*wanted: -type UDP, [^\n]*\n$/);
  }));

Deno.test("what cannot be read is named, the rest is printed, and the exit code is 1", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    await Deno.writeTextFile(`${records}/a/DNS.ncap.gz`, "nothing of ours");
    const ended = await dump([records, `${folder}/none`, "-json"]);
    assertEquals([ended.code, portsOf(ended).length], [1, 10]);
    assertMatch(ended.stderr, /none": it does not exist\n.*DNS\.ncap\.gz[^\n]*\n$/s);
    const hostile = await dump([`${folder}/\x1b[2J`]);
    assertEquals(
      hostile.stderr,
      `Cannot read record file "${folder}/\\u001b[2J": it does not exist\n`,
    );
  }));

Deno.test("a dump reads standard input, packed or not, without any permission", () =>
  inFolder(async (folder) => {
    const packed = await Deno.readFile(`${await store(folder)}/a/UDP.ncap.gz`);
    const plain = await unpackedByZcat(packed);
    for (const bytes of [packed, plain]) {
      const options = { permissions: ["--no-prompt"], stdin: "piped" } as const;
      await using program = new Program("collector.ts", ["-dump", "-", "-json"], options);
      const writer = program.stdin.getWriter();
      await writer.write(bytes);
      await writer.close();
      const ended = await program.end();
      assertEquals([ended.code, ended.stderr], [0, ""]);
      assertEquals(portsOf(ended), [1, 3, 5, 7, 9]);
      if (bytes === packed) assertMatch(ended.stdout, /"client":"a"/);
    }
  }));

async function unpackedByZcat(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const child = new Deno.Command("zcat", { stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(bytes);
  await writer.close();
  return (await child.output()).stdout;
}

Deno.test("records of standard input are printed as they come, and a signal ends the waiting", () =>
  inFolder(async (folder) => {
    const bytes = await Deno.readFile(`${await store(folder)}/a/UDP.ncap.gz`);
    const options = { ...READ_ONLY, stdin: "piped" } as const;
    await using program = new Program("collector.ts", ["-dump", "-", "-json"], options);
    const writer = program.stdin.getWriter();
    await writer.write(bytes);
    await program.line(/"SrcPort":9\b/);
    const { code } = await program.stop();
    assertEquals(code, 0);
    await writer.close().catch(() => {}); // nobody reads it any more
  }));

Deno.test("a dump whose reader has had enough ends silently with 0", () =>
  inFolder(async (folder) => {
    const many = Array.from({ length: 20_000 }, (_, i) => [i + 1, 7] as const);
    await storeBatches(folder, [{ client: "a", records: many }]);
    const run = `"$0" run --quiet --allow-read --config="$1" "$2" -dump "$3" -json`;
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: [
        "-c",
        `{ ${run}; echo "code $?" >&2; } | head -n 1`,
        Deno.execPath(),
        CONFIG,
        COLLECTOR,
        folder,
      ],
      env: { NO_COLOR: "1" },
    }).output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(error, "code 0\n");
    assertEquals(out!.trim().split("\n").length, 1);
  }));

Deno.test("a pipe in a file's place is refused at once", () =>
  inFolder(async (folder) => {
    const pipe = `${folder}/UDP.ncap.gz`;
    assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
    for (const path of [pipe, folder]) {
      const { code, stderr } = await dump([path]);
      assertEquals(code, 1);
      assertMatch(stderr, /^Cannot read record file .*it is a pipe; wanted a file, or - [^\n]*\n$/);
    }
  }));

Deno.test("a dump follows a folder from the last records on, filters, and ends at -limit", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    const args = ["-dump", records, "-follow", "-json", "-tail=2", "-where", "SrcPort != 11"];
    await using endless = new Program("collector.ts", args, READ_ONLY);
    await using limited = new Program("collector.ts", [...args, "-limit=3"], READ_ONLY);
    await Promise.all([endless.line(/:10\b/), limited.line(/:10\b/)]);
    await storeBatches(records, [
      { client: "a", records: [[11, 11], [12, 12]] },
      { client: "c", records: [[13, 13]] },
    ]);
    await until("both new records", () => portsOf({ stdout: endless.said }).length === 4);
    const ended = await endless.stop();
    assertEquals(ended.code, 0, ended.stderr); // it may have found them out of order
    assertEquals(portsOf(ended).slice(0, 2), [9, 10]);
    assertEquals(portsOf(ended).slice(2).sort(), [12, 13]);
    const { code, stdout } = await limited.end();
    assertEquals([code, portsOf({ stdout }).length], [0, 3]);
  }));

Deno.test("-dump -help lists the flags of reading alone, with examples", async () => {
  const { code, stdout } = await dump(["-help"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^Usage: collector -dump \[flags\] \[PATH…\]\n/);
  assertMatch(stdout, /^ {2}-where EXPR/m);
  assertMatch(stdout, /^Examples/m);
  assertEquals(/-privkey|-addr/.test(stdout), false);
});
