import { assert, assertEquals, assertMatch } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { acceptKey, NO_ACCESS } from "../../lib/seal/access/access_state.ts";
import type { KeyPair } from "../../lib/seal/key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import {
  BYE,
  encodeHello,
  encodeOffer,
  encodeTime,
  MessageType,
  Rejection,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import { AccessFolder } from "../../lib/write/access/access_folder_io.ts";
import { DENO_FILES } from "../../lib/write/files/deno_files_io.ts";
import { SensorMinuteSchema } from "../../proto/gen/netcap_pb.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { until } from "../until.ts";
import {
  type Ended,
  inFolder,
  Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
} from "./program.ts";
import { batch, sendAndSettle, withCollector } from "./running_collector.ts";

/** A row of `SensorAlarm` as `-dump -json` prints it. */
interface AlarmRow {
  readonly client: string;
  readonly Alarm: string;
  readonly IsOver?: boolean;
  readonly Timestamp: string;
  readonly Since: string;
  readonly Duration?: string;
  readonly Detail?: string;
}

async function alarmsIn(folder: string): Promise<AlarmRow[]> {
  const dumped = await runProgram("collector.ts", [
    ...["-dump", "-json", "-type", "SensorAlarm", `${folder}/records`],
  ]);
  return dumped.stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

function ledgerOf(folder: string, ...args: readonly string[]): Promise<Ended> {
  return runProgram("collector.ts", ["-ledger", `${folder}/records`, ...args]);
}

/** How many lines a collector has said that match. */
function count(text: string, pattern: RegExp): number {
  return text.split("\n").filter((line) => pattern.test(line)).length;
}

Deno.test(
  "a sensor that goes without a word is named once in log and books, its return too; one that says bye is not",
  withCollector(["-silent-after", "1s"], async ({ folder, collector, connect, stop }) => {
    const gate = await connect();
    await gate.welcome(1n, "gate");
    await sendAndSettle(gate, 1n);
    using polite = await connect();
    await polite.welcome(2n, "polite");
    await polite.send(BYE);
    await collector.line(/^polite has disconnected, .*: all that it sent is stored/);
    gate[Symbol.dispose]();
    await collector.errorLine(/^gate is silent: nothing of it came since 20.*Z, and it did not/);
    using _back = await connect(gate.keys);
    await _back.welcome(1n, "gate", { oldest: 2n, next: 2n });
    const [, seconds] = await collector.line(
      /^gate is not silent any more; that lasted (?:1 min )?(\d+) s$/,
    );
    const ended = await stop();
    assertEquals(count(ended.stderr, / is silent: /), 1, ended.stderr);
    const [begin, end, ...rest] = await alarmsIn(folder);
    assertEquals(rest, []);
    assertEquals([begin!.client, begin!.Alarm, begin!.IsOver], ["gate", "silent", undefined]);
    assertEquals([end!.Alarm, end!.IsOver, end!.Since], ["silent", true, begin!.Since]);
    const lasted = Number(end!.Duration) / 1e9;
    assert(lasted >= 1 && Math.abs(lasted % 60 - Number(seconds)) <= 0.5, `${lasted} ${seconds}`);
    const ledger = await ledgerOf(folder);
    assertMatch(ledger.stdout, /gate: alarm: nothing of its sensor came, and it had not said/);
    const json = await ledgerOf(folder, "-json");
    const causes = json.stdout.split("\n").filter((line) => line.includes('"alarm"'))
      .map((line) => JSON.parse(line));
    assertEquals(causes.map(({ client, isMissing }) => [client, isMissing]), [["gate", false]]);
  }),
);

Deno.test("a sensor that was there when its collector was killed, and does not come back, is named by the next", () =>
  inFolder(async (folder) => {
    const args = ["-silent-after", "1s"];
    const first = await startCollector(folder, args);
    await using _first = first.collector;
    using gate = await connectTo(first.address);
    await gate.welcome(1n, "gate");
    await until(
      "it is written down",
      () =>
        Deno.readTextFile(`${folder}/records/.alarms`).then((text) => text.includes("gate"))
          .catch(() => false),
    );
    first.collector.kill("SIGKILL");
    await first.collector.end();
    const said: string[] = [];
    for (let n = 0; n < 2; n++) {
      const { collector, address } = await startCollector(folder, args);
      await using _ = collector;
      await collector.errorLine(
        n === 0 ? /^gate is silent: / : /^gate is silent: .*; that stands since 20.*Z$/,
      );
      if (n === 1) {
        using back = await connectTo(address, gate.keys);
        await back.welcome(2n, "gate");
        await collector.line(/^gate is not silent any more; that lasted \d+ s$/);
        await back.send(BYE);
        await collector.line(/^gate has disconnected/);
      }
      said.push((await collector.stop()).stderr);
    }
    assertEquals(said.map((text) => count(text, / is silent: /)), [1, 1]);
    const rows = await alarmsIn(folder);
    assertEquals(rows.map(({ Alarm, IsOver }) => [Alarm, IsOver]), [
      ["silent", undefined],
      ["silent", true],
    ]);
    assertEquals(rows[0]!.Since, rows[1]!.Since);
  }));

Deno.test(
  "a sensor whose clock is off is named after ten answers, and when it is right again; a time unasked breaks the rules",
  withCollector([], async ({ folder, collector, connect, stop }) => {
    let offNs = 3_600_000_000_000n;
    using late = await connect();
    await greet(late, "late");
    const answering = (async () => {
      while (await late.next(MessageType.AskTime)) {
        await late.send(encodeTime(BigInt(Date.now()) * 1_000_000n - offNs)).catch(() => {});
      }
    })();
    using unasked = await connect();
    await greet(unasked, "unasked");
    await unasked.send(encodeTime(0n));
    assertEquals(await unasked.rejection(), Rejection.Violation);
    const [, seconds] = await collector.errorLine(
      /^late has a wrong clock: it is ([\d.]+) s behind the collector's$/,
    );
    assert(Math.abs(Number(seconds) - 3600) < 2, seconds);
    offNs = 0n;
    await collector.line(/^late has a right clock again; that lasted /);
    await stop();
    await answering;
    const rows = (await alarmsIn(folder)).filter(({ Alarm }) => Alarm === "clock");
    assertEquals(rows.map(({ client, IsOver }) => [client, IsOver]), [
      ["late", undefined],
      ["late", true],
    ]);
    assertEquals(rows[0]!.Detail, `${seconds} s behind the collector's`);
  }),
);

Deno.test(
  "a sensor whose books tell of losses is named, and so is one whose key is old",
  withCollector(
    ["-sensors", "$FOLDER/sensors", "-max-key-age", "1"],
    async ({ folder, collector, connect, stop }) => {
      const keys = newKeyPair();
      const key = encodeHex(keys.publicKey);
      await Deno.writeTextFile(`${folder}/sensors`, `${key} gate\n`);
      const old = acceptKey(NO_ACCESS, key, Date.now() - 3 * 86_400_000);
      await new AccessFolder(DENO_FILES, `${folder}/records`).access.change(() => ({ state: old }));
      collector.kill("SIGHUP");
      await collector.errorLine(
        /^gate has an old key: in use for 3 days; sensor -rotate-identity changes it$/,
      );
      using gate = await connect(keys);
      await gate.welcome(1n, "gate");
      const now = BigInt(Date.now()) * 1_000_000n;
      const rows = [0n, 7n].map((DroppedByKernel, n) =>
        toBinary(
          SensorMinuteSchema,
          create(SensorMinuteSchema, {
            ...{ Timestamp: now + BigInt(n), SpanStart: now, Run: 1n, DroppedByKernel },
          }),
        )
      );
      const count = rows.length;
      await gate.send(encodeBatch(SCHEMA, 1n, batch({ type: 1000, count }, frameRecords(rows))));
      await collector.errorLine(/^gate drops what it should send: 7 packets$/);
      await stop();
      const alarms = await alarmsIn(folder);
      assertEquals(alarms.map(({ client, Alarm, IsOver }) => [client, Alarm, IsOver]), [
        ["gate", "key", undefined],
        ["gate", "drops", undefined],
      ]);
    },
  ),
);

Deno.test("our own sensor tells its time, and has a right clock on one machine", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder, ["-verbose"]);
    await using _ = collector;
    await Deno.mkdir(`${folder}/watched`);
    await using sensor = new Program("sensor.ts", [
      ...["-addr", address, "-pubkey", PUBLIC_KEY, "-client", "gate"],
      ...["-watch", `${folder}/watched`],
    ]);
    await collector.line(/^gate told its time: -?\d+ ms/, 2);
    await sensor.stop();
    const ended = await collector.stop();
    assertEquals(ended.stderr.includes("wrong clock"), false);
    for (const [, ms] of ended.stdout.matchAll(/gate told its time: (-?\d+) ms/g)) {
      assert(Math.abs(Number(ms)) < 2000, ms);
    }
  }));

/** Connects to a collector that is said to listen there. */
function connectTo(address: string, keys?: KeyPair): Promise<RawPeer> {
  const port = Number(address.split(":")[1]) + 1;
  const to = { hostname: "127.0.0.1", port };
  return RawPeer.connect({ address: to, collectorKey: parseHex(PUBLIC_KEY)! }, keys);
}

/** Says hello as a sensor that tells its time. */
async function greet(peer: RawPeer, name: string): Promise<void> {
  const hello = encodeHello({ schema: SCHEMA, session: 1n, oldest: 1n, next: 1n, name });
  await peer.send(hello, encodeOffer({ encodings: [1], tellsTime: true }));
  await peer.receive(MessageType.Welcome);
}
