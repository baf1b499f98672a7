/** Both ways to get packets from libpcap: written into memory by it, or copied one by one. */
import { assert, assertEquals } from "@std/assert";
import { readInterface } from "../../lib/capture/live_capture_io.ts";
import { createLiveCounts, type LiveCounts } from "../../lib/capture/live_options.ts";
import type { Program } from "../programs/program.ts";
import { type CollectedPacket, collectPackets } from "./collect_packets.ts";
import { OFFICE } from "./live_programs.ts";
import { type Host, joinHosts, onSegment, replay, run, startOn } from "./namespaces.ts";
import { needs, SEGMENT } from "../needs.ts";

const READERS = ["dumps", "copies"] as const;
const WHOLE = 262_144;

/** A test of both readers, at the far end of a segment. */
function everyReader(
  name: string,
  test: (
    start: (snapLength?: number) => Promise<Program>,
    near: Host,
    far: Host,
  ) => Promise<void>,
): void {
  for (const reader of READERS) {
    Deno.test({
      ...needs(`${name}: ${reader}`, ...SEGMENT),
      fn: () =>
        onSegment((near, far) =>
          test(
            async (snapLength = WHOLE) => {
              const args = [far.iface, reader, String(snapLength)];
              const program = startOn(far, "tests/capture/print_live.ts", args);
              await program.line(/^capturing from /);
              return program;
            },
            near,
            far,
          )
        ),
    });
  }
}

/** Ends the reading; what it had read. */
async function stop(program: Program): Promise<{ packets: CollectedPacket[]; counts: LiveCounts }> {
  const { code, stdout, stderr } = await program.stop();
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  return { packets: lines.slice(0, -1), counts: lines.at(-1) };
}

everyReader(
  "every packet comes as it was sent, with the time at which it came",
  async (start, near) => {
    await using program = await start();
    const sent = collectPackets(await Deno.readFile(OFFICE)).packets;
    const beganMs = Date.now();
    await replay(near, OFFICE, "--topspeed");
    await program.line(new RegExp(`^packets so far: ${sent.length}$`));
    const endedMs = Date.now();
    const { packets, counts } = await stop(program);
    const withoutTime = ({ data, originalLength, linkType }: CollectedPacket) => ({
      data,
      originalLength,
      linkType,
    });
    assertEquals(packets.map(withoutTime), sent.map(withoutTime));
    assertEquals([counts.received, counts.droppedByKernel], [sent.length, 0]);
    const times = packets.map(({ time }) => Number(time) * 1000);
    assert(times.every((ms) => ms > beganMs - 1 && ms < endedMs + 1), `${times[0]} is not now`);
    assertEquals(times, times.toSorted((a, b) => a - b));
    assert(packets.some(({ time }) => !time.endsWith("000")), "nanoseconds, not microseconds");
  },
);

everyReader(
  "of long packets comes what was asked for, and how long they were",
  async (start, near) => {
    await using program = await start(100);
    const sent = collectPackets(await Deno.readFile(OFFICE)).packets;
    await replay(near, OFFICE, "--topspeed");
    await program.line(new RegExp(`^packets so far: ${sent.length}$`));
    const { packets } = await stop(program);
    assert(sent.some(({ originalLength }) => originalLength > 1000));
    assertEquals(
      packets.map(({ data, originalLength }) => [data, originalLength]),
      sent.map(({ data, originalLength }) => [data.slice(0, 200), originalLength]),
    );
  },
);

everyReader("nothing gets lost at full speed but what is counted", async (start, near) => {
  await using program = await start();
  const sent = await replay(near, OFFICE, "--topspeed", "--preload-pcap", "--loop=30");
  await program.line(/^packets so far: \d{4,}$/);
  const { packets, counts } = await stop(program);
  assert(counts.received <= sent);
  // What was in the ring when it was told to end is in no count but the kernel's.
  assert(packets.length + counts.droppedByKernel <= counts.received);
  assert(packets.length > sent / 100, `${packets.length} of ${sent}`);
});

everyReader("without packets it ends at once", async (start) => {
  await using program = await start();
  assertEquals((await stop(program)).packets, []);
});

everyReader(
  "an interface that is removed is reported, and read when it is back",
  async (start, near, far) => {
    await using program = await start();
    await replay(near, OFFICE, "--topspeed");
    await run("ip", "-n", far.namespace, "link", "delete", far.iface);
    await program.line(/^Capture on veth2 broke off: The interface disappeared/);
    await joinHosts(near, far);
    await program.line(/^Capture on veth2 goes on$/);
    const before = [...program.said.matchAll(/^packets so far: (\d+)$/gm)].at(-1)![1];
    const sent = await replay(near, OFFICE, "--topspeed");
    await program.line(new RegExp(`^packets so far: ${Number(before) + sent}$`));
    const { packets, counts } = await stop(program);
    assert(packets.length > sent, "what came before it was removed, too");
    assertEquals([packets.length, counts.interruptions], [counts.received, 1]);
  },
);

for (const reader of READERS) {
  for (const moment of ["before it begins", "between two bursts"] as const) {
    Deno.test({
      ...needs(`an abort ${moment} is not missed: ${reader}`, ...SEGMENT),
      // The library stays loaded.
      sanitizeResources: false,
      fn: async () => {
        const socket = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
        const options = {
          interfaces: ["lo"],
          filter: `udp port ${(socket.addr as Deno.NetAddr).port}`,
          snapLength: 64,
          promiscuous: false,
          ringBytes: 0,
          timeoutMs: 100,
          immediate: false,
          monitor: false,
        };
        const stop = new AbortController();
        if (moment === "before it begins") stop.abort();
        let packets = 0;
        let sending: Promise<number> | undefined;
        const reading = {
          afterBurst: () => packets > 0 && stop.abort(),
          counts: createLiveCounts(),
          onChange: () => sending = socket.send(new Uint8Array(1), socket.addr),
          signal: stop.signal,
          copies: reader === "copies",
        };
        const late = Promise.withResolvers<string>();
        const timer = setTimeout(() => late.resolve("late"), 5000);
        const ended = readInterface("lo", options, { packet: () => packets++ }, reading);
        assertEquals(await Promise.race([ended.then(() => "ended"), late.promise]), "ended");
        clearTimeout(timer);
        await sending;
        socket.close();
      },
    });
  }
}
