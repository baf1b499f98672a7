/** Live capture as users have it: programs of ours on a segment of their own, with real packets. */
import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../programs/program.ts";
import {
  BY_SESSION,
  countPackets,
  MARKER,
  OFFICE,
  packetsThatCame,
  recordsOf,
  sendMarker,
  startCollector,
  startSensor,
  totalsOf,
  untagged,
} from "./live_programs.ts";
import { onSegment, replay } from "./namespaces.ts";
import { storedRecords } from "../programs/stored_records.ts";
import { until } from "../until.ts";
import { needs, SEGMENT } from "../needs.ts";

Deno.test({
  ...needs(
    "every packet that is sent becomes the records that its file gives, and they are stored",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using collector = await startCollector(far, `${folder}/records`, "127.0.0.1");
        await using sensor = await startSensor(far, BY_SESSION);
        const sent = await replay(near, OFFICE, "--topspeed");
        const came = await packetsThatCame(far);
        const client = `${folder}/records/xyz`;
        await collector.line(/^new file xyz\/Ethernet\.ncap\.gz$/);
        // A file that has just been made is without its header for a moment.
        const isStored = () =>
          storedRecords(client).then(({ Ethernet }) => Ethernet === sent, () => false);
        await until("all is stored", isStored);
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
  ...needs(
    "SIGINT in the middle: every packet captured was decoded, every record sent is stored",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using collector = await startCollector(far, `${folder}/records`, "127.0.0.1");
        await using sensor = await startSensor(far, BY_SESSION);
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
          await sensor.line(/^got \d+ bytes of type .*NC_TCP\b/, 3);
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
  ...needs(
    "what does not fit into a tiny ring is counted: captured and dropped are all that came",
    ...SEGMENT,
  ),
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
  ...needs(
    "records that the network does not take in time are dropped and counted, packets are not",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment(async (near, far) => {
      // The machine may be busy, and a ring that grows is small at first.
      const flags = ["-queue", "1048576", "-rate", "300000", "-buffer", "64M"];
      await using sensor = await startSensor(far, flags);
      const sent = await replay(near, OFFICE, "--pps=40000", "--preload-pcap", "--loop=100");
      await replay(near, MARKER, "--limit=1");
      const { code, stdout } = await sensor.stop();
      assertEquals(code, 0);
      const { captured, droppedByKernel, types } = totalsOf(stdout);
      // What the ring holds at the end is not read, which is much where the machine is busy.
      assert(captured > sent / 10, stdout);
      assertEquals(droppedByKernel, 0);
      assert(types.Ethernet!.dropped > 0, stdout);
      for (const [name, { made, sent, dropped }] of Object.entries(types)) {
        assertEquals(made, sent + dropped, name);
      }
    }),
});

Deno.test({
  ...needs("two interfaces are captured from at once", ...SEGMENT),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const file = await untagged(folder);
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
  ...needs("files are read first; their packets do not count as captured", ...SEGMENT),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const file = await untagged(folder);
        await using sensor = await startSensor(far, ["-read", file, "-rate", "0"]);
        const sent = await sendMarker(near, sensor);
        const { captured, received, packets } = totalsOf((await sensor.stop()).stdout);
        assertEquals([captured, received], [sent, sent]);
        assertEquals(packets, await countPackets(file) + sent);
      })
    ),
});

for (const timeout of ["0", "1us", "1.5ms"]) {
  Deno.test({
    ...needs(`packets come also with -timeout ${timeout}`, ...SEGMENT),
    fn: () =>
      onSegment(async (near, far) => {
        await using sensor = await startSensor(far, ["-timeout", timeout]);
        await sendMarker(near, sensor);
        const { code, stderr } = await sensor.stop();
        assertEquals([code, stderr], [0, ""]);
      }),
  });
}

Deno.test({
  ...needs("without packets, too, SIGINT ends it with 0", ...SEGMENT),
  fn: () =>
    onSegment(async (_near, far) => {
      await using sensor = await startSensor(far);
      const { code, stdout, stderr } = await sensor.stop();
      assertEquals([code, stderr], [0, ""]);
      assertEquals(totalsOf(stdout).captured, 0);
    }),
});
