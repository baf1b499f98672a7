/** What is not permitted is named in one line, with the flag that permits it; and that flag does. */
import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, PRIVATE_KEY, PUBLIC_KEY, runProgram } from "./program.ts";

const CAPTURE = new URL("../captures/office.pcap", import.meta.url).pathname;
const NET = "--allow-net=127.0.0.1,0.0.0.0:0";

/** Runs a program, adding each flag that it asks for, until it asks for none; gives these. */
async function asked(source: string, args: readonly string[], given: readonly string[]) {
  const added: string[] = [];
  for (;;) {
    const permissions = ["--no-prompt", ...given, ...added];
    const { code, stdout, stderr } = await runProgram(source, args, { permissions });
    const wanted = /wanted: (--allow-[^\s;]+)/.exec(stderr)?.[1];
    if (wanted === undefined) return { added, code, stdout, stderr };
    assertMatch(stderr, /^[^\n]*Deno does not permit [^\n]*\n$/);
    assertEquals(added.includes(wanted), false, stderr);
    added.push(wanted);
  }
}

Deno.test("a sensor names each permission that it lacks, and goes on with it", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/pub.key`, PUBLIC_KEY);
    const to = ["-pubkey", `${folder}/pub.key`, "-addr", "127.0.0.1:9", "-transport", "box"];
    const args = [...to, "-client", "x", "-read", CAPTURE];
    const { added, code } = await asked("sensor.ts", args, [NET]);
    assertEquals([added, code], [[`--allow-read=${folder}/pub.key`, `--allow-read=${CAPTURE}`], 0]);
  }));

Deno.test("keys are made with the permissions that are named", () =>
  inFolder(async (folder) => {
    const keys = ["-gen-keypair", "-out", `${folder}/keys`];
    const { added, code } = await asked("collector.ts", keys, []);
    assertEquals(code, 0);
    assertEquals(added.includes(`--allow-write=${folder}/keys`), true, added.join());
  }));

Deno.test("readers name each file and folder that they may not read", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/records`);
    for (
      const [args, path] of [
        [["-ledger", `${folder}/records`], `${folder}/records`],
        [["-dump", `${folder}/TCP.ncap.gz`], `${folder}/TCP.ncap.gz`],
        [["-privkey", `${folder}/priv.key`, "-out", folder], `${folder}/priv.key`],
      ] as const
    ) {
      const { added } = await asked("collector.ts", args, ["--allow-net=127.0.0.1"]);
      assertEquals(added[0], `--allow-read=${path}`);
    }
  }));

Deno.test("a collector names the folder that it may not store in, and the port that it may not have", () =>
  inFolder(async (folder) => {
    const args = ["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:4218", "-out", `${folder}/records`];
    for (
      const [permissions, wanted] of [
        [["--allow-net"], `--allow-(read|write)=${folder}/records`],
        [["--allow-read", "--allow-write"], "--allow-net=127\\.0\\.0\\.1:4218"],
      ] as const
    ) {
      const options = { permissions: ["--no-prompt", ...permissions] };
      const { code, stderr } = await runProgram("collector.ts", args, options);
      assertEquals(code, 1);
      assertMatch(stderr, new RegExp(`^Cannot [^\\n]* wanted: ${wanted}\\n$`));
    }
  }));
