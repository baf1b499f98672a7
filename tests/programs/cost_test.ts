/** What a packet costs: only an accident is found here, of another order of magnitude. */
import { assert, assertMatch } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { endedSeconds } from "../../tools/measure/ended_seconds.ts";
import { LINUX, needs } from "../needs.ts";
import { inFolder, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
const FILE_HEADER_BYTES = 24;
const PACKETS = 100_000;
/** Of both programs, start and end with them; ten times what it is (docs/performance.md). */
const MAX_SECONDS = 30;
/** Of a packet's records on disk; ten times what it is, too. */
const MAX_BYTES = 300;

Deno.test(
  needs("100,000 packets cost no ten times what they did", LINUX),
  () =>
    inFolder(async (folder) => {
      const capture = await Deno.readFile(CAPTURE);
      const packets = capture.subarray(FILE_HEADER_BYTES);
      const times = Math.ceil(PACKETS / countOf(packets));
      const whole = concat([capture, ...Array.from({ length: times - 1 }, () => packets)]);
      await Deno.writeFile(`${folder}/whole.pcap`, whole);

      const before = await endedSeconds();
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const { stdout } = await runProgram("sensor.ts", [
        ...["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz", "-linger", "2m"],
        ...["-read", `${folder}/whole.pcap`],
      ]);
      assertMatch(stdout, /^nothing was lost: all \d+ records are stored$/m);
      await collector.stop();
      const seconds = await endedSeconds() - before;
      let bytes = 0;
      for await (const { name } of Deno.readDir(`${folder}/records/xyz`)) {
        bytes += (await Deno.stat(`${folder}/records/xyz/${name}`)).size;
      }
      console.log(
        `${seconds.toFixed(2)} s, ${(bytes / PACKETS).toFixed(1)} bytes a packet on disk`,
      );
      assert(seconds < MAX_SECONDS, `${seconds} s`);
      assert(bytes < MAX_BYTES * PACKETS, `${bytes} bytes`);
    }),
);

/** Of a little-endian pcap file, behind its header. */
function countOf(packets: Uint8Array): number {
  const view = new DataView(packets.buffer, packets.byteOffset, packets.byteLength);
  let count = 0;
  for (let at = 0; at < packets.length; at += 16 + view.getUint32(at + 8, true)) count++;
  return count;
}
