/** Live capture as users have it: programs of ours on a segment of their own, with real packets. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  inFolder,
  PRIVATE_KEY,
  type Program,
  PUBLIC_KEY,
  runProgram,
} from "../programs/program.ts";
import { readInterface } from "../../lib/capture/live_capture_io.ts";
import { createLiveCounts } from "../../lib/capture/live_options.ts";
import { readRecords } from "../../lib/write/read_records_io.ts";
import {
  cannotCapture,
  hasProgram,
  type Host,
  joinHosts,
  onSegment,
  replay,
  run,
  runOn,
  startOn,
} from "./namespaces.ts";

const ignore = await cannotCapture();
const ignoreCapabilities = ignore || !await hasProgram("setpriv");

const OFFICE = captureFile("office.pcap");
/** Its first packet has a VLAN tag; behind others that have none, its record says that these were read. */
const MARKER = captureFile("vlan.pcap");
const KEY = ["-pubkey", PUBLIC_KEY, "-client", "xyz"];
const PORT = 4555;

function captureFile(name: string): string {
  return new URL(`../captures/${name}`, import.meta.url).pathname;
}

/** Starts a collector at an address of the host. */
async function startCollector(host: Host, folder: string, address: string): Promise<Program> {
  const to = ["-addr", `${address}:${PORT}`, "-out", folder];
  const collector = startOn(host, "collector.ts", ["-privkey", PRIVATE_KEY, ...to]);
  await collector.line(/^listening on /);
  return collector;
}

/** Starts a sensor on the host's end of the segment; captures when this resolves. */
async function startSensor(
  host: Host,
  args: readonly string[] = [],
  before: readonly string[] = [],
): Promise<Program> {
  const toLoopback = ["-addr", `127.0.0.1:${PORT}`, "-flush-interval", "100ms", "-verbose"];
  const sensor = startOn(host, "sensor.ts", [
    ...[...KEY, ...toLoopback, "-iface", host.iface, ...args],
  ], { before });
  await sensor.line(new RegExp(`^capturing from ${host.iface}$`));
  return sensor;
}

/** Sends the marker and waits until the sensor has sent a record of it. */
async function sendMarker(near: Host, sensor: Program, nth = 1): Promise<number> {
  const sent = await replay(near, MARKER, "--limit=1");
  await sensor.line(/^got \d+ bytes of type NC_Dot1Q$/, nth);
  return sent;
}

/** What a sensor said at the end. */
function totalsOf(stdout: string) {
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)![1]);
  const types: Record<string, { made: number; sent: number; dropped: number }> = {};
  const lines = stdout.matchAll(/^(\w+): made=(\d+) sent=(\d+) dropped=(\d+)/gm);
  for (const [, name, made, sent, dropped] of lines) {
    types[name!] = { made: Number(made), sent: Number(sent), dropped: Number(dropped) };
  }
  return {
    packets: number(/^packets=(\d+) /m),
    captured: number(/^(\d+) packets captured$/m),
    received: number(/^(\d+) packets received by filter$/m),
    droppedByKernel: number(/^(\d+) packets dropped by kernel$/m),
    types,
    made: (name: string) => types[name]?.made ?? 0,
  };
}

/** Packets that the kernel says came in at the host's end of the segment. */
async function packetsThatCame({ namespace, iface }: Host): Promise<number> {
  const [link] = JSON.parse(await run("ip", "-n", namespace, "-s", "-j", "link", "show", iface));
  return link.stats64.rx.packets;
}

async function storedRecords(folder: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { name } of Deno.readDir(folder)) {
    let count = 0;
    for await (const { records } of readRecords(`${folder}/${name}`)) count += records.length;
    counts[name.replace(".ncap.gz", "")] = count;
  }
  return counts;
}

/** Records by type that a capture file gives. */
async function recordsOf(file: string): Promise<Record<string, number>> {
  const { stdout } = await runProgram("sensor.ts", [
    ...[...KEY, "-addr", `127.0.0.1:${PORT}`, "-rate", "0", "-read", file],
  ]);
  return Object.fromEntries(
    [...stdout.matchAll(/^(\w+): made=(\d+)/gm)].map(([, name, made]) => [name, Number(made)]),
  );
}

