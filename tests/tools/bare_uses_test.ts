/** Uses without a checkout's own folder, without its tasks, and without a network. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { needs, ROOT, UNIX } from "../needs.ts";
import { inFolder, PRIVATE_KEY, PUBLIC_KEY } from "../programs/program.ts";

const TREE = `${import.meta.dirname}/../../`;
const CAPTURE = `${TREE}tests/captures/office.pcap`;

async function run(command: string, args: readonly string[], cwd = TREE, env = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

async function must(command: string, args: readonly string[], cwd?: string, env = {}) {
  const { code, out, err } = await run(command, args, cwd, env);
  assertEquals(code, 0, out + err);
  return out;
}

/** Both programs, the whole way, as a shell runs them. */
function wholeWay(sensor: string, collector: string): string {
  return `${collector} -privkey ${PRIVATE_KEY} -addr 127.0.0.1:0 -out "$OUT" > "$OUT.log" 2>&1 & ` +
    `until at=$(sed -n 's/.*listening on //p' "$OUT.log" | grep .); do ` +
    `kill -0 $! || { cat "$OUT.log"; exit 1; }; sleep 0.1; done; ` +
    `${sensor} -pubkey ${PUBLIC_KEY} -addr $at -client x -read ${CAPTURE}; code=$?; ` +
    `kill $!; wait $!; exit $code`;
}

Deno.test("programs run from any folder, with what they need of their own", () =>
  inFolder(async (folder) => {
    const args = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-net"];
    const sensor = [...args, `${TREE}sensor.ts`, "-pubkey", PUBLIC_KEY];
    const sent = await run(
      Deno.execPath(),
      [...sensor, "-addr", "127.0.0.1:9", "-transport", "box", "-client", "x", "-read", CAPTURE],
      folder,
    );
    assertEquals([sent.code, sent.err], [0, ""]);
    assertMatch(sent.out, /^packets=657 /m);
    const collector = [...args, `${TREE}collector.ts`, "-dump", "-help"];
    assertMatch(await must(Deno.execPath(), collector, folder), /^Usage: collector -dump /);
  }));

Deno.test({
  ...needs("installed commands go the whole way", UNIX),
  fn: () =>
    inFolder(async (folder) => {
      const said = await must(Deno.execPath(), ["task", "--quiet", "install", "--root", folder]);
      assertEquals(said, "installed farcap-sensor\ninstalled farcap-collector\n");
      const script = wholeWay("bin/farcap-sensor", "bin/farcap-collector");
      const sent = await must("sh", ["-c", script], folder, { OUT: `${folder}/records` });
      assertStringIncludes(sent, "nothing was lost: all ");
    }),
});

Deno.test({
  ...needs(
    "what vendor makes runs where it is copied to, with an empty cache and no network",
    UNIX,
    ROOT,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const made = await must(Deno.execPath(), ["task", "--quiet", "vendor", `${folder}/made`]);
      assertMatch(made, /^made \S+: copy it, and Deno \d/);
      await must("cp", ["-a", `${folder}/made`, `${folder}/there`]);
      await Deno.remove(`${folder}/made`, { recursive: true });
      const deno = `${Deno.execPath()} task --quiet`;
      const script = wholeWay(`${deno} sensor`, `${deno} collector`);
      // A network of its own has nothing but loopback; with its processes everything ends.
      const args = ["--net", "--pid", "--fork", "--kill-child", "sh", "-c"];
      const sent = await must(
        "unshare",
        [...args, `ip link set lo up && { ${script}; }`],
        `${folder}/there`,
        { DENO_DIR: `${folder}/empty`, OUT: `${folder}/records` },
      );
      assertStringIncludes(sent, "nothing was lost: all ");
      const again = await run(Deno.execPath(), ["task", "--quiet", "vendor", `${folder}/there`]);
      assertEquals(again.code, 1);
      assertMatch(again.err, /^Cannot make \S+: it is there already; wanted: a new folder\n$/);
    }),
});
