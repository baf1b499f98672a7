import { assert, assertEquals } from "@std/assert";
import { openLibpcap } from "../../ffi/libpcap.ts";
import { CaptureRing } from "../../lib/capture/capture_ring_io.ts";
import { createLiveCounts } from "../../lib/capture/live_options.ts";
import { FIRST_RING_BYTES, fittingRing, MAX_RING_BYTES } from "../../lib/capture/ring_growth.ts";
import { inFolder } from "../programs/program.ts";
import { needs, SEGMENT } from "../needs.ts";
import { until } from "../until.ts";
import { sendMarker, startSensor, totalsOf, untagged } from "./live_programs.ts";
import { onSegment, replay } from "./namespaces.ts";

const MIB = 1 << 20;
/** A second each, and some more where the machine is busy. */
const MAX_TRIES = 30;

Deno.test("a ring is to hold half a second of what came", () => {
  assertEquals(fittingRing(4 * MIB, 8 * MIB, 0, 1000), 4 * MIB);
  assertEquals(fittingRing(4 * MIB, 8 * MIB + 2, 0, 1000), 16 * MIB);
  assertEquals(fittingRing(4 * MIB, 40 * MIB, 0, 1000), 64 * MIB);
  assertEquals(fittingRing(4 * MIB, 4 * MIB + 2, 0, 500), 16 * MIB);
});

Deno.test("a ring that was full grows, none beyond the largest, and none shrinks", () => {
  assertEquals(fittingRing(FIRST_RING_BYTES, 0, 1, 1000), 4 * FIRST_RING_BYTES);
  assertEquals(fittingRing(MAX_RING_BYTES, 1e9, 1, 1000), MAX_RING_BYTES);
  assertEquals(fittingRing(16 * MIB, 0, 0, 1000), 16 * MIB);
});

Deno.test({
  ...needs("what came to a ring that is discarded counts nowhere", ...SEGMENT),
  // The library stays loaded.
  sanitizeResources: false,
  fn: async () => {
    const socket = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
    const options = {
      interfaces: ["lo"],
      filter: `udp port ${(socket.addr as Deno.NetAddr).port}`,
      snapLength: 64,
      promiscuous: false,
      ringBytes: MIB,
      timeoutMs: 100,
      immediate: false,
      monitor: false,
    };
    const open = () => {
      const reading = {
        afterBurst: () => {},
        counts: createLiveCounts(),
        onChange: () => {},
        signal: new AbortController().signal,
      };
      const handler = { packet: () => {} };
      return { reading, ring: new CaptureRing(openLibpcap(), "lo", options, handler, reading) };
    };
    const [discarded, closed] = [open(), open()];
    await socket.send(new Uint8Array(1), socket.addr);
    const hasCome = () => {
      closed.ring.count();
      return closed.reading.counts.received > 0;
    };
    await until("the packet has come", hasCome);
    await discarded.ring.discard();
    await closed.ring.close();
    socket.close();
    assertEquals(discarded.reading.counts, createLiveCounts());
  },
});

Deno.test({
  ...needs(
    "a ring grows in the middle of traffic: each packet that came is captured once or counted",
    ...SEGMENT,
  ),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        const file = await untagged(folder);
        await using sensor = await startSensor(far);
        // 12 MB a second, until it has grown and a moment longer.
        let sent = 0;
        const hasGrown = () => /^The capture buffer of .* was 4 MiB and is now /m.test(sensor.said);
        for (let tries = 0; tries < MAX_TRIES && !hasGrown(); tries++) {
          sent += await replay(near, file, "--mbps=100", "--preload-pcap", "--loop=100");
        }
        assert(hasGrown(), `${sent} packets and no growth`);
        sent += await replay(near, file, "--pps=2000") + await sendMarker(near, sensor);
        const { captured, received, droppedByKernel } = totalsOf((await sensor.stop()).stdout);
        assertEquals([received, captured + droppedByKernel], [sent, sent]);
        assert(captured > 0);
      })
    ),
});
