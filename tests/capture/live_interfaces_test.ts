/** Interfaces: which there are, which may be captured from, and what happens to them meanwhile. */
import { assertEquals, assertMatch } from "@std/assert";
import { KEY, sendMarker, startSensor, totalsOf } from "./live_programs.ts";
import { type Host, joinHosts, onSegment, run, runOn, startOn } from "./namespaces.ts";
import { isMet, type Need, needs, PING, PYTHON, SEGMENT, SETPRIV, TCPDUMP } from "../needs.ts";

/** Asks for what is at a URL; prints the status, and what is there. */
const ASK = `import sys, urllib.request, urllib.error
try: answer = urllib.request.urlopen(sys.argv[1])
except urllib.error.HTTPError as error: answer = error
print(answer.status, answer.read().decode(), end="")`;

/** The kernel's tap of that name. */
const NFLOG: Need = {
  what: "nflog in the kernel",
  isMet: () => {
    const args = ["-i", "nflog", "--list-data-link-types"];
    return isMet(TCPDUMP) && new Deno.Command("tcpdump", { args }).outputSync().success;
  },
};

Deno.test({
  ...needs(
    "an interface that goes down and away is reported, and captured from when it is back",
    ...SEGMENT,
    PYTHON,
  ),
  fn: () =>
    onSegment(async (near, far) => {
      const link = (...args: string[]) => run("ip", "-n", far.namespace, "link", ...args);
      await using sensor = await startSensor(far, ["-metrics", "0"]);
      const [, url] = await sensor.line(/^metrics on (\S+)\/metrics$/);
      const isReady = () => runOn(far, "python3", "-c", ASK, `${url}/readyz`);
      assertEquals(await isReady(), "200 ready\n");
      await link("set", far.iface, "down");
      await sensor.line(/^Capture on veth2 broke off: the interface is down$/);
      assertEquals(await isReady(), "503 1 of the interfaces are missing or down\n");
      await link("set", far.iface, "up");
      await sensor.line(/^Capture on veth2 goes on$/);
      assertEquals(await isReady(), "200 ready\n");
      let sent = await sendMarker(near, sensor);

      await link("delete", far.iface);
      await sensor.line(/^Capture on veth2 broke off: The interface disappeared/);
      assertEquals(await isReady(), "503 1 of the interfaces are missing or down\n");
      await joinHosts(near, far);
      await sensor.line(/^Capture on veth2 goes on$/, 2);
      assertEquals(await isReady(), "200 ready\n");
      sent += await sendMarker(near, sensor, 2);

      await link("delete", far.iface);
      await sensor.line(/^Capture on veth2 broke off: The interface disappeared/, 2);
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      assertMatch(stdout, /^interruptions=3 mtu-changes=0$/m);
      const { captured, received, made } = totalsOf(stdout);
      assertEquals([made("Dot1Q"), captured], [sent, received]);
    }),
});

