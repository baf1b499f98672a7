/** From a capture file to stored records, both programs as real processes on loopback. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { storedRecords } from "./stored_records.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { inFolder, Program, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
const NET_ONLY = ["--allow-net", "--no-prompt"];
/** With read permission the sensor decodes in a worker. */
const WITH_READ = ["--allow-net", "--allow-read", "--no-prompt"];

/** Records by type that a sensor says it made and sent; they must agree. */
function madeAndSent(stdout: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (
    const [, name, made, sent] of stdout.matchAll(/^(\w+): made=(\d+) (?:sent|stored)=(\d+) /gm)
  ) {
    assertEquals(made, sent, name);
    counts[name!] = Number(made);
  }
  return counts;
}

const WAYS = [
  ["a worker", WITH_READ, "session"],
  ["this thread", NET_ONLY, "session"],
  ["a worker", WITH_READ, "box"],
  ["this thread", NET_ONLY, "box"],
] as const;
for (const [where, permissions, transport] of WAYS) {
  Deno.test(`every record made is sent and stored by ${transport}, decoded in ${where}`, () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const to = [
        ...["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz"],
        ...["-transport", transport],
      ];
      await using sensor = new Program(
        "sensor.ts",
        permissions === WITH_READ ? [...to, "-read", CAPTURE] : to,
        { permissions, stdin: permissions === WITH_READ ? "null" : "piped" },
      );
      if (permissions === NET_ONLY) {
        const file = await Deno.open(CAPTURE);
        await file.readable.pipeTo(sensor.stdin);
      }
      const { code, stdout, stderr } = await sensor.end();
      assertEquals([code, stderr], [0, ""]);
      const made = madeAndSent(stdout);
      assert(made.TCP! > 0 && made.DNS! > 0, stdout);
      const all = Object.values(made).reduce((sum, records) => sum + records, 0);
      const said = transport === "session"
        ? `nothing was lost: all ${all} records are stored`
        : `all ${all} records were sent: what has arrived is not known here, since nobody acknowledges datagrams`;
      assertMatch(stdout, new RegExp(`^${said}\npackets=`, "m"));
      const ended = await collector.stop();
      assertEquals(ended.code, 0, ended.stderr);
      assertMatch(ended.stdout, /^nothing was lost\n(sessions|datagrams)=/m);
      assertEquals(await storedRecords(`${folder}/records/xyz`), made);
    }));
}

Deno.test("both ways of decoding make the same records", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-include", "TCP", "-read", CAPTURE];
    const readOnlyFile = ["--allow-net", `--allow-read=${CAPTURE}`, "--no-prompt"];
    for (const [client, permissions] of [["worker", WITH_READ], ["main", readOnlyFile]] as const) {
      const { code } = await runProgram("sensor.ts", [...to, "-client", client], { permissions });
      assertEquals(code, 0);
    }
    await collector.stop();
    const bodies = await Promise.all(["worker", "main"].map(async (client) => {
      const found: Uint8Array[] = [];
      const records = readRecords(`${folder}/records/${client}/TCP.ncap.gz`);
      for await (const burst of records) found.push(...burst.records);
      return found;
    }));
    assert(bodies[0]!.length > 0);
    assertEquals(bodies[0], bodies[1]);
  }));

Deno.test("SIGINT in the middle of a quiet source: what was read is sent, both end with 0", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    await using sensor = new Program(
      "sensor.ts",
      [
        "-pubkey",
        PUBLIC_KEY,
        "-addr",
        address,
        "-client",
        "xyz",
        "-flush-interval",
        "1h",
        "-max",
        "10240",
      ],
      { permissions: NET_ONLY, stdin: "piped" },
    );
    const bytes = await Deno.readFile(CAPTURE);
    const writer = sensor.stdin.getWriter();
    await writer.write(bytes);
    // A full batch has come; the records after it are held, since no batch is ever old.
    await collector.line(/^new file xyz\/TCP\.ncap\.gz$/);
    const { code, stdout } = await sensor.stop();
    assertEquals(code, 0);
    await writer.close().catch(() => {});
    const made = madeAndSent(stdout);
    const ended = await collector.stop();
    assertEquals(ended.code, 0);
    assertEquals(await storedRecords(`${folder}/records/xyz`), made);
  }));

