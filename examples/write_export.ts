/**
 * An export of one's own: which names led to which addresses, a line of JSON each, as it comes, until
 * Ctrl-C.
 *
 *     deno run --allow-read examples/write_export.ts FOLDER
 */
import { readRecords, Where } from "@farcap/farcap/records";
import { DNSSchema } from "@farcap/farcap/schemas";

const [folder = "records"] = Deno.args;
const isAnswer = new Where("QR == true and ResponseCode == 0").bind(DNSSchema);
if ("problem" in isAnswer) throw new Error(isAnswer.problem);

const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
const text = new TextDecoder();
const wanted = { follow: true, signal: stop.signal, filterOf: () => isAnswer.filter };
for await (const { Timestamp, Answers } of readRecords(folder, DNSSchema, wanted)) {
  const at = new Date(Number(Timestamp / 1_000_000n)).toISOString();
  for (const { Name, IP } of Answers) {
    if (IP !== "") console.log(JSON.stringify({ at, name: text.decode(Name), address: IP }));
  }
}
