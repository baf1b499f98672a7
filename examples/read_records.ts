/**
 * Which names were looked up most, and by how many hosts; of all sensors.
 *
 *     deno run --allow-read examples/read_records.ts FOLDER
 */
import { readRecords, Where } from "@farcap/farcap/records";
import { DNSSchema } from "@farcap/farcap/schemas";

const [folder = "records"] = Deno.args;
const isQuestion = new Where("QR != true").bind(DNSSchema);
if ("problem" in isQuestion) throw new Error(isQuestion.problem);

const text = new TextDecoder();
const askers = new Map<string, Set<string>>();
const wanted = { filterOf: () => isQuestion.filter };
for await (const { Questions, SrcIP } of readRecords(folder, DNSSchema, wanted)) {
  for (const { Name } of Questions) {
    const name = text.decode(Name);
    askers.set(name, (askers.get(name) ?? new Set()).add(SrcIP));
  }
}
const byHosts = [...askers].sort(([, a], [, b]) => b.size - a.size).slice(0, 10);
for (const [name, hosts] of byHosts) console.log(hosts.size, JSON.stringify(name));
