/**
 * deno task chaos [-rounds N] [-seed S] [-store nats]
 *
 * Plays rounds of chaos (round.ts): what the collector acknowledged must be stored exactly once,
 * everything else at most once, every file must be readable, the ledger must add up and agree with all
 * that, and who may send can, whatever was killed, cut, full, limited, revoked, or given another key. A
 * round that fails prints its seed and keeps its folder; as root disks fill up, too. With `-store nats`
 * there are three collectors, an engine, and who makes files of its stream (nats_round.ts).
 */
import { playNatsRound } from "./nats_round.ts";
import { playRound } from "./round.ts";
import { isMet, SMALL_DISK } from "../../needs.ts";

const rounds = Number(valueOf("-rounds") ?? 5);
const seed = Number(valueOf("-seed") ?? Math.floor(Math.random() * 1e9));
const play = valueOf("-store") === "nats" ? playNatsRound : playRound;
const totals = new Map<string, number>();
let failures = 0;

for (let n = 0; n < rounds; n++) {
  const folder = await Deno.makeTempDir({ prefix: "farcap-chaos-" });
  const report = await play({ seed: seed + n, folder, hasSmallDisk: isMet(SMALL_DISK) });
  const { problems, ...numbers } = report;
  for (const [name, number] of Object.entries(numbers)) {
    totals.set(name, (totals.get(name) ?? 0) + number);
  }
  console.log(`round ${n + 1}, seed ${seed + n}: ${describe(numbers)}`);
  if (problems.length === 0) {
    await Deno.remove(folder, { recursive: true });
    continue;
  }
  failures++;
  for (const problem of problems) console.log(`  ${problem}`);
  console.log(`  again: deno task chaos -rounds 1 -seed ${seed + n}; kept: ${folder}`);
}
console.log(`all: ${describe(Object.fromEntries(totals))}`);
console.log(`${rounds - failures} of ${rounds} rounds were well`);
if (failures > 0) Deno.exit(1);

function valueOf(flag: string): string | undefined {
  const at = Deno.args.indexOf(flag);
  return at < 0 ? undefined : Deno.args[at + 1];
}

function describe(numbers: object): string {
  return Object.entries(numbers)
    .map(([name, number]) => `${name}=${Number.isInteger(number) ? number : number.toFixed(1)}`)
    .join(" ");
}
