/** What docs/operations.md says of enrolment, other keys, and backups is done line by line. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inFolder, Program, runProgram } from "../programs/program.ts";
import { needs, UNIX } from "../needs.ts";
import { readDocument, sectionOf } from "./markdown.ts";

const TEXT = readDocument("docs/operations.md");
const ROOT = new URL("../../", import.meta.url).pathname;
const RUN = `${Deno.execPath()} run --quiet -A --config=${ROOT}deno.json ${ROOT}`;

/** The commands of a section. */
function commandsIn(heading: string): string[] {
  const blocks = [...sectionOf(TEXT, heading).matchAll(/^```sh\n(.*?)^```/gms)];
  return blocks.flatMap(([, block]) => block!.split("\n")).map((line) =>
    line.replace(/\s+# .*/, "")
  )
    .filter((line) => line.trim() !== "");
}

Deno.test({
  ...needs("the commands for enrolment, other keys and backups do what is said of them", UNIX),
  fn: () =>
    inFolder(async (folder) => {
      await runProgram("collector.ts", ["-gen-keypair", "-out", folder]);
      const start = () =>
        new Program("collector.ts", ["-privkey", "priv.key", "-addr", "127.0.0.1:0"], {
          cwd: folder,
        });
      const addressOf = async (collector: Program) =>
        (await collector.line(/^listening on (\S+)$/))[1]!;
      let address = "";
      const follow = async (heading: string) => {
        const commands = commandsIn(heading);
        assert(commands.length > 0, heading);
        for (const command of commands) {
          const line = command.replace(/^(collector|sensor) /, (_, name) => `${RUN}${name}.ts `)
            .replace("collector.example:1335", address);
          const { code, stderr } = await new Deno.Command("sh", {
            args: ["-ec", line],
            cwd: folder,
          })
            .output();
          assertEquals(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
        }
      };
      const send = async () => {
        const { code, stdout, stderr } = await runProgram("sensor.ts", [
          ...["-addr", address, "-pubkey", `${folder}/collector.pub`],
          ...["-privkey", `${folder}/sensor.key`, "-read", "tests/captures/arp.pcap"],
        ]);
        assertEquals(code, 0, stderr);
        assertMatch(stdout, /^nothing was lost: all 25 records are stored$/m);
      };
      {
        await using collector = start();
        address = await addressOf(collector);
        await follow("Enrolment");
        for (const name of ["sensor.key", "sensor.pub", "collector.pub"]) {
          await Deno.rename(`${folder}/keys/${name}`, `${folder}/${name}`);
        }
        await send();
        await follow("Another key of a sensor");
        await send();
        await follow("Another key of the collector");
        await collector.line(/^public key .*, and 1 before it$/);
        await send(); // with the key before
      }
      const [copy, restore] = commandsIn("Backup and restore");
      const sh = (line: string, cwd: string) =>
        new Deno.Command("sh", { args: ["-ec", line], cwd }).output();
      assertEquals((await sh(copy!, folder)).code, 0);
      for (const name of ["records", "priv.key", "priv.key.retired"]) {
        await Deno.remove(`${folder}/${name}`, { recursive: true });
      }
      assertEquals((await sh(restore!, folder)).code, 0);
      await using restored = start();
      address = await addressOf(restored);
      await send();
      const { stdout } = await runProgram("collector.ts", [
        "-enrolled",
        "-out",
        `${folder}/records`,
      ]);
      assertMatch(stdout, /^plant-7 enrolled .*, came /m);
      assertEquals((await restored.stop()).code, 0);
    }),
});
