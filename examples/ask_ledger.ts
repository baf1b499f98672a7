/**
 * Which sensors were blind in the last day, when, and why; and how much of what they made is stored.
 *
 *     deno run --allow-read examples/ask_ledger.ts FOLDER
 */
import { readLedger } from "@farcap/farcap/records";

const DAY_NS = 86_400_000_000_000n;
const [folder = "records"] = Deno.args;
const now = BigInt(Date.now()) * 1_000_000n;
const text = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();

for await (const { client, types, causes } of readLedger([folder], { from: now - DAY_NS, now })) {
  const counts = [...types.values()];
  const made = counts.reduce((sum, { made = 0 }) => sum + made, 0);
  const stored = counts.reduce((sum, { stored }) => sum + stored, 0);
  console.log(`${client}: ${stored} of ${made} records are stored`);
  for (const { kind, from, to, count, isMissing } of causes) {
    if (isMissing) console.log(`  ${text(from)} to ${text(to)}: ${kind}, ${count}`);
  }
}
