/** The library in a project of one's own. */
import { create, toBinary } from "@bufbuild/protobuf";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  type Address,
  batchOf,
  newKeyPair,
  openSender,
  Outcome,
  readRecords,
  runCollector,
  runSensor,
  SendError,
  tagsOf,
  typeNumber,
} from "../../mod.ts";
import { ServiceSchema, SoftwareSchema } from "../../proto/gen/netcap_pb.ts";
import { ServiceSchema as Service } from "../../proto/netcap_tags.ts";
import { inFolder } from "./program.ts";

const ROOT = `${import.meta.dirname}/../../`;

/** Runs a program of a project that lies elsewhere and has that `deno.json`. */
async function runElsewhere(config: unknown, program: string) {
  return await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", "main.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  });
}

/** A collector in this program. */
async function listen(out: string) {
  const { publicKey, privateKey } = newKeyPair();
  const listening = Promise.withResolvers<Address>();
  const stop = new AbortController();
  const collecting = runCollector({
    address: { hostname: "127.0.0.1", port: 0 },
    privateKey,
    out,
    onListening: listening.resolve,
  }, stop.signal);
  const end = async () => {
    stop.abort();
    await collecting;
  };
  return { collector: await listening.promise, publicKey, end };
}

const CONFIG = {
  unstable: ["net"],
  imports: { "@farcap/farcap": new URL("../../mod.ts", import.meta.url).href },
};

Deno.test("the deno.json of the README makes every entry point there is importable", async () => {
  const [, block] = /^```json\n(.*?)^```/ms.exec(await Deno.readTextFile(`${ROOT}README.md`))!;
  const config = JSON.parse(
    block!.replaceAll("../farcap/", new URL("../../", import.meta.url).href),
  );
  const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const names = Object.keys(config.imports);
  assertEquals(names, Object.keys(exports).map((name) => `@farcap/farcap${name.slice(1)}`));
  const program = names.map((name, n) =>
    `import * as it${n} from "${name}";\nconsole.log(Object.keys(it${n}).length > 0);\n`
  );
  const { code, stdout, stderr } = await runElsewhere(config, program.join(""));
  assertEquals({ code, stdout, stderr }, {
    code: 0,
    stdout: "true\n".repeat(names.length),
    stderr: "",
  });
});

/** A sensor whose collector is not there: nobody listens at the port for "discard". */
const SENSOR = `
import { FarcapError, newKeyPair, runSensor, SendError } from "@farcap/farcap";
try {
  const { error, types } = await runSensor({
    collector: { hostname: "127.0.0.1", port: 9 },
    collectorKey: newKeyPair().publicKey,
    sources: [${JSON.stringify(`${ROOT}tests/captures/dns.pcap`)}],
    lingerMs: 100,
  });
  const failed = [...types.values()].reduce((sum, { failed }) => sum + failed, 0);
  console.log(error instanceof SendError, error?.code, error?.message.startsWith(String(failed)));
} catch (error) {
  if (!(error instanceof FarcapError)) throw error;
  console.log(error.code, error.message);
}
`;

Deno.test("a session that failed is an error in the report", async () => {
  const { code, stdout, stderr } = await runElsewhere(CONFIG, SENSOR);
  assertEquals({ code, stdout, stderr }, {
    code: 0,
    stdout: "true not-connected true\n",
    stderr: "",
  });
});

Deno.test("without UDP in its deno.json a project is told what to add", async () => {
  const { code, stdout, stderr } = await runElsewhere({ imports: CONFIG.imports }, SENSOR);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^udp Cannot use UDP: .*wanted: "unstable": \["net"\] in your deno\.json/);
});

Deno.test("what a decoder of one's own makes is sent, stored and read like all else", () =>
  inFolder(async (folder) => {
    const { collector, publicKey, end } = await listen(`${folder}/records`);
    const { error, types } = await runSensor({
      collector,
      collectorKey: publicKey,
      clientId: "xyz",
      sources: [`${ROOT}tests/captures/office.pcap`],
      types: [typeNumber("Service"), typeNumber("UDP")],
      follow: false,
      decoders: [{
        name: "Plant",
        schema: Service,
        from: { udpPort: [4000] },
        decode(packet, out) {
          out.nanos(tagsOf(Service).Timestamp, packet.sec, packet.nsec);
          out.ascii(tagsOf(Service).Name, "plant");
          packet.at = packet.end;
          return Outcome.Ok;
        },
      }],
    });
    await end();
    assertEquals(error, undefined);
    const stored = await Array.fromAsync(readRecords(`${folder}/records`, ServiceSchema));
    // tshark -Y 'udp.dstport == 4000 && !icmp && !icmpv6' | wc -l
    assertEquals(stored.map(({ Name }) => Name), Array(30).fill("plant"));
    assertEquals(types.get(typeNumber("Service"))?.sent, 30);
  }));

Deno.test("records of any source are sent, stored and read, and a collector that is not there is an error", () =>
  inFolder(async (folder) => {
    const { collector, publicKey, end } = await listen(`${folder}/records`);
    const products = ["bind9", "chrony", "nginx"];
    const records = products.map((Product) =>
      toBinary(SoftwareSchema, create(SoftwareSchema, { Timestamp: 1n, Product }))
    );
    {
      await using sender = await openSender({ collector, collectorKey: publicKey, name: "list" });
      await sender.send(batchOf(typeNumber("Software"), records));
      await sender.finish();
      assertEquals([sender.error, sender.counts.get(typeNumber("Software"))?.sent], [undefined, 3]);
    }
    await end();
    const stored = await Array.fromAsync(readRecords(`${folder}/records/list`, SoftwareSchema));
    assertEquals(stored.map(({ Product }) => Product), products);
    const options = { collector, collectorKey: publicKey, name: "list", failFast: true };
    await assertRejects(() => openSender(options), SendError, "Not connected to the collector");
  }));
