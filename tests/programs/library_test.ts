/** The library in a project of one's own. */
import { assertEquals, assertMatch } from "@std/assert";
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

const CONFIG = {
  unstable: ["net"],
  imports: { "@farcap/farcap": new URL("../../mod.ts", import.meta.url).href },
};

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
