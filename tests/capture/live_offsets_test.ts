/** Filters that look behind tags, labels and tunnels, with tcpdump listening beside ours. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inFolder, Program } from "../programs/program.ts";
import { until } from "../until.ts";
import { captureOf } from "./capture_of.ts";
import { KEY, packetsThatCame } from "./live_programs.ts";
import { type Host, onSegment, replay, startOn } from "./namespaces.ts";
import { needs, SEGMENT } from "../needs.ts";
import { taggedFrames } from "./tagged_frames.ts";

const FILTERS = [
  "vlan 20",
  "udp port 53",
  "vlan and udp port 53",
  "vlan and ip",
  "vlan 20 and host 203.0.113.5",
  "vlan 30 and vlan 20 and udp",
  "vlan and vlan",
  "vlan and vlan 20 and tcp",
  "not vlan",
  "udp and not vlan",
  "vlan and (udp port 53 or tcp port 80)",
  "vlan and ip[8] == 64 and udp",
  "greater 60 and vlan and ip6",
  "host 203.0.113.5 and vlan",
  "mpls and udp",
  "mpls 100 and mpls 200 and ip",
  "vlan and mpls and udp port 53",
  "pppoes and ip",
  "pppoes 7 and udp port 53",
  "geneve and ip",
  "geneve 5 and udp port 53",
  "geneve and vlan and udp",
  // libpcap misses packets of these, so tcpdump does; and so do we.
  "vlan or udp",
  "vlan 20 or vlan 30",
];
/**
 * Kernels refuse what libpcap 1.10.3 makes of these, since it reads memory that it has not written, and
 * tcpdump captures nothing. Those that they mean, by name.
 */
const MISSED_BY_TCPDUMP: Readonly<Record<string, RegExp>> = {
  "vlan and pppoes and ip6": /^8100 20, pppoes 7 ip6/,
  "vlan 20 and pppoes 7 and udp port 53": /^8100 20, pppoes 7 .*udp 53$/,
  "vlan and geneve and tcp": /^8100 20, geneve 5 ip tcp/,
};
const COLLECTOR = "198.51.100.7";

/** How many packets the kernel lets pass to tcpdump by each filter while something is sent. */
async function whatTcpdumpSees(host: Host, send: () => Promise<void>): Promise<number[]> {
  await using stack = new AsyncDisposableStack();
  const witnesses = FILTERS.map((filter) =>
    stack.use(
      new Program("tcpdump", [
        ...["netns", "exec", host.namespace, "tcpdump", "-i", host.iface],
        // It would give the device away, as it does what it writes as another user.
        ...["-nn", "-Z", "root", "-w", "/dev/null", filter],
      ], { executable: "ip" }),
    )
  );
  await Promise.all(witnesses.map((witness) => witness.errorLine(/^tcpdump: listening on/)));
  await send();
  return await Promise.all(witnesses.map(async (witness) => {
    const { stderr } = await witness.stop();
    return Number(/^(\d+) packets? received by filter$/m.exec(stderr)![1]);
  }));
}

Deno.test({
  ...needs(
    "filters of tags, labels, sessions and tunnels capture what tcpdump captures, nested too",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const frames = taggedFrames();
        await Deno.writeFile(`${folder}/tagged.pcap`, captureOf(frames.map(({ bytes }) => bytes)));
        // To the collector's port, which all the others are not.
        const own = taggedFrames(1335).filter(({ name }) =>
          /^(8100 \d+ |88a8 .*)?ip udp 1335$/.test(name)
        );
        assertEquals(own.length, 5);
        await Deno.writeFile(`${folder}/own.pcap`, captureOf(own.map(({ bytes }) => bytes)));

        await using ours = startOn(far, "tests/capture/count_live.ts", [
          ...[far.iface, COLLECTOR, "1335"],
          ...FILTERS,
          ...Object.keys(MISSED_BY_TCPDUMP),
        ]);
        await ours.line(/^capturing from/, FILTERS.length + Object.keys(MISSED_BY_TCPDUMP).length);
        const seen = await whatTcpdumpSees(far, async () => {
          const before = await packetsThatCame(far);
          const sent = await replay(near, `${folder}/tagged.pcap`, "--pps=1000");
          assertEquals(sent, frames.length);
          await until("all came", async () => await packetsThatCame(far) >= before + sent);
        });
        // By hand: 6 of 15 kinds have a tag of VLAN 20 outermost, and there are four datagrams of each.
        assertEquals(seen[0], 6 * 4);
        assert(seen.every((count) => count > 0 && count < frames.length), `${seen}`);
        for (const names of Object.values(MISSED_BY_TCPDUMP)) {
          seen.push(frames.filter(({ name }) => names.test(name)).length);
        }
        await ours.line(new RegExp(`^counts: ${seen.join(" ")}$`));

        await replay(near, `${folder}/own.pcap`, "--pps=1000");
        // Once more, so that what came of the sensors' own would have been counted by now.
        await replay(near, `${folder}/tagged.pcap`, "--pps=1000");
        await ours.line(new RegExp(`^counts: ${seen.map((count) => 2 * count).join(" ")}$`));
        assertEquals((await ours.stop()).code, 0);
      })
    ),
});

Deno.test({
  ...needs(
    "what libpcap gets wrong is refused in one line, what it may get wrong is said",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment(async (_near, far) => {
      const refusal = async (iface: string, filter: string) => {
        await using sensor = startOn(far, "sensor.ts", [
          ...[...KEY, "-transport", "box", "-iface", iface, "-bpf", filter],
        ]);
        const { code, stderr } = await sensor.end();
        assertEquals(code, 1, stderr);
        return stderr;
      };
      const many = Array.from({ length: 2200 }, (_, n) => `ether[${n % 60}:4] = ${n}`);
      const [negated, mixed, any, long] = await Promise.all([
        refusal(far.iface, "not vlan and udp"),
        refusal(far.iface, "ether[0] == 2 and vlan and udp"),
        refusal("any", "vlan and udp"),
        refusal(far.iface, many.join(" or ")),
      ]);
      assertMatch(
        negated!,
        /^Cannot use the filter "not vlan and udp": .* wanted: the part .* last\n$/,
      );
      assertMatch(
        mixed!,
        /^Cannot use the filter "ether\[0\] == 2 .*": libpcap mixes up .* wanted: .*\n$/,
      );
      assertMatch(
        any!,
        /^Cannot use the filter "vlan and udp": no VLAN support for Linux cooked .*\n$/,
      );
      assertMatch(
        long!,
        /^Cannot use the filter "ether.*…": .* has \d+ instructions; wanted: 4096 .*\n$/,
      );

      await using doubtful = startOn(far, "sensor.ts", [
        ...[...KEY, "-iface", far.iface, "-bpf", "vlan or udp", "-transport", "box"],
      ]);
      await doubtful.line(/^The filter "vlan or udp" may miss packets: .*; wanted: .*$/);
      await doubtful.line(/^capturing from/);
      assertEquals((await doubtful.stop()).code, 0);
    }),
});
