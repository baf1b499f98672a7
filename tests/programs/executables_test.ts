/** The executables of `deno task compile`, with nothing but the permissions compiled into them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { inFolder, PRIVATE_KEY, Program, PUBLIC_KEY, runProgram } from "./program.ts";
import { NatsServer } from "../nats_server.ts";
import { NATS_SERVER, type Need, needs } from "../needs.ts";
import { until } from "../until.ts";
import { ask, enter } from "../www/asked.ts";
import { metricsUrl, scrape } from "./scrape.ts";

const ROOT = `${import.meta.dirname}/../../`;
const CAPTURE = `${ROOT}tests/captures/office.pcap`;

const folder = await Deno.makeTempDir({ prefix: "farcap-executables-" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const { code, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["task", "--quiet", "compile", folder],
  cwd: ROOT,
}).output();
/** Anything else that fails is a failure. */
const DENORT: Need = { what: "denort, the runtime of executables", isMet: () => code !== 3 };

Deno.test({
  ...needs("deno task compile makes both executables", DENORT),
  fn: () => assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]),
});

Deno.test({
  ...needs("the executables go the whole way, the sensor decoding in its worker", DENORT),
  fn: () =>
    inFolder(async (work) => {
      await using collector = new Program("", [
        ...["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:0", "-out", `${work}/records`],
        ...["-metrics", "0", "-www", "0"],
      ], { executable: `${folder}/farcap-collector`, cwd: work });
      const [, address] = await collector.line(/^listening on (\S+)$/);
      const sent = await runProgram("", [
        ...["-pubkey", PUBLIC_KEY, "-addr", address!, "-client", "xyz", "-read", CAPTURE],
      ], { executable: `${folder}/farcap-sensor`, cwd: work });
      assertEquals([sent.code, sent.stderr], [0, ""]);
      const told = await scrape(await metricsUrl(collector));
      assertEquals(told.get('farcap_sensor_captured_packets_total{client="xyz"}'), 657);
      assertEquals(told.get("farcap_disk_free_bytes")! > 0, true);
      await assertPage(collector);
      const ended = await collector.stop();
      assertEquals(ended.code, 0, ended.stderr);
      for (const [, name, made] of sent.stdout.matchAll(/^(\w+): made=(\d+)/gm)) {
        let stored = 0;
        const path = `${work}/records/xyz/${name}.ncap.gz`;
        for await (const { records } of readRecords(path)) stored += records.length;
        assertEquals(stored, Number(made), name);
      }
      const dump = await runProgram("", ["-dump", `${work}/records/xyz/DNS.ncap.gz`, "-json"], {
        executable: `${folder}/farcap-collector`,
      });
      assertMatch(dump.stdout, /^\{"type":"DNS","client":"xyz","Timestamp":"2\d{3}-[^"]+Z","ID":/);
    }),
});

Deno.test({
  ...needs(
    "the collector's executable stores at NATS, makes files of that, and reads it",
    DENORT,
    NATS_SERVER,
  ),
  fn: () =>
    inFolder(async (work) => {
      await using server = await NatsServer.start();
      const start = (...args: string[]) =>
        new Program("", args, { executable: `${folder}/farcap-collector`, cwd: work });
      await using collector = start(
        ...["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:0", "-out", "a", "-store", server.url],
      );
      const [, address] = await collector.line(/^listening on (\S+)$/);
      await using copier = start("-from", server.url, "-out", "files");
      await copier.line(/^reading 64 partitions/);
      const sent = await runProgram("", [
        ...["-pubkey", PUBLIC_KEY, "-addr", address!, "-client", "xyz", "-read", CAPTURE],
      ], { executable: `${folder}/farcap-sensor`, cwd: work });
      assertEquals([sent.code, sent.stderr], [0, ""]);
      assertEquals((await collector.stop()).code, 0);
      const run = (...args: string[]) =>
        runProgram("", args, { executable: `${folder}/farcap-collector`, cwd: work });
      const exported = await run("-export", "ndjson", server.url, "-type", "DNS", "-out", "-");
      assertEquals(exported.code, 0, exported.stderr);
      const made = /^DNS: made=(\d+)/m.exec(sent.stdout)?.[1];
      const isAll = (text: string) => text.trim().split("\n").length === Number(made);
      assert(isAll(exported.stdout));
      assertEquals((await run("-ledger", server.url)).code, 0);
      await until("all is in files", async () => {
        const dumped = await run("-dump", "files/xyz/DNS.ncap.gz", "-json");
        return dumped.code === 0 && isAll(dumped.stdout);
      });
      assertEquals((await copier.stop()).code, 0);
    }),
});

/** The page is in the executable, its scripts and the worker that reads records, too. */
async function assertPage(collector: Program): Promise<void> {
  const [, at, file] = await collector.line(
    /^page on http:\/\/[^/]+:(\d+)\/; its token is in (.+)$/,
  );
  const port = Number(at);
  assertMatch((await ask(port, "GET /main.js")).text, /^\/\*\* Which view is shown/);
  const cookie = await enter(port, await Deno.readTextFile(file!));
  const { text: about } = await ask(port, "GET /api/about", { Cookie: cookie });
  assertEquals(JSON.parse(about).ledger, "farcap-collector -ledger");
  const now = Math.ceil(Date.now() / 1000);
  const month = `?from=${now - 31 * 86_400}&to=${now}`;
  const { status, text } = await ask(port, `GET /api/ledger${month}`, { Cookie: cookie });
  assertEquals([status, JSON.parse(text).ledgers[0].client], [200, "xyz"]);
  const devices = await ask(port, `GET /api/devices?from=0&to=9`, { Cookie: cookie });
  assertEquals(devices.status, 200, devices.text);
}

Deno.test({
  ...needs("SIGINT ends the sensor's executable while it waits for packets", DENORT),
  fn: async () => {
    await using sensor = new Program("", [
      ...["-pubkey", PUBLIC_KEY, "-addr", "127.0.0.1:9", "-transport", "box"],
      ...["-flush-interval", "50ms", "-verbose"],
    ], { executable: `${folder}/farcap-sensor`, stdin: "piped" });
    const writer = sensor.stdin.getWriter();
    await writer.write(await Deno.readFile(CAPTURE));
    await sensor.line(/^packet-written: /);
    assertEquals((await sensor.stop()).code, 0);
    await writer.close().catch(() => {});
  },
});
