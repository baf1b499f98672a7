/**
 * Prints TCP connections as they are tried, of all sensors, until Ctrl-C. Files and sensors may come
 * later than this program.
 *
 *     deno run --allow-read examples/follow_records.ts FOLDER
 */
import { readRecords, Where } from "@farcap/farcap/records";
import { TCPSchema } from "@farcap/farcap/schemas";

const [folder = "records"] = Deno.args;
const isFirst = new Where("SYN == true and ACK != true").bind(TCPSchema);
if ("problem" in isFirst) throw new Error(isFirst.problem);

const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
const wanted = { follow: true, signal: stop.signal, filterOf: () => isFirst.filter };
for await (const { SrcIP, SrcPort, DstIP, DstPort } of readRecords(folder, TCPSchema, wanted)) {
  console.log(`${SrcIP} port ${SrcPort} to ${DstIP} port ${DstPort}`);
}
