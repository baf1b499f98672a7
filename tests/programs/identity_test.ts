/** What names and keys a sensor has, as its user sees them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { readKey } from "../../lib/seal/key_file_io.ts";
import { parseRoster } from "../../lib/seal/roster.ts";
import { inFolder, PUBLIC_KEY, runProgram } from "./program.ts";

Deno.test("sensor: ten identities in one folder, their lines ready for -sensors", () =>
  inFolder(async (folder) => {
    let roster = "";
    for (let i = 1; i <= 10; i++) {
      const args = ["-gen-identity", "-out", `${folder}/keys`, "-client", `plant-${i}`];
      const { code, stdout, stderr } = await runProgram("sensor.ts", args);
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `# wrote ${folder}/keys/plant-${i}.key`);
      roster += stdout;
    }
    const parsed = parseRoster(roster);
    assert("roster" in parsed, roster);
    assertEquals(parsed.roster.size, 10);
    for (let i = 1; i <= 10; i++) {
      const { publicKey } = keyPairOf(await readKey(`${folder}/keys/plant-${i}.key`, "key"));
      assertEquals(parsed.roster.entryOf(publicKey)?.name, `plant-${i}`);
      assertEquals(await readKey(`${folder}/keys/plant-${i}.pub`, "key"), publicKey);
    }
    const again = await runProgram("sensor.ts", [
      ...["-gen-identity", "-out", `${folder}/keys`, "-client", "plant-3"],
    ]);
    assertEquals([again.code, again.stdout], [1, ""]);
    assertStringIncludes(again.stderr, "-force");
  }));

Deno.test("sensor: an identity without a name has the host's, one for box may use it", () =>
  inFolder(async (folder) => {
    const { stdout } = await runProgram("sensor.ts", ["-gen-identity", "-transport", "box"], {
      cwd: folder,
    });
    const key = await Deno.readTextFile(`${folder}/sensor.pub`);
    assertMatch(stdout, /^# wrote sensor\.key \(.*\) and sensor\.pub; .*\n/);
    assertEquals(stdout.split("\n")[1], `${key} ${Deno.hostname()} box`);
  }));

Deno.test("sensor: a name that leads out of the folder does not; one that no list can hold is refused", () =>
  inFolder(async (folder) => {
    const args = ["-gen-identity", "-out", `${folder}/keys`];
    assertEquals((await runProgram("sensor.ts", [...args, "-client", "../x"])).code, 0);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["keys"]);
    for (const name of ["a b", "", "#x", "a\u0007", "x".repeat(256)]) {
      const { code, stderr } = await runProgram("sensor.ts", [...args, `-client=${name}`]);
      assertEquals(code, 2, name);
      assertMatch(
        stderr,
        /^Wrong value "[^\n]*" of -client: wanted a name without spaces, #[^\n]*\n$/,
      );
    }
    const { code, stderr } = await runProgram("sensor.ts", ["-out", "keys"]);
    assertEquals(code, 2);
    assertStringIncludes(
      stderr,
      "-out is where -gen-identity, -gen-anonymize-key and -enroll write keys",
    );
  }));

Deno.test("sensor: without the host's name it has one that lasts as long as its key", () =>
  inFolder(async (folder) => {
    await runProgram("sensor.ts", ["-gen-identity"], { cwd: folder });
    const key = keyPairOf(await readKey(`${folder}/sensor.key`, "key")).publicKey;
    const args = [
      ...["-pubkey", PUBLIC_KEY, "-addr", "127.0.0.1:9", "-linger", "0"],
      ...["-read", "tests/captures/arp.pcap"],
    ];
    const permissions = ["--allow-net", "--allow-read", "--no-prompt"];
    const lasting = await runProgram(
      "sensor.ts",
      [...args, "-privkey", `${folder}/sensor.key`],
      { permissions },
    );
    assertStringIncludes(lasting.stdout, `client ${encodeHex(key).slice(0, 8)} sent nothing`);
    assert(!lasting.stderr.includes("next start"), lasting.stderr);
    const [one, other] = [
      await runProgram("sensor.ts", args, { permissions }),
      await runProgram("sensor.ts", args, { permissions }),
    ];
    const nameIn = (text: string) => /^client ([0-9a-f]{8}) sent/m.exec(text)![1]!;
    assert(nameIn(one.stdout) !== nameIn(other.stdout));
    assertMatch(
      one.stderr,
      new RegExp(
        `^This sensor is ${nameIn(one.stdout)} until it ends, .*-client NAME, or -privkey`,
      ),
    );
  }));
