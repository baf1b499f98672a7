/** The programs in `examples/`, as their first lines say to run them. */
import { assertEquals, assertMatch } from "@std/assert";
import { inFolder } from "./program.ts";

const ROOT = `${import.meta.dirname}/../../`;

/** Starts an example with the permissions that it names. */
function start(name: string, ...args: string[]): Deno.ChildProcess {
  const [, permissions = ""] =
    / {5}deno run (.*?) ?examples\//.exec(Deno.readTextFileSync(`${ROOT}examples/${name}`)) ?? [];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions.split(" "), `examples/${name}`, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function ended(example: Deno.ChildProcess) {
  const { code, stdout, stderr } = await example.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** The first line of what comes next. */
async function firstLine(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`no line, but "${text}"`);
    text += value;
  }
  return text.split("\n")[0]!;
}

Deno.test("a collector and a sensor in programs of one's own, and what was stored is read", () =>
  inFolder(async (folder) => {
    const collector = start("embed_collector.ts", folder);
    const output = collector.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const address = await firstLine(output);
    const follower = start("follow_records.ts", `${folder}/records`);
    const followed = follower.stdout.pipeThrough(new TextDecoderStream()).getReader();

    const sensor = await ended(
      start("embed_sensor.ts", address, `${folder}/pub.key`, "tests/captures/dns.pcap"),
    );
    assertEquals([sensor.code, sensor.stderr], [0, ""]);
    assertMatch(sensor.stdout, /^DNS: 64 of 64 are on the collector's disk$/m); // tshark -Y dns
    // tshark -Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0'
    assertMatch(await firstLine(followed), /^192\.0\.2\.10 port \d+ to 192\.0\.2\.53 port 53$/);
    follower.kill("SIGINT");
    await followed.cancel();
    assertEquals((await follower.status).code, 0);
    await follower.stderr.cancel();

    const { code, stdout } = await ended(start("read_records.ts", `${folder}/records`));
    assertEquals(code, 0);
    // tshark -Y 'dns.flags.response == 0' -T fields -e ip.src -e ipv6.src -e dns.qry.name
    assertEquals(stdout.split("\n").slice(0, 2).sort(), [
      ...['2 "example.test"', '2 "www.example.test"'],
    ]);

    collector.kill("SIGINT");
    assertMatch(await firstLine(output), /^\w+: \d+/);
    await output.cancel();
    assertEquals((await collector.status).code, 0);
    await collector.stderr.cancel();
  }));

Deno.test("who reads records loads neither QUIC nor libpcap", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "mod/records.ts"],
    cwd: ROOT,
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const folders = modules.flatMap(({ specifier }: { specifier: string }) =>
    specifier.startsWith("file:")
      ? [specifier.slice(`file://${Deno.realPathSync(ROOT)}/`.length)]
      : []
  ).map((path: string) => path.split("/").slice(0, path.startsWith("lib/") ? 2 : 1).join("/"));
  assertEquals([...new Set(folders)].sort(), [
    ...["lib/base", "lib/gather", "lib/pack", "lib/write", "mod", "proto"],
  ]);
});
