/** Packets of capture files, one after another, beside what tshark says of them. */
import { assertEquals, assertRejects } from "@std/assert";
import { CaptureError } from "../../lib/base/errors.ts";
import { createCaptureCounts } from "../../lib/capture/capture_counts.ts";
import type { CapturedPacket } from "../../lib/capture/captured_packet.ts";
import { readPackets } from "../../lib/capture/read_packets_io.ts";

const CAPTURES = new URL("../captures/", import.meta.url);

/** Time, length on the wire and captured bytes of each frame, as tshark has them. */
async function expectedOf(name: string): Promise<string[]> {
  const [header, ...lines] = (await Deno.readTextFile(new URL(`${name}.tsv`, CAPTURES)))
    .trimEnd().split("\n").map((line) => line.split("\t"));
  const columns = ["frame.time_epoch", "frame.len", "frame.cap_len"]
    .map((field) => header!.indexOf(field));
  return lines.map((cells) => columns.map((column) => cells[column]).join(" "));
}

function shown({ bytes, originalLength, sec, nsec }: CapturedPacket): string {
  return `${sec}.${String(nsec).padStart(9, "0")} ${originalLength} ${bytes.length}`;
}

function pathOf(name: string): string {
  return decodeURIComponent(new URL(name, CAPTURES).pathname);
}

for (const name of ["dns.pcap", "cut_nanoseconds.pcap", "two_interfaces.pcapng"]) {
  Deno.test(`the packets of ${name} are those of tshark, and each keeps its bytes`, async () => {
    const packets = await Array.fromAsync(readPackets(pathOf(name)));
    assertEquals(packets.map(shown), await expectedOf(name.split(".")[0]!));
  });
}

Deno.test("who leaves the loop ends the reading", async () => {
  for await (const packet of readPackets(pathOf("dns.pcap"))) {
    assertEquals(packet.linkType, 1);
    break; // the sanitizer finds a file that is left open
  }
});

Deno.test("a capture that breaks off gives all before that, then says so", async () => {
  const whole = await Deno.readFile(pathOf("dns.pcap"));
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, whole.subarray(0, -1));
    const counts = createCaptureCounts();
    const packets: CapturedPacket[] = [];
    await assertRejects(
      async () => {
        for await (const packet of readPackets(path, counts)) packets.push(packet);
      },
      CaptureError,
      "Cannot read capture file",
    );
    assertEquals(packets.map(shown), (await expectedOf("dns")).slice(0, -1));
    assertEquals(counts.delivered, packets.length);
  } finally {
    await Deno.remove(path);
  }
});
