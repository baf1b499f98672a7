/** What operators do becomes records, each once, and explains the ledger. */
import { assertEquals, assertMatch } from "@std/assert";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { until } from "../until.ts";
import { type Ended, inFolder, Program, runProgram } from "./program.ts";

interface ActRow {
  readonly client: string;
  readonly Timestamp: string;
  readonly Act: string;
  readonly Name?: string;
  readonly Key?: string;
  readonly Who?: string;
  readonly Detail?: string;
}

async function actsIn(folder: string): Promise<ActRow[]> {
  const { stdout } = await runProgram("collector.ts", [
    ...["-dump", "-json", "-type", "OperatorAct", `${folder}/records`],
  ]);
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

Deno.test("every act of an operator becomes one record, be it done while the collector runs or not", () =>
  inFolder(async (folder) => {
    const [out, sensors, keys] = [`${folder}/records`, `${folder}/sensors`, `${folder}/keys`];
    const gate = encodeHex(newKeyPair().publicKey);
    await runProgram("collector.ts", ["-gen-keypair", "-out", folder]);
    await Deno.writeTextFile(sensors, `${gate} gate\n`);
    const place = ["-out", out, "-privkey", `${folder}/priv.key`, "-sensors", sensors];
    const operate = async (...args: string[]): Promise<Ended> => {
      const ended = await runProgram("collector.ts", [...args, ...place]);
      assertEquals(ended.code, 0, ended.stderr);
      return ended;
    };
    const start = async () => {
      const collector = new Program("collector.ts", ["-addr", "127.0.0.1:0", ...place]);
      const [, address] = await collector.line(/^listening on (\S+)$/);
      return { collector, address: address! };
    };
    const acts = async () => (await actsIn(folder)).map(({ Act, Name = "" }) => `${Act} ${Name}`);
    const waitFor = (all: readonly string[]) =>
      until(all.at(-1)!, async () => (await acts()).length >= all.length);
    const done = ["listed gate"];
    {
      const { collector, address } = await start();
      await using _ = collector;
      const { stdout: token } = await operate("-enroll", "mill", "-addr", address);
      const enrolled = await runProgram("sensor.ts", ["-enroll", token.trim(), "-out", keys]);
      assertEquals(enrolled.code, 0, enrolled.stderr);
      done.push("token mill", "enrolled mill");
      await waitFor(done);
      const rotated = await runProgram("sensor.ts", [
        ...["-rotate-identity", "-addr", address, "-pubkey", `${keys}/collector.pub`],
        ...["-privkey", `${keys}/sensor.key`],
      ]);
      assertEquals(rotated.code, 0, rotated.stderr);
      done.push("rotated mill");
      await waitFor(done);
      await Deno.writeTextFile(sensors, `${gate} gate types=TCP\n`);
      done.push("changed gate");
      await waitFor(done);
      assertEquals((await collector.stop()).code, 0);
    }
    await operate("-revoke", "mill");
    await operate("-rotate-key");
    await Deno.writeTextFile(sensors, "");
    done.push("revoked mill", "unlisted gate", "collector-key ");
    for (let starts = 0; starts < 2; starts++) {
      const { collector } = await start();
      await using _ = collector;
      await waitFor(done);
      assertEquals((await collector.stop()).code, 0);
    }
    const rows = await actsIn(folder);
    assertEquals(rows.map(({ Act, Name = "" }) => `${Act} ${Name}`).sort(), done.toSorted());
    const of = (act: string) => rows.find(({ Act }) => Act === act)!;
    const uid = `uid ${Deno.uid()}`;
    assertEquals([of("token"), of("revoked")].map(({ Who }) => Who), [uid, uid]);
    assertEquals(of("rotated").Detail, `in place of ${of("enrolled").Key}`);
    assertEquals(of("rotated").Key, (await Deno.readTextFile(`${keys}/sensor.pub`)).trim());
    assertEquals(of("collector-key").Key, (await Deno.readTextFile(`${folder}/pub.key`)).trim());
    assertEquals([of("changed").Detail, of("unlisted").Key], ["types=TCP", gate]);
    assertEquals(new Set(rows.map(({ client }) => client)), new Set(["%collector"]));
  }));

Deno.test("the ledger says when a sensor that is missing was revoked; the collector is no client", () =>
  inFolder(async (folder) => {
    const out = `${folder}/records`;
    await runProgram("collector.ts", ["-gen-keypair", "-out", folder]);
    const keys = ["-gen-identity", "-out", folder, "-client", "mill"];
    const { stdout: line } = await runProgram("sensor.ts", keys);
    await Deno.writeTextFile(`${folder}/sensors`, line);
    const place = ["-out", out, "-privkey", `${folder}/priv.key`, "-sensors", `${folder}/sensors`];
    await using collector = new Program("collector.ts", ["-addr", "127.0.0.1:0", ...place]);
    const [, address] = await collector.line(/^listening on (\S+)$/);
    const sent = await runProgram("sensor.ts", [
      ...["-addr", address!, "-pubkey", `${folder}/pub.key`, "-privkey", `${folder}/mill.key`],
      ...["-read", "tests/captures/arp.pcap"],
    ]);
    assertEquals(sent.code, 0, sent.stderr);
    await runProgram("collector.ts", ["-revoke", "mill", ...place]);
    await until("it is a record", async () => (await actsIn(folder)).length === 2);
    assertEquals((await collector.stop()).code, 0);
    const ledger = await runProgram("collector.ts", ["-ledger", out]);
    assertMatch(ledger.stdout, new RegExp(`^20.*  mill: was revoked by uid ${Deno.uid()}$`, "m"));
    assertMatch(ledger.stdout, /^ledger: nothing is missing; \d+ records of 1 client are stored$/m);
  }));