/** The office's packets that have no VLAN tags. */
async function untagged(folder: string): Promise<string> {
  const path = `${folder}/untagged.pcap`;
  await run("tcpdump", "-r", OFFICE, "-w", path, "not vlan");
  return path;
}

/** How many packets of a file tcpdump counts. */
async function countPackets(file: string, filter = ""): Promise<number> {
  const said = await run("tcpdump", "-r", file, "--count", filter);
  return Number(/^(\d+) packets?$/m.exec(said)![1]);
}

/** Asks until it is so; the assertion behind it says what is, when it never comes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs && !await isSo();) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test({
  name: "every packet that is sent becomes the records that its file gives, and they are stored",
  ignore,
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using collector = await startCollector(far, `${folder}/records`, "127.0.0.1");
        await using sensor = await startSensor(far);
        const sent = await replay(near, OFFICE, "--topspeed");
        const came = await packetsThatCame(far);
        const client = `${folder}/records/xyz`;
        await collector.line(/^new file xyz\/Ethernet\.ncap\.gz$/);
        // A file that has just been made is without its header for a moment.
        await until(() =>
          storedRecords(client).then(({ Ethernet }) => Ethernet === sent, () => false)
        );
        const { code, stdout, stderr } = await sensor.stop();
        assertEquals([code, stderr], [0, ""]);

        assertEquals([sent, came], [await countPackets(OFFICE), sent]);
        const { captured, received, droppedByKernel } = totalsOf(stdout);
        assertEquals([captured, received, droppedByKernel], [sent, sent, 0]);
        await collector.stop();
        assertEquals(await storedRecords(client), await recordsOf(OFFICE));
      })
    ),
});

Deno.test({
  name: "SIGINT in the middle: every packet captured was decoded, every record sent is stored",
  ignore,
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using collector = await startCollector(far, `${folder}/records`, "127.0.0.1");
        await using sensor = await startSensor(far);
        const stop = new AbortController();
        const replaying = new Deno.Command("ip", {
          args: [
            ...["netns", "exec", near.namespace, "tcpreplay", "-i", near.iface],
            ...["--pps=4000", "--preload-pcap", "--loop=0", OFFICE],
          ],
          stdout: "null",
          stderr: "null",
          signal: stop.signal,
        }).spawn();
        try {
          await sensor.line(/^got \d+ bytes of type NC_TCP$/, 3);
          const { code, stdout, stderr } = await sensor.stop();
          assertEquals([code, stderr], [0, ""]);
          const { captured, packets, received, types, made } = totalsOf(stdout);
          assert(captured > 0 && captured <= received, stdout);
          assertEquals([packets, made("Ethernet")], [captured, captured]);
          for (const [name, { made, sent, dropped }] of Object.entries(types)) {
            assertEquals(made, sent + dropped, name);
          }
          await collector.stop();
          assertEquals(
            await storedRecords(`${folder}/records/xyz`),
            Object.fromEntries(Object.entries(types).map(([name, { sent }]) => [name, sent])),
          );
        } finally {
          stop.abort();
          await replaying.status;
        }
      })
    ),
});

Deno.test({
  name: "a filter is applied by the kernel: what it leaves out is not even received",
  ignore,
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const file = await untagged(folder);
        const filter = "udp port 53";
        const expected = await countPackets(file, filter);
        await using sensor = await startSensor(far, ["-bpf", `${filter} or vlan`]);
        const sent = await replay(near, file, "--topspeed");
        const marker = await sendMarker(near, sensor);
        const { captured, received, made } = totalsOf((await sensor.stop()).stdout);
        assert(expected > 0 && expected < sent);
        assertEquals([captured, received], [expected + marker, expected + marker]);
        assertEquals(made("UDP"), expected);
      })
    ),
});

Deno.test({
  name: "what does not fit into a tiny ring is counted: captured and dropped are all that came",
  ignore,
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const file = await untagged(folder);
        await using sensor = await startSensor(far, ["-buffer", "4096"]);
        const flood = await replay(near, file, "--topspeed", "--preload-pcap", "--loop=100");
        // Slowly, so that the ring is empty when the marker comes.
        const sent = flood + await replay(near, file, "--pps=2000") +
          await sendMarker(near, sensor);
        const { captured, received, droppedByKernel } = totalsOf((await sensor.stop()).stdout);
        assert(droppedByKernel > 0, `none of ${sent} packets was dropped`);
        assertEquals(captured + droppedByKernel, received);
        assertEquals(received, sent);
      })
    ),
});

Deno.test({
  name: "records that the network does not take in time are dropped and counted, packets are not",
  ignore,
  fn: () =>
    onSegment(async (near, far) => {
      await using sensor = await startSensor(far, ["-queue", "1048576", "-rate", "300000"]);
      const sent = await replay(near, OFFICE, "--pps=40000", "--preload-pcap", "--loop=100");
      await replay(near, MARKER, "--limit=1");
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      const { captured, droppedByKernel, types } = totalsOf(stdout);
      assert(captured > sent / 2, stdout);
      assertEquals(droppedByKernel, 0);
      assert(types.Ethernet!.dropped > 0, stdout);
      for (const [name, { made, sent, dropped }] of Object.entries(types)) {
        assertEquals(made, sent + dropped, name);
      }
    }),
});

Deno.test({
  name: "sensors on the segment that leads to their collector do not capture what sensors send",
  ignore,
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using collector = await startCollector(far, `${folder}/records`, far.address);
        const to = ["-addr", `${far.address}:${PORT}`];
        await using nearSensor = await startSensor(near, [...to, "-client", "near"]);
        await using farSensor = await startSensor(far, [...to, "-client", "far"]);
        const rounds = 3;
        for (let round = 1; round <= rounds; round++) {
          // What was sent of one round has crossed the segment before the next one begins.
          await replay(near, MARKER, "--limit=1");
          await nearSensor.line(/^got \d+ bytes of type NC_Dot1Q$/, round);
          await farSensor.line(/^got \d+ bytes of type NC_Dot1Q$/, round);
        }
        await collector.line(/^new file near\/Dot1Q\.ncap\.gz$/);
        for (const sensor of [nearSensor, farSensor]) {
          const { code, stdout } = await sensor.stop();
          assertEquals(code, 0);
          const { made } = totalsOf(stdout);
          assertEquals([made("Dot1Q"), made("IPv4"), made("UDP")], [rounds, 0, 0], stdout);
        }
        // The witness that there was something to leave out.
        assert(await packetsThatCame(far) > 2 * rounds);
      })
    ),
});

Deno.test({
  name: "an interface that goes down and away is reported, and captured from when it is back",
  ignore,
  fn: () =>
    onSegment(async (near, far) => {
      const link = (...args: string[]) => run("ip", "-n", far.namespace, "link", ...args);
      await using sensor = await startSensor(far);
      await link("set", far.iface, "down");
      await sensor.line(/^Capture on veth2 broke off: the interface is down$/);
      await link("set", far.iface, "up");
      await sensor.line(/^Capture on veth2 goes on$/);
      let sent = await sendMarker(near, sensor);

      await link("set", far.iface, "mtu", "1400");
      sent += await sendMarker(near, sensor, 2);

      await link("delete", far.iface);
      await sensor.line(/^Capture on veth2 broke off: The interface disappeared/);
      await joinHosts(near, far);
      await sensor.line(/^Capture on veth2 goes on$/, 2);
      sent += await sendMarker(near, sensor, 3);

      await link("delete", far.iface);
      await sensor.line(/^Capture on veth2 broke off: The interface disappeared/, 2);
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      const { captured, received, made } = totalsOf(stdout);
      assertEquals([made("Dot1Q"), captured], [sent, received]);
    }),
});

Deno.test({
  name: "two interfaces are captured from at once",
  ignore,
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const file = await untagged(folder);
        // Without a collector there would be answers, by ICMP.
        await using _collector = await startCollector(far, `${folder}/records`, "127.0.0.1");
        await using sensor = await startSensor(far, ["-iface", "lo"]);
        await sensor.line(/^capturing from lo$/);
        const sent = await replay(near, file, "--topspeed") + await sendMarker(near, sensor) +
          await sendMarker({ ...far, iface: "lo" }, sensor, 2);
        const { captured, made } = totalsOf((await sensor.stop()).stdout);
        assertEquals([captured, made("Dot1Q")], [sent, 2]);
      })
    ),
});

Deno.test({
  name: "without packets, too, SIGINT ends it with 0",
  ignore,
  fn: () =>
    onSegment(async (_near, far) => {
      await using sensor = await startSensor(far);
      const { code, stdout, stderr } = await sensor.stop();
      assertEquals([code, stderr], [0, ""]);
      assertEquals(totalsOf(stdout).captured, 0);
    }),
});

Deno.test({
  name: "a signal that has aborted before ends it at once",
  ignore,
  // The library stays loaded.
  sanitizeResources: false,
  fn: async () => {
    const options = {
      interfaces: ["lo"],
      filter: "ether proto 0x88b5", // nothing has this number (IEEE 802, local experiments)
      snapLength: 64,
      promiscuous: false,
      ringBytes: 0,
      timeoutMs: 100,
      immediate: false,
      monitor: false,
    };
    const reading = {
      afterBurst: () => {},
      counts: createLiveCounts(),
      onChange: () => {},
      signal: AbortSignal.abort(),
    };
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => late.resolve("late"), 5000);
    const ended = readInterface("lo", options, { packet: () => {} }, reading).then(() => "ended");
    assertEquals(await Promise.race([ended, late.promise]), "ended");
    clearTimeout(timer);
  },
});

Deno.test({
  name: "what cannot be captured from is said in one line, with exit code 1",
  ignore,
  fn: () =>
    onSegment(async (_near, far) => {
      const refusal = async (...args: string[]) => {
        await using sensor = startOn(far, "sensor.ts", [...KEY, ...args]);
        const { code, stderr } = await sensor.end();
        assertEquals(code, 1, stderr);
        return stderr;
      };
      const [unknown, wrong, second] = await Promise.all([
        refusal("-iface", "farcap9"),
        refusal("-iface", far.iface, "-bpf", "udp prot 53"),
        refusal("-iface", far.iface, "-iface", "farcap9"),
      ]);
      for (const line of [unknown!, second!]) {
        assertMatch(line, /^Cannot open interface "farcap9": it does not exist; known .*"lo".*\n$/);
      }
      assertMatch(wrong!, /^Cannot use the filter "udp prot 53": .*syntax error.*\n$/);
    }),
});

Deno.test({
  name: "CAP_NET_RAW alone is enough; without it the line says what to do",
  ignore: ignoreCapabilities,
  fn: () =>
    onSegment(async (near, far) => {
      const only = ["setpriv", "--bounding-set=-all,+net_raw", "--inh-caps=-all"];
      await using sensor = await startSensor(far, [], only);
      assertMatch(await run("cat", `/proc/${sensor.pid}/status`), /^CapEff:\s0*2000$/m);
      await sendMarker(near, sensor);
      assertEquals((await sensor.stop()).code, 0);

      const before = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
      const args = [...KEY, "-iface", far.iface];
      await using refused = startOn(far, "sensor.ts", args, { before });
      const { code, stderr } = await refused.end();
      assertEquals(code, 1);
      assertMatch(stderr, /^Cannot open interface "veth2": CAP_NET_RAW is needed; .*setcap.*\n$/);
    }),
});

Deno.test({
  name: "-interfaces lists names, states and addresses",
  ignore,
  fn: () =>
    onSegment(async (_near, far) => {
      const listing = await runOn(
        far,
        ...[Deno.execPath(), "run", "--quiet", "--allow-ffi", "--no-prompt"],
        new URL("../../sensor.ts", import.meta.url).pathname,
        "-interfaces",
      );
      assertMatch(listing, /^lo: up, running, loopback {2}127\.0\.0\.1$/m);
      assertMatch(listing, /^veth2: up(, running)? {2}203\.0\.113\.2$/m);
    }),
});
