import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makePipe } from "../gather/gathered.ts";
import { needs, UNIX } from "../needs.ts";
import {
  inFolder,
  PRIVATE_KEY,
  Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
} from "./program.ts";

Deno.test("a collector listens and stores where its file says, and a flag overrules that", () =>
  inFolder(async (folder) => {
    const config = `${folder}/collector.conf`;
    await Deno.writeTextFile(config, `out ${folder}/other\nsession false\naddr 127.0.0.1:1\n`);
    const { collector } = await startCollector(folder, ["-config", config]);
    await using _ending = collector;
    assertEquals((await collector.stop()).code, 0);
    assertEquals(/^sessions on/m.test(collector.said), false);
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(names.sort(), ["collector.conf", "records"]);
  }));

Deno.test("-show-config tells what holds and from where, and shows no key", () =>
  inFolder(async (folder) => {
    const config = `${folder}/sensor.conf`;
    await Deno.writeTextFile(
      config,
      `client plant-7\nprivkey ${PRIVATE_KEY}\nqueue 8M\niface eth0\n`,
    );
    const { code, stdout } = await runProgram("sensor.ts", [
      ...["-pubkey", PUBLIC_KEY, "-show-config"],
    ], { env: { FARCAP_CONFIG: config, FARCAP_QUEUE: "2M" } });
    assertEquals(code, 0);
    const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
    const rowOf = (name: string) => rows.find(([first]) => first === name)?.slice(1);
    assertEquals(rowOf("client"), ["plant-7", `${config}:1`]);
    assertEquals(rowOf("privkey"), ["(not shown)", `${config}:2`]);
    assertEquals(rowOf("queue"), ["2M", "FARCAP_QUEUE"]);
    assertEquals(rowOf("iface"), ["eth0", `${config}:4`]);
    assertEquals(rowOf("pubkey"), [PUBLIC_KEY, "flag"]);
    assertEquals(rowOf("flush-interval"), ["5s", "default"]);
    assertEquals(stdout.includes(PRIVATE_KEY), false);
  }));

Deno.test("-check-config names all that is wrong with file and line, and exits with 2", () =>
  inFolder(async (folder) => {
    const config = `${folder}/sensor.conf`;
    await Deno.writeTextFile(config, "# a sensor\nadr :1\n\nqueue 1\n");
    const check = () => runProgram("sensor.ts", ["-config", config, "-check-config"]);
    const wrong = await check();
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
    assertMatch(wrong.stderr, /sensor\.conf:2: Unknown setting adr: did you mean addr\?$/m);
    assertMatch(wrong.stderr, /sensor\.conf:4: Wrong value "1" of -queue: wanted a size/m);
    await Deno.writeTextFile(config, `pubkey ${PUBLIC_KEY}\niface eth0\n\niface eth0\n`);
    assertMatch((await check()).stderr, /sensor\.conf:2: Interface "eth0" is named twice/);
    await Deno.writeTextFile(config, `pubkey ${PUBLIC_KEY}\niface eth0\n`);
    const right = await check();
    assertEquals([right.code, right.stderr], [0, ""]);
    assertStringIncludes(right.stdout, "the sensor can start");
  }));

Deno.test("a file that Deno may not read is named with the flag that permits it", () =>
  inFolder(async (folder) => {
    const config = `${folder}/sensor.conf`;
    await Deno.writeTextFile(config, "");
    const permissions = ["--allow-net", "--no-prompt"];
    const { code, stderr } = await runProgram("sensor.ts", ["-config", config], { permissions });
    assertEquals(code, 2);
    assertStringIncludes(stderr, `: Deno does not permit it; wanted: --allow-read=${config};`);
  }));

Deno.test("variables that may not be read are not asked for, and do not count", async () => {
  const env = { FARCAP_ADDR: "nowhere", FARCAP_CLIENT: "x" };
  const run = async (permission: string[]) => {
    const permissions = ["--allow-net", ...permission];
    const { stdout } = await runProgram("sensor.ts", ["-show-config"], { permissions, env });
    return stdout.match(/^(addr|client) .*$/gm)!.map((line) => line.split(/ {2,}/)[2]);
  };
  assertEquals(await run([]), ["default", "default"]);
  assertEquals(await run(["--allow-env=FARCAP_CLIENT"]), ["default", "FARCAP_CLIENT"]);
  assertEquals(await run(["--allow-env=FARCAP_*"]), ["FARCAP_ADDR", "FARCAP_CLIENT"]);
});

