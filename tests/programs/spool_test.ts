/** A sensor that spools, as its user sees it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { needs, STRACE } from "../needs.ts";
import { UdpRelay } from "../transport/udp_relay.ts";
import { readClientLedger } from "../../lib/write/ledger/client_ledger_io.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { type SensorMinute, SensorMinuteSchema } from "../../proto/gen/netcap_pb.ts";
import { assertBalanced, assertConsecutive } from "../transport/ledger/rows.ts";
import { until } from "../until.ts";
import { SHORT_MINUTES } from "./chaos/collector.ts";
import { inFolder, Program, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";
import { metricsUrl, scrape, sumOf } from "./scrape.ts";
import { storedRecords } from "./stored_records.ts";

const CAPTURES = `${import.meta.dirname}/../captures`;
/** What a sensor may do by the tasks of deno.json. */
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-sys=hostname", "--no-prompt"];

/** How many records of each type a sensor says of something, as in `made=7`. */
function counted(stdout: string, what: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, type, text] of stdout.matchAll(/^(\w+): (made=.*)$/gm)) {
    const count = Number(new RegExp(`(?:^| )${what}=(\\d+)`).exec(text!)?.[1] ?? 0);
    if (count > 0) counts[type!] = count;
  }
  return counts;
}

Deno.test("-spool: what is left while the collector is away, the next start sends, once", () =>
  inFolder(async (folder) => {
    using relay = new UdpRelay({ hostname: "127.0.0.1", port: 9 });
    const args = (capture: string) => [
      ...["-pubkey", PUBLIC_KEY, "-addr", `127.0.0.1:${relay.address.port - 1}`, "-client", "xyz"],
      ...["-read", `${CAPTURES}/${capture}`, "-spool", `${folder}/spool`],
    ];
    const permissions = [...PERMISSIONS, `--allow-write=${folder}/spool`];
    const first = await runProgram("sensor.ts", args("office.pcap"), { permissions });
    assertEquals(first.code, 0, first.stderr);
    assertMatch(
      first.stdout,
      /^nothing was lost: 0 records are stored, \d+ (?:is|are) left in the spool$/m,
    );
    const made = counted(first.stdout, "made");
    assertEquals(counted(first.stdout, "spooled"), made);

    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    relay.server = { hostname: "127.0.0.1", port: Number(address.replace(/^.*:/, "")) + 1 };
    const second = await runProgram("sensor.ts", args("http.pcap"), { permissions });
    assertEquals(second.code, 0, second.stderr);
    assertEquals(counted(second.stdout, "from-spool"), made);
    assertMatch(second.stdout, /^nothing was lost: all \d+ records are stored$/m);
    await collector.stop();
    const all = { ...made };
    for (const [type, count] of Object.entries(counted(second.stdout, "made"))) {
      all[type] = (all[type] ?? 0) + count;
    }
    assertEquals(await storedRecords(`${folder}/records/xyz`), all);
  }));

