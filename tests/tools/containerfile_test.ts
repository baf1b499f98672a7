/** The container file names what there is: no image is built, since that would need one to begin with. */
import { assert, assertEquals } from "@std/assert";
import { COLLECTOR_FLAGS, DEFAULT_OUT } from "../../lib/arguments/collector_flags.ts";
import { inFolder, PRIVATE_KEY, runProgram } from "../programs/program.ts";

const FILE = new URL("../../packaging/Containerfile", import.meta.url);
/** The instruction reference of Containerfile(5). */
const KNOWN = [
  "FROM",
  "RUN",
  "COPY",
  "USER",
  "WORKDIR",
  "VOLUME",
  "EXPOSE",
  "STOPSIGNAL",
  "ENV",
  "ENTRYPOINT",
];

const lines = (await Deno.readTextFile(FILE)).split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const instructions = new Map(lines.map((line) => {
  const [, name, text] = /^([A-Z]+) (.+)$/.exec(line)!;
  return [name!, text!];
}));
const entrypoint: string[] = JSON.parse(instructions.get("ENTRYPOINT")!);

Deno.test("a container's instructions are known ones, each there once", () => {
  assertEquals([...instructions.keys()], KNOWN);
  assertEquals(lines.length, KNOWN.length);
});

Deno.test("a container runs what it copies, as nobody in particular, in a folder of that user's", () => {
  const [, source, target] = /^--chmod=0755 (\S+) (\S+)$/.exec(instructions.get("COPY")!)!;
  assertEquals([source, target], ["farcap-collector", entrypoint[0]]);
  const [user, group] = instructions.get("USER")!.split(":").map(Number);
  assert(user! > 0 && group! > 0);
  const home = instructions.get("WORKDIR")!;
  assertEquals(instructions.get("RUN"), `install -d -o ${user} -g ${group} -m 0750 ${home}`);
  assertEquals(instructions.get("VOLUME"), home);
  assert(!DEFAULT_OUT.startsWith("/"));
});

Deno.test("a container exposes the ports that its collector listens at, and its flags hold", () =>
  inFolder(async (folder) => {
    const [addr, port] = /^0\.0\.0\.0:(\d+)$/.exec(entrypoint[entrypoint.indexOf("-addr") + 1]!)!;
    assertEquals(instructions.get("EXPOSE"), `${port}/udp ${Number(port) + 1}/udp`);
    assertEquals(addr.split(":")[1], COLLECTOR_FLAGS.addr.default.split(":")[1]);
    await Deno.writeTextFile(`${folder}/key`, PRIVATE_KEY);
    const args = entrypoint.slice(1).map((arg) =>
      arg.startsWith("/run/secrets/") ? `${folder}/key` : arg
    );
    const { code, stderr } = await runProgram("collector.ts", [...args, "-check-config"]);
    assertEquals([code, stderr], [0, ""]);
  }));