Deno.test({
  ...needs(
    "an interface that is missing or down at the start is waited for, while others are captured",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment(async (near, far) => {
      const ip = (...args: string[]) => run("ip", "-n", far.namespace, ...args);
      await ip("link", "add", "mirror0", "type", "veth", "peer", "mirror1");
      const waited = ["-iface", "mirror0", "-iface", "veth3"];
      await using sensor = await startSensor(far, waited);
      await sensor.line(/^Cannot open interface "mirror0": it is down; waiting for it$/);
      await sensor.line(
        /^Cannot open interface "veth3": it does not exist; did you mean "veth2"\? .*; waiting for it$/,
      );
      const sent = await sendMarker(near, sensor);
      await ip("link", "set", "mirror0", "up");
      await ip("link", "add", "veth3", "type", "veth", "peer", "veth4");
      await ip("link", "set", "veth3", "up");
      await sensor.line(/^capturing from mirror0$/);
      await sensor.line(/^capturing from veth3$/);
      // What is captured of them: a marker that comes in there.
      for (const [nth, end] of ["mirror1", "veth4"].entries()) {
        await ip("link", "set", end, "up");
        await sendMarker({ ...far, iface: end }, sensor, nth + 2);
      }
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      assertMatch(stdout, /^interruptions=0 mtu-changes=0$/m);
      assertEquals(stdout.match(/waiting for it$/gm)?.length, 2, "each said once");
      assertEquals(totalsOf(stdout).made("Dot1Q"), 3 * sent);
    }),
});

Deno.test({
  ...needs(
    "a changed MTU is reported and capture goes on, also of longer packets than before",
    ...SEGMENT,
    PING,
  ),
  fn: () =>
    onSegment(async (near, far) => {
      const link = (host: Host, mtu: string) =>
        run("ip", "-n", host.namespace, "link", "set", host.iface, "mtu", mtu);
      await using sensor = await startSensor(far);
      let sent = await sendMarker(near, sensor);
      await link(far, "1400");
      await sensor.line(/^The MTU of veth2 was 1500 bytes and is now 1400$/);
      sent += await sendMarker(near, sensor, 2);
      await link(near, "9000");
      await link(far, "9000");
      await sensor.line(/^The MTU of veth2 was 1400 bytes and is now 9000$/);
      await runOn(near, "ping", "-c1", "-s8000", "-Mdo", far.address);
      sent += await sendMarker(near, sensor, 3);
      // The line of every 10 s.
      await sensor.line(/^captured: .* interruptions=0 mtu-changes=2 /);
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      assertMatch(stdout, /^interruptions=0 mtu-changes=2$/m);
      const { captured, received, made } = totalsOf(stdout);
      assertEquals([made("Dot1Q"), captured], [sent, received]);
      assertEquals(made("ICMPv4"), 2, "a request and a reply, whole");
      assertEquals(/broke off/.test(stdout), false, stdout);
    }),
});

Deno.test({
  ...needs("an interface on which own packets cannot be left out is refused", ...SEGMENT, NFLOG),
  fn: () =>
    onSegment(async (_near, far) => {
      await using sensor = startOn(far, "sensor.ts", [...KEY, "-iface", "nflog"]);
      const { code, stderr } = await sensor.end();
      assertEquals(code, 1);
      // tcpdump.org/linktypes.html
      assertMatch(
        stderr,
        /^Cannot open interface "nflog": libpcap has no filter for link type 239 \(NFLOG\), .*\n$/,
      );
    }),
});

Deno.test({
  ...needs("what cannot be captured from is said in one line, with exit code 1", ...SEGMENT),
  fn: () =>
    onSegment(async (_near, far) => {
      await run("ip", "-n", far.namespace, "link", "set", "lo", "down");
      const refusal = async (...args: string[]) => {
        await using sensor = startOn(far, "sensor.ts", [
          ...[...KEY, "-transport", "box", ...args],
        ]);
        const { code, stderr } = await sensor.end();
        assertEquals(code, 1, stderr);
        return stderr;
      };
      const [unknown, second, down, ...wrong] = await Promise.all([
        refusal("-fail-fast", "-iface", "farcap9"),
        refusal("-fail-fast", "-iface", far.iface, "-iface", "farcap9"),
        refusal("-fail-fast", "-iface", "lo"),
        refusal("-iface", far.iface, "-bpf", "udp prot 53"),
        // It would be found when they come.
        refusal("-iface", "farcap9", "-bpf", "udp prot 53"),
        refusal("-iface", "lo", "-bpf", "udp prot 53"),
      ]);
      for (const line of [unknown!, second!]) {
        assertMatch(line, /^Cannot open interface "farcap9": it does not exist; known .*"lo".*\n$/);
      }
      assertMatch(down!, /^Cannot open interface "lo": it is down\n$/);
      for (const line of wrong) {
        assertMatch(line, /^Cannot use the filter "udp prot 53": .*syntax error.*\n$/);
      }
    }),
});

Deno.test({
  ...needs("CAP_NET_RAW alone is enough; without it the line says what to do", ...SEGMENT, SETPRIV),
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
  ...needs("-interfaces lists names, states and addresses", ...SEGMENT),
  fn: () =>
    onSegment(async (_near, far) => {
      const listing = await runOn(
        far,
        ...[Deno.execPath(), "run", "--quiet", "--allow-ffi", "--no-prompt"],
        `${import.meta.dirname}/../../sensor.ts`,
        "-interfaces",
      );
      assertMatch(listing, /^lo: up, running, loopback {2}127\.0\.0\.1$/m);
      assertMatch(listing, /^veth2: up(, running)? {2}203\.0\.113\.2$/m);
    }),
});