Deno.test("-spool: the books of an outage are there afterwards, with their spans, of a sensor that was killed in it, too", () =>
  inFolder(async (folder) => {
    using relay = new UdpRelay({ hostname: "127.0.0.1", port: 9 });
    const place = ["-pubkey", PUBLIC_KEY, "-addr", `127.0.0.1:${relay.address.port - 1}`];
    const args = [...place, "-client", "xyz", "-spool", `${folder}/spool`, "-spool-after", "0s"];
    const options = { permissions: SHORT_MINUTES };
    const watched = [...args, "-metrics", "0"];
    await using killed = new Program("sensor.ts", watched, { ...options, stdin: "piped" });
    const input = killed.stdin.getWriter();
    await input.write(await Deno.readFile(`${CAPTURES}/dns.pcap`)); // and stays open
    const sizeOf = (path: string) => Deno.stat(path).then(({ size }) => size, () => 0);
    const spooledBytes = async () => {
      let bytes = 0;
      for await (const { name } of Deno.readDir(`${folder}/spool`)) {
        bytes += await sizeOf(`${folder}/spool/${name}`);
      }
      return bytes;
    };
    const url = await metricsUrl(killed);
    await until("all records are in the spool", async () => {
      const scraped = await scrape(url);
      const made = sumOf(scraped, "farcap_made_records_total");
      return made > 0 && made === sumOf(scraped, "farcap_spooled_records");
    });
    // Rows come at most 5 short minutes apart.
    let before = await spooledBytes();
    for (let rows = 0; rows < 6; rows++) {
      await until("something is spooled", async () => {
        const bytes = await spooledBytes();
        const isMore = bytes > before;
        before = bytes;
        return isMore;
      });
    }
    killed.kill("SIGKILL");
    await input.close().catch(() => {}); // the pipe is broken
    await killed.end();
    const outageEnd = BigInt(Date.now()) * 1_000_000n;

    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    relay.server = { hostname: "127.0.0.1", port: Number(address.replace(/^.*:/, "")) + 1 };
    const capture = ["-read", `${CAPTURES}/http.pcap`];
    const second = await runProgram("sensor.ts", [...args, ...capture], options);
    assertEquals(second.code, 0, second.stderr);
    await collector.stop();
    const rows: SensorMinute[] = [];
    for await (const row of readRecords(`${folder}/records`, SensorMinuteSchema)) rows.push(row);
    rows.forEach(assertBalanced);
    const [first, last] = [...Map.groupBy(rows, ({ Run }) => Run).values()];
    assertConsecutive(first!);
    assert(first!.length > 1 && first!.every(({ Timestamp }) => Timestamp < outageEnd));
    const packets = (await Deno.readTextFile(`${CAPTURES}/dns.tsv`)).trimEnd().split("\n").length -
      1;
    assertEquals([Number(first!.at(-1)!.Captured), first!.at(-1)!.IsLast], [packets, false]);
    assert(last!.at(-1)!.IsLast);
    const now = BigInt(Date.now()) * 1_000_000n;
    const { types, causes } = readClientLedger(`${folder}/records/xyz`, "xyz", {}, now);
    assertEquals(causes.filter(({ isMissing }) => isMissing).map(({ kind }) => kind), ["unknown"]);
    for (const { made, stored, unknown } of types.values()) {
      assertEquals([made, unknown], [stored, 0]);
    }
  }));

Deno.test("-spool without the permission to write there, or with datagrams, is one line", async () => {
  const args = ["-pubkey", PUBLIC_KEY, "-read", `${CAPTURES}/dns.pcap`, "-spool", "/nowhere/spool"];
  const denied = await runProgram("sensor.ts", args, { permissions: PERMISSIONS });
  assertEquals(denied.code, 1);
  assertMatch(
    denied.stderr,
    /^Cannot use the spool "\/nowhere\/spool": Deno does not permit it; wanted: --allow-write=\/nowhere\/spool\n$/,
  );
  const { code, stderr } = await runProgram("sensor.ts", [...args, "-transport", "box"]);
  assertEquals(code, 2);
  assertMatch(stderr, /^-spool is for sessions: [^\n]*\n$/);
});

/** What makes files and folders, opens them, and changes names. */
const CALLS =
  "trace=open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat";

Deno.test(
  needs("without -spool a sensor writes nothing to disk", STRACE),
  () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const root = `${import.meta.dirname}/../../`;
      const { code, stdout } = await new Deno.Command("strace", {
        args: [
          ...["-f", "-qq", "-e", CALLS, "-o", `${folder}/calls`, Deno.execPath(), "run", "--quiet"],
          ...[...PERMISSIONS, `--config=${root}deno.json`, `${root}sensor.ts`, "-client", "xyz"],
          ...["-pubkey", PUBLIC_KEY, "-addr", address, "-read", `${CAPTURES}/office.pcap`],
        ],
        env: { NO_COLOR: "1" },
      }).output();
      assertEquals(code, 0);
      assertMatch(new TextDecoder().decode(stdout), /nothing was lost: all \d+ records are stored/);
      const calls = (await Deno.readTextFile(`${folder}/calls`)).split("\n");
      assert(calls.some((call) => call.includes("office.pcap")), "the calls are there");
      const cache = Deno.env.get("DENO_DIR") ?? "/.cache/deno"; // the runtime's own
      const changes = calls.filter((call) =>
        call.includes('"') && !/O_RDONLY|= -1 E/.test(call) &&
        !/"\/(?:dev|proc|sys)\//.test(call) &&
        !call.includes(cache)
      );
      assertEquals(changes, []);
    }),
);
