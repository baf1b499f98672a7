/** The programs in `examples/`, as their first lines say to run them. */
import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { typeNumber } from "../../mod/records.ts";
import { needs, TSHARK } from "../needs.ts";
import { until } from "../until.ts";
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

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
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

    const names = `${folder}/names.ndjson`;
    const exporting = async (
      isThere: (lines: readonly string[]) => boolean,
      signal: Deno.Signal,
    ) => {
      const exporter = start("write_export.ts", `${folder}/records`, names);
      let lines: readonly string[] = [];
      await until("the answers are exported", async () => {
        lines = (await Deno.readTextFile(names).catch(() => "")).split("\n").slice(0, -1);
        return isThere(lines) && await exists(`${names}.position`);
      });
      exporter.kill(signal);
      const { code, stderr } = await ended(exporter);
      if (signal === "SIGINT") assertEquals([code, stderr], [0, ""]);
      return lines.map((line) => JSON.parse(line));
    };
    // tshark -Y 'dns.flags.response == 1' -T fields -e dns.resp.name -e dns.a -e dns.aaaa
    const isWhole = (lines: readonly string[]) =>
      lines.join().includes("any.thing.wild.example.test");
    const lines = await exporting(isWhole, "SIGKILL");
    const addressesOf = (name: string) =>
      [...new Set(lines.filter((line) => line.name === name).map(({ address }) => address))].sort();
    assertEquals(addressesOf("any.thing.wild.example.test"), ["192.0.2.99"]);
    assertEquals(addressesOf("www.example.test"), ["192.0.2.53", "2001:db8:1::53"]);
    await Deno.writeTextFile(names, '{"half":', { append: true }); // which its position does not tell
    const again = start("embed_sensor.ts", address, `${folder}/pub.key`, "tests/captures/dns.pcap");
    assertEquals((await ended(again)).code, 0);
    const both = await exporting((all) => all.length >= 2 * lines.length, "SIGINT");
    assertEquals(both, [...lines, ...lines]);
    const others = `${folder}/others.ndjson`;
    await Deno.writeTextFile(others, "{}\n");
    const refused = await ended(start("write_export.ts", `${folder}/records`, others));
    assertMatch(refused.stderr, /others\.ndjson is not as it was left/);
    assertEquals(await Deno.readTextFile(others), "{}\n");

    collector.kill("SIGINT");
    assertMatch(await firstLine(output), /^\w+: \d+/);
    await output.cancel();
    assertEquals((await collector.status).code, 0);
    await collector.stderr.cancel();

    const ledger = async () => {
      const { code, stdout, stderr } = await ended(start("ask_ledger.ts", `${folder}/records`));
      assertEquals([code, stderr], [0, ""]);
      return stdout;
    };
    // Nothing is known before it began; between both runs and since then it saw nothing.
    assertMatch(
      await ledger(),
      /^example: (\d+) of \1 records are stored\n( {2}\S+Z to \S+Z: not running, 0\n){2}$/,
    );
    await Deno.remove(`${folder}/records/example/DNS.ncap.gz`);
    assertMatch(await ledger(), /^ {2}\S+Z to \S+Z: lost, 128$/m);
  }));

Deno.test("a store of one's own has each record that was acknowledged, once", () =>
  inFolder(async (folder) => {
    const collector = start("write_store.ts", folder);
    const output = collector.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const address = await firstLine(output);
    const sensor = await ended(
      start("embed_sensor.ts", address, `${folder}/pub.key`, "tests/captures/dns.pcap"),
    );
    assertEquals([sensor.code, sensor.stderr], [0, ""]);
    collector.kill("SIGINT");
    await output.cancel();
    assertEquals((await collector.status).code, 0);
    await collector.stderr.cancel();

    using db = new DatabaseSync(`${folder}/records.db`, { readOnly: true });
    const query = "select count(*) as n from records where type = ? and client = 'example'";
    const count = (type: string) => db.prepare(query).get(typeNumber(type))!.n;
    // tshark -Y dns | wc -l, and without a filter
    assertEquals([count("DNS"), count("Ethernet")], [64, 114]);
  }));

const SAID =
  "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nServer: Linux/5.4 UPnP/1.1 MiniUPnPd/2.2.1\r\n\r\n";
const ASKED = 'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nST: ssdp:all\r\n\r\n';

Deno.test({
  ...needs("a decoder of one's own reads what tshark reads", TSHARK),
  fn: () =>
    inFolder(async (folder) => {
      const hex = (text: string) =>
        `000000 ${
          [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0"))
            .join(" ")
        }\n`;
      await Deno.writeTextFile(`${folder}/text`, hex(ASKED) + hex(SAID));
      const capture = `${folder}/ssdp.pcap`;
      const to = ["-q", "-u", "1900,40000", "-4", "192.0.2.1,192.0.2.10"];
      await output("text2pcap", ...to, `${folder}/text`, capture);
      const fields = ["-T", "fields", "-e", "ip.src", "-e", "http.server"];
      const expected = await output("tshark", "-r", capture, "-Y", "http.server", ...fields);
      assertEquals(expected.split("\n").length, 2, "a line");

      const { code, stdout, stderr } = await ended(start("write_decoder.ts", capture));
      assertEquals({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: "" });
    }),
});

/** What a program of others prints, which must end well. */
async function output(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}
