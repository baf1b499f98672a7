/** What the ledger must say at the end of a round of chaos. */
import { readClientLedger } from "../../../lib/write/ledger/client_ledger_io.ts";
import type { CauseKind } from "../../../lib/write/ledger/cause.ts";
import type { ClientLedger } from "../../../lib/write/ledger/client_account.ts";
import type { TypeLedger } from "../../../lib/write/ledger/type_ledger.ts";
import { packetsOf, type Run, type Stored, sum } from "./count.ts";
import { type ChaosInput, COUNTED_TYPES } from "./input.ts";

/** When whoever has not said anything for two hours counts as killed. */
const LATER_NS = 3n * 3_600_000_000_000n;
/** What is no loss, and what a kill leaves. */
const HARMLESS: readonly CauseKind[] = ["not running", "no books", "alarm"];

/** What is not known at the end. */
export interface Unknown {
  /** Sensors that were killed or ended before all was acknowledged, as the ledger names them. */
  unknownRows: number;
  /** Records that these say to be nowhere, at least. */
  unknownRecords: number;
}

/** Compares the ledger of each client with what its sensors were given and with what is on disk. */
export function checkLedger(
  records: string,
  runs: readonly Run[],
  input: ChaosInput,
  stored: Stored,
  isRevoked: (client: string) => boolean,
  problems: string[],
): Unknown {
  const unknown = { unknownRows: 0, unknownRecords: 0 };
  for (const client of new Set(runs.map((run) => run.client))) {
    if (!(client in stored.found)) continue; // nothing of it ever came
    const now = BigInt(Date.now()) * 1_000_000n + LATER_NS;
    const ledger = readClientLedger(`${records}/${client}`, client, {}, now);
    const of = runs.filter((run) => run.client === client);
    const complain = (what: string) => problems.push(`the ledger of ${client}: ${what}`);
    // One that may send no more cannot tell its end either.
    const areAllTold = !isRevoked(client) && !of.some(hasKept);
    checkTypes(ledger, of, input, stored, areAllTold, complain);
    checkCauses(ledger, areAllTold, stored, complain);
    for (const { kind, count } of ledger.causes) {
      if (kind !== "unknown") continue;
      unknown.unknownRows++;
      unknown.unknownRecords += count;
    }
  }
  return unknown;
}

function checkTypes(
  { client, types, packets }: ClientLedger,
  runs: readonly Run[],
  input: ChaosInput,
  { found }: Stored,
  areAllTold: boolean,
  complain: (what: string) => void,
): void {
  for (const [type, ledger] of types) {
    const { made, stored } = ledger;
    const onDisk = found[client]?.[type]?.length ?? 0;
    if (stored !== onDisk) complain(`${stored} ${type} stored, and ${onDisk} on disk`);
    if (made !== undefined && made !== whereabouts(ledger)) {
      complain(`its ${type} do not add up: ${JSON.stringify(ledger)}`);
    }
  }
  const seen = runs.reduce((all, run) => all + packetsOf(run), 0);
  if (areAllTold && packets && packets.Captured !== seen) {
    complain(`${packets.Captured} packets of ${seen}`);
  }
  for (const type of COUNTED_TYPES) {
    const most = runs.reduce(
      (all, run) =>
        all + sum(input.expected(run.number, run.isKilled ? run.packets : packetsOf(run), type)),
      0,
    );
    const { made = 0, stored, unknown } = types.get(type) ?? { stored: 0, unknown: 0 };
    if (made > most || stored + unknown > most || (areAllTold && packets && made < most)) {
      complain(`${type}: ${made} made, ${stored} stored, ${unknown} unknown of ${most}`);
    }
  }
}

function checkCauses(
  { client, causes }: ClientLedger,
  areAllTold: boolean,
  { refused }: Stored,
  complain: (what: string) => void,
): void {
  const isRefused = Object.values(refused[client] ?? {}).some((batches) => batches > 0);
  for (const { kind, count, what } of causes) {
    const isExpected = HARMLESS.includes(kind) || (kind === "unknown" && !areAllTold) ||
      (kind === "refused" && isRefused);
    if (!isExpected) complain(`${kind}: ${count} ${what}`);
  }
}

/** Whether a sensor was killed, or was out of reach when it ended: then it may have kept some. */
function hasKept({ isKilled, code, stdout }: Run): boolean {
  return isKilled || code !== 0 || / left in the spool( |$)/m.test(stdout);
}

/** All the places where a record may be. */
function whereabouts(
  { stored, evicted, refused, tooLarge, unwanted, held, lost, unknown }: TypeLedger,
): number {
  return stored + evicted + refused + tooLarge + unwanted + held + lost + unknown;
}