Deno.test("a second SIGINT ends the wait that the first began; there are totals and exit code 1", async () => {
  await using sensor = new Program("sensor.ts", ["-pubkey", PUBLIC_KEY, "-addr", "127.0.0.1:9"], {
    permissions: NET_ONLY,
    stdin: "piped",
  });
  const writer = sensor.stdin.getWriter();
  await writer.write(await Deno.readFile(CAPTURE));
  await sensor.errorLine(/^Not connected to the collector /); // it runs, and listens for signals
  sensor.kill("SIGINT");
  await sensor.line(
    /^waiting up to \d+ s until \d+ batch(?:es are| is) acknowledged; Ctrl-C ends the wait$/,
  );
  const { code, stdout, stderr } = await sensor.stop();
  await writer.close().catch(() => {});
  assertEquals(code, 1);
  assertMatch(stdout, /^lost: \d+ records not sent or not acknowledged\npackets=/m);
  assertMatch(stdout, /^TCP: made=\d+ stored=0 dropped=0 unacknowledged=\d+ /m);
  assertMatch(
    stderr,
    /^\d+ records? (?:was|were) not acknowledged: none was sent, since there was no/m,
  );
});

Deno.test("a quiet type is sent when it is old, without an end", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    await using sensor = new Program(
      "sensor.ts",
      ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz", "-flush-interval", "100ms"],
      { permissions: NET_ONLY, stdin: "piped" },
    );
    const writer = sensor.stdin.getWriter();
    await writer.write(await Deno.readFile(CAPTURE));
    await collector.line(/^new file xyz\/ARP\.ncap\.gz$/);
    await writer.close();
    assertEquals((await sensor.end()).code, 0);
  }));

Deno.test("a broken capture gives every record before the break, a clear line and exit code 1", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const whole = await Deno.readFile(CAPTURE);
    const cut = `${folder}/cut.pcap`;
    await Deno.writeFile(cut, whole.subarray(0, whole.length - 7));
    const to = ["-pubkey", PUBLIC_KEY, "-addr", address];
    const good = await runProgram("sensor.ts", [...to, "-client", "whole", "-read", CAPTURE]);
    const bad = await runProgram("sensor.ts", [...to, "-client", "cut", "-read", cut]);
    assertEquals([good.code, bad.code], [0, 1]);
    assertMatch(bad.stderr, /^Cannot read .*cut\.pcap.*\n$/);
    const packets = (stdout: string) => Number(/^packets=(\d+)/m.exec(stdout)![1]);
    assertEquals(packets(bad.stdout), packets(good.stdout) - 1);
    await collector.stop();
    assertEquals(await storedRecords(`${folder}/records/cut`), madeAndSent(bad.stdout));
  }));

Deno.test("a source that cannot be read does not keep the next one from being read", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const { code, stdout, stderr } = await runProgram("sensor.ts", [
      ...["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz"],
      ...["-read", `${folder}/none.pcap`, "-read", CAPTURE, "-read", `${folder}/none.pcap`],
    ]);
    assertEquals(code, 1);
    assertEquals(stderr.trim().split("\n").length, 2, stderr);
    await collector.stop();
    assertEquals(await storedRecords(`${folder}/records/xyz`), madeAndSent(stdout));
  }));

Deno.test("a collector that cannot be found or reached is said, exit code 1", async () => {
  const to = ["-pubkey", PUBLIC_KEY, "-read", CAPTURE];
  const noAddress = await runProgram("sensor.ts", [...to, "-addr", "300.1.2.3:1335"]);
  assertEquals([noAddress.code, noAddress.stdout], [1, ""]);
  assertMatch(noAddress.stderr, /^Cannot find the collector's host "300\.1\.2\.3": .*\n$/);
  const box = [...to, "-transport", "box", "-addr", "127.0.0.2:9"];
  const refused = await runProgram("sensor.ts", box, {
    permissions: ["--allow-net=0.0.0.0:0,127.0.0.1", "--allow-read", "--no-prompt"],
  });
  assertEquals(refused.code, 1);
  assertMatch(refused.stderr, /^Cannot send \d+ records?: the system refused the datagrams$/m);
});

Deno.test("a record that no datagram can hold is dropped and counted, the others arrive", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const { code, stdout } = await runProgram("sensor.ts", [
      ...["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz", "-read", CAPTURE],
      ...["-payload", "-include", "TCP", "-transport", "box", "-max-datagram", "900"],
    ]);
    assertEquals(code, 0);
    const [, made, sent, dropped] = /^TCP: made=(\d+) sent=(\d+) dropped=(\d+)/m.exec(stdout)!
      .map(Number);
    assert(dropped! > 0 && sent! > 0, stdout);
    assertEquals(made, sent! + dropped!);
    await collector.stop();
    assertEquals(await storedRecords(`${folder}/records/xyz`), { TCP: sent! });
  }));

Deno.test("a second run and a second collector append to the files there are", () =>
  inFolder(async (folder) => {
    let expected = 0;
    for (let run = 0; run < 2; run++) {
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const { stdout } = await runProgram("sensor.ts", [
        ...["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz", "-read", CAPTURE],
        ...["-include", "UDP"],
      ]);
      expected += madeAndSent(stdout).UDP!;
      await collector.stop();
    }
    assertEquals(await storedRecords(`${folder}/records/xyz`), { UDP: expected });
  }));
