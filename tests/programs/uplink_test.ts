/** A sensor on a thin line: what it sends, counted where it passes. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { UdpRelay } from "../transport/udp_relay.ts";
import { inFolder, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";
import { storedRecords } from "./stored_records.ts";

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
const RATE = 8 << 10;
const BURST_BYTES = 16 << 10;
/** In front of a datagram's bytes: IPv4 and UDP. */
const HEADER_BYTES = 28;
/** What is sent again, since a machine under load answers late, is not counted by the sensor. */
const SENT_AGAIN = 1.1;

Deno.test("-uplink: never more on the line than that, files wait, and all of them is stored", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const port = Number(address.replace(/^.*:/, ""));
    using relay = new UdpRelay({ hostname: "127.0.0.1", port: port + 1 });
    const came: [number, number][] = [];
    relay.onClientDatagram = ({ length }) => came.push([performance.now(), length + HEADER_BYTES]);
    const { code, stdout, stderr } = await runProgram("sensor.ts", [
      ...["-pubkey", PUBLIC_KEY, "-addr", `127.0.0.1:${relay.address.port - 1}`, "-client", "xyz"],
      ...["-uplink", `${RATE}B/s`, "-linger", "2m"],
      ...Array.from({ length: 3 }, () => ["-read", CAPTURE]).flat(),
    ]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^nothing was lost: all \d+ records are stored$/m);
    await collector.stop();

    const [beganMs] = came[0]!;
    let bytes = 0;
    for (const [atMs, length] of came) {
      bytes += length;
      const most = RATE * (atMs - beganMs) / 1000 + BURST_BYTES;
      assert(bytes <= most * SENT_AGAIN, `${bytes} bytes in ${atMs - beganMs} ms, ${most} allowed`);
    }
    const lastedMs = came.at(-1)![0] - beganMs;
    assert(lastedMs > 5000, `only ${bytes} bytes in ${lastedMs} ms: too few to tell`);
    const made = [...stdout.matchAll(/^(\w+): made=(\d+)/gm)].map(([, type, count]) =>
      [type, Number(count)] as const
    );
    assertEquals(await storedRecords(`${folder}/records/xyz`), Object.fromEntries(made));
  }));

Deno.test("-uplink below what a session needs is refused", async () => {
  const args = ["-pubkey", PUBLIC_KEY, "-read", CAPTURE, "-uplink", "1K"];
  const { code, stderr } = await runProgram("sensor.ts", args);
  assertEquals(code, 2);
  assertMatch(stderr, /^Wrong value "1K\/s" of -uplink: wanted 2K\/s or more, or 0;/);
});
