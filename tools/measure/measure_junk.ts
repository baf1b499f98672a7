/**
 * deno task measure-junk [ROUNDS] [SECONDS] [MB/S]
 *
 * A session of a steady pace, while half a core makes junk: for the collector's two ports, and for a
 * socket that has nothing to do with it, in turn. Prints what the session had acknowledged in each round.
 */
import { CollectorProcess } from "../collector_process.ts";
import { JunkMaker } from "./junk.ts";
import { medianOf, sendPaced } from "./sensor_crowd.ts";

const rounds = Number(Deno.args[0] ?? 3);
const seconds = Number(Deno.args[1] ?? 8);
const megabytesPerSecond = Number(Deno.args[2] ?? 2);

await using collector = await CollectorProcess.start();
const target = { address: collector.sessions, collectorKey: collector.publicKey };
const elsewhere = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const drained = drain(elsewhere);
const places = {
  "both ports": [collector.boxes.port, collector.sessions.port],
  "elsewhere": [(elsewhere.addr as Deno.NetAddr).port],
};
const goodputs: Record<string, number[]> = {};
for (let round = 1; round <= rounds; round++) {
  for (const [place, ports] of Object.entries(places)) {
    await using junk = new JunkMaker(ports);
    const goodput = await sendPaced(target, { megabytesPerSecond, seconds, name: "steady" });
    const rate = await junk.stop();
    (goodputs[place] ??= []).push(goodput);
    console.log(
      `round ${round}, ${rate} datagrams/s of junk for ${place}: ${goodput.toFixed(3)} MB/s`,
    );
  }
}
elsewhere.close();
await drained;
const [at, beside] = Object.values(goodputs).map(medianOf) as [number, number];
for (const [place, values] of Object.entries(goodputs)) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  console.log(`${place}: ${least.toFixed(3)} to ${most.toFixed(3)} MB/s`);
}
console.log(`lost by junk: ${((1 - at / beside) * 100).toFixed(1)} % of the median`);
console.log(`  ${await collector.stop()}`);

async function drain(socket: Deno.DatagramConn): Promise<void> {
  const buffer = new Uint8Array(2048);
  try {
    for (;;) await socket.receive(buffer);
  } catch {
    // it has been closed
  }
}