Deno.test("-gen-config prints a file that changes nothing", () =>
  inFolder(async (folder) => {
    const { stdout } = await runProgram("collector.ts", ["-gen-config"]);
    await Deno.writeTextFile(`${folder}/collector.conf`, stdout);
    const show = async (...args: string[]) => {
      const { stdout } = await runProgram("collector.ts", [
        ...args,
        ...["-privkey", PRIVATE_KEY, "-show-config"],
      ]);
      return stdout.split("\n").filter((line) => !line.startsWith("config"));
    };
    const widths = (lines: string[]) => lines.map((line) => line.replaceAll(/ +/g, " "));
    const without = await show();
    assertEquals(widths(await show("-config", `${folder}/collector.conf`)), widths(without));
  }));

Deno.test({
  ...needs(
    "SIGHUP: what may change does, what may not is named, and a wrong file changes nothing",
    UNIX,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const config = `${folder}/collector.conf`;
      await Deno.writeTextFile(config, "keep-days 30\nrotate-size 1M\n");
      const { collector } = await startCollector(folder, ["-config", config]);
      await using _ending = collector;
      await Deno.writeTextFile(config, `keep-days 7\nbox false\nprivkey ${"ab".repeat(32)}\n`);
      collector.kill("SIGHUP");
      await collector.line(/settings are now: rotate-size 256M; keep-days 7d$/);
      await collector.errorLine(/box false holds from the next start/);
      await Deno.writeTextFile(config, "keep-days 8\nkeep-days 9\n");
      collector.kill("SIGHUP");
      await collector.errorLine(
        /collector\.conf:2: keep-days is set a second time.*stay as they were/,
      );
      await Deno.writeTextFile(config, "keep-days 7\n");
      collector.kill("SIGHUP");
      await collector.line(/read the settings again: nothing to change$/);
      const { code, stderr } = await collector.stop();
      assertEquals([code, stderr.includes("abab")], [0, false]);
    }),
});

Deno.test({
  ...needs("SIGHUP does not end a sensor, which takes another rate", UNIX),
  fn: () =>
    inFolder(async (folder) => {
      const config = `${folder}/sensor.conf`;
      await Deno.writeTextFile(config, `pubkey ${PUBLIC_KEY}\nuplink 10K\nwatch ${folder}\n`);
      await using sensor = new Program("sensor.ts", ["-config", config, "-addr", "127.0.0.1:9"]);
      await sensor.errorLine(/Cannot connect|not connected|127\.0\.0\.1:10/i);
      await Deno.writeTextFile(
        config,
        `pubkey ${PUBLIC_KEY}\nuplink 1M\nwatch ${folder}\nmax 2K\n`,
      );
      sensor.kill("SIGHUP");
      await sensor.line(/settings are now: uplink 1M\/s$/);
      await sensor.errorLine(/max 2K holds from the next start/);
    }),
});

Deno.test({
  ...needs("SIGHUP does not end a sensor that is starting, which then has what it took", UNIX),
  fn: () =>
    inFolder(async (folder) => {
      // It waits for its collector's key until somebody writes it into the pipe.
      const [config, pipe] = [`${folder}/sensor.conf`, `${folder}/pub.key`];
      await makePipe(pipe);
      const settings = `pubkey ${pipe}\nwatch ${folder}\naddr 127.0.0.1:9\n`;
      await Deno.writeTextFile(config, `${settings}log-level error\n`);
      await using sensor = new Program("sensor.ts", ["-config", config]);
      const key = await Deno.open(pipe, { write: true }); // opened as soon as it reads
      await Deno.writeTextFile(config, `${settings}log-level info\nuplink 1M\n`);
      sensor.kill("SIGHUP");
      await sensor.line(/settings are now: .*uplink 1M\/s/);
      await key.write(new TextEncoder().encode(PUBLIC_KEY));
      key.close();
      await sensor.errorLine(/127\.0\.0\.1:10/);
    }),
});
