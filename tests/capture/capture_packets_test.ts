/** Packets of an interface, one after another. */
import { assertEquals } from "@std/assert";
import { needs, SEGMENT } from "../needs.ts";
import { onSegment, replay, startOn } from "./namespaces.ts";

const CAPTURE = decodeURIComponent(new URL("../captures/dns.pcap", import.meta.url).pathname);
const TABLE = new URL("../captures/dns.tsv", import.meta.url);

/** What tshark says of the lengths. */
async function expectedLengths(): Promise<number[]> {
  const [header, ...lines] = (await Deno.readTextFile(TABLE)).trimEnd().split("\n")
    .map((line) => line.split("\t"));
  return lines.map((cells) => Number(cells[header!.indexOf("frame.len")]));
}

for (const [name, queueBytes] of [["all of them are taken", 1 << 20], ["none finds room", 0]]) {
  Deno.test({
    ...needs(`packets of an interface come as they were sent: ${name}`, ...SEGMENT),
    fn: () =>
      onSegment(async (near, far) => {
        const lengths = await expectedLengths();
        const args = [far.iface, String(lengths.length), String(queueBytes)];
        await using program = startOn(far, "tests/capture/iterate_live.ts", args);
        await program.line(new RegExp(`^capturing from ${far.iface}$`));
        await replay(near, CAPTURE, "--topspeed");
        const { code, stdout, stderr } = await program.end();
        assertEquals([code, stderr], [0, ""]);
        assertEquals(JSON.parse(stdout.trimEnd().split("\n").at(-1)!), {
          lengths: queueBytes === 0 ? [] : lengths,
          dropped: queueBytes === 0 ? lengths.length : 0,
        });
      }),
  });
}
