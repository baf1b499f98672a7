/** What the kernel leaves out: what the user does not want, and what sensors send. */
import { until } from "../until.ts";
import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../programs/program.ts";
import {
  BY_SESSION,
  countPackets,
  MARKER,
  packetsThatCame,
  PORT,
  sendMarker,
  startCollector,
  startSensor,
  totalsOf,
  untagged,
} from "./live_programs.ts";
import { type Host, onSegment, replay, run, runOn } from "./namespaces.ts";
import { needs, SEGMENT } from "../needs.ts";

Deno.test({
  ...needs(
    "a filter is applied by the kernel: what it leaves out is not even received",
    ...SEGMENT,
  ),
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

for (const transport of ["session", "box"]) {
  Deno.test({
    ...needs(
      `sensors on the segment that leads to their collector do not capture what sensors send by ${transport}`,
      ...SEGMENT,
    ),
    fn: () =>
      onSegment((near, far) =>
        inFolder(async (folder) => {
          await using collector = await startCollector(far, `${folder}/records`, far.address);
          const to = ["-addr", `${far.address}:${PORT}`, "-transport", transport];
          await using nearSensor = await startSensor(near, [...to, "-client", "near"]);
          await using farSensor = await startSensor(far, [...to, "-client", "far"]);
          const rounds = 3;
          for (let round = 1; round <= rounds; round++) {
            // What was sent of one round has crossed the segment before the next one begins.
            await replay(near, MARKER, "--limit=1");
            await nearSensor.line(/^got \d+ bytes of type .*NC_Dot1Q\b/, round);
            await farSensor.line(/^got \d+ bytes of type .*NC_Dot1Q\b/, round);
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
}

Deno.test({
  ...needs(
    "a collector whose name has several addresses is found, and its traffic is left out",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using collector = await startCollector(near, `${folder}/records`, near.address);
        // At the other ones is nobody. The mount is the host's own, as its namespaces are.
        const addresses = ["203.0.113.8", near.address, "203.0.113.9"];
        const hosts = addresses.map((address) => `${address} collector.invalid\n`).join("");
        await Deno.writeTextFile(`${folder}/hosts`, hosts);
        const mount = `mount --bind ${folder}/hosts /etc/hosts && exec "$@"`;
        const to = ["-addr", `collector.invalid:${PORT}`, ...BY_SESSION];
        await using sensor = await startSensor(far, to, ["sh", "-c", mount, "sh"]);
        await sensor.line(/^connected to collector\.invalid:/);
        await sendMarker(near, sensor);
        await collector.line(/^new file xyz\/Dot1Q\.ncap\.gz$/);
        await sendMarker(near, sensor, 2);
        const { code, stdout } = await sensor.stop();
        assertEquals(code, 0);
        const { made } = totalsOf(stdout);
        assertEquals(["Dot1Q", "IPv4", "UDP"].map(made), [2, 0, 0], stdout);
      })
    ),
});

Deno.test({
  ...needs(
    "a collector that moves to another address is followed, and its traffic there is left out",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const moved = "203.0.113.77";
        const hosts = `${folder}/hosts`;
        await Deno.writeTextFile(hosts, `${near.address} collector.invalid\n`);
        const mount = `mount --bind ${hosts} /etc/hosts && exec "$@"`;
        const records = `${folder}/records`;
        const first = await startCollector(near, records, near.address);
        const to = ["-addr", `collector.invalid:${PORT}`, ...BY_SESSION];
        await using sensor = await startSensor(far, to, ["sh", "-c", mount, "sh"]);
        await sensor.line(/^connected to collector\.invalid:/);
        let sent = await sendMarker(near, sensor);
        await first.line(/^new file xyz\/Dot1Q\.ncap\.gz$/);
        await first.stop();

        await run("ip", "-n", near.namespace, "address", "add", `${moved}/24`, "dev", near.iface);
        await using second = await startCollector(near, records, moved);
        await Deno.writeTextFile(hosts, `${moved} collector.invalid\n`);
        await sensor.line(
          /^The collector is at 203\.0\.113\.77 now: its traffic .* left out, too$/,
        );
        await sensor.line(/^connected to collector\.invalid:/, 2);
        const rounds = 5;
        for (let round = 1; round <= rounds; round++) {
          const before = await packetsThatCame(near);
          sent += await sendMarker(near, sensor, 1 + round);
          // The batch of this round goes out before the next one begins.
          await until("it is sent", async () => await packetsThatCame(near) > before);
        }
        const { code, stdout } = await sensor.stop();
        assertEquals(code, 0);
        await second.stop();
        const { made, captured, received } = totalsOf(stdout);
        assertEquals(made("Dot1Q"), sent);
        const leftOut = Number(/^(\d+) packets of the collector that moved/m.exec(stdout)![1]);
        assert(leftOut >= 2 * rounds, stdout);
        // What the kernel still held at the end is in neither.
        assert(captured + leftOut <= received, stdout);
        // But for what was under way while the worker was told.
        assert(made("UDP") <= 4, stdout);
      })
    ),
});

Deno.test({
  ...needs(
    "while no collector listens, what its host answers makes no records that make more of it",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment(async (near, far) => {
      await using sensor = await startSensor(far, ["-addr", `${near.address}:${PORT}`]);
      const rounds = 3;
      // The batches of one round have been answered before the next one begins.
      for (let round = 1; round <= rounds; round++) {
        await sendMarker(near, sensor, round);
        await until("the host answers", async () => await errorsSent(near) >= round);
      }
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      const { made } = totalsOf(stdout);
      const counts = ["Dot1Q", "IPv4", "ICMPv4", "UDP"].map(made);
      assertEquals(counts, [rounds, 0, 0, 0], stdout);
      assert(await errorsSent(near) >= rounds);
    }),
});

/** "Destination unreachable" messages that a host has sent. */
async function errorsSent(host: Host): Promise<number> {
  const lines = (await runOn(host, "cat", "/proc/net/snmp")).split("\n")
    .filter((line) => line.startsWith("Icmp: ")).map((line) => line.split(" "));
  return Number(lines[1]![lines[0]!.indexOf("OutDestUnreachs")]);
}
