import { type Cause, type CauseKind, sortedCauses } from "../write/ledger/cause.ts";
import type { ClientLedger } from "../write/ledger/client_account.ts";
import type { TypeLedger } from "../write/ledger/type_ledger.ts";
import { type LedgerReading, readLedger } from "../write/ledger/read_ledger_io.ts";
import type { EngineOptions } from "../write/nats/engine_access.ts";
import type { Question } from "./questions.ts";

/** Something that is missing, or was noticed, for a span of time; ms since 1970. */
export interface ToldCause {
  readonly kind: CauseKind;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly what: string;
  readonly isMissing: boolean;
}

/** The books of one sensor. */
export interface ToldLedger {
  readonly client: string;
  readonly types: Readonly<Record<string, TypeLedger>>;
  /** Whether its sensors have told anything of themselves. */
  readonly hasBooks: boolean;
  readonly packets: ClientLedger["packets"];
  /** Why something is missing, of all causes. */
  readonly missing: readonly CauseKind[];
  /** The oldest first. */
  readonly causes: readonly ToldCause[];
}

/** What the page tells of the ledger. */
export interface LedgerAnswer {
  readonly ledgers: readonly ToldLedger[];
  /** Causes that are not told, since there are too many. */
  readonly left: number;
  /** Books that cannot be read, a line each. */
  readonly problems: readonly string[];
}

/** Of all sensors together. */
const MAX_CAUSES = 4000;

/** Reads the ledger of a span, of a folder or of an engine. */
export async function readLedgerOf(
  place: string | EngineOptions,
  { client, span: wanted }: Question,
  now: bigint,
): Promise<LedgerAnswer> {
  const problems: string[] = [];
  const clients = client === "" ? undefined : [client];
  const read: ClientLedger[] = [];
  const reading: LedgerReading = {
    ...{ ...wanted, now, ...(clients && { clients }) },
    onUnreadable: ({ message }) => problems.push(message),
  };
  const ledgers = typeof place === "string"
    ? readLedger([place], reading)
    : (await import("../write/nats/read_stream_ledger_io.ts")).readStreamLedger(place, reading);
  for await (const ledger of ledgers) read.push(ledger);
  const most = Math.max(10, Math.floor(MAX_CAUSES / Math.max(1, read.length)));
  return {
    ledgers: read.map(({ client, types, packets, causes }) => ({
      client,
      // The counts of all types of all sensors would be too much for who wants to see gaps.
      types: clients ? Object.fromEntries(types) : {},
      hasBooks: packets !== undefined,
      packets: clients && packets,
      missing: kindsMissing(causes),
      causes: mostOf(causes, most).map(({ from, to, ...cause }) => ({
        ...cause,
        from: toMs(from),
        to: toMs(to),
      })),
    })),
    left: read.reduce((sum, { causes }) => sum + Math.max(0, causes.length - most), 0),
    problems,
  };
}

/** Why something is missing, each once. */
function kindsMissing(causes: readonly Cause[]): CauseKind[] {
  return [...new Set(causes.filter(({ isMissing }) => isMissing).map(({ kind }) => kind))];
}

/** So many at most: what is missing before what else was noticed, and of these the newest. */
export function mostOf(causes: readonly Cause[], most: number): readonly Cause[] {
  if (causes.length <= most) return causes;
  const byWeight = [false, true].flatMap((isMissing) =>
    causes.filter((cause) => cause.isMissing === isMissing)
  );
  return sortedCauses(byWeight.slice(-most));
}

function toMs(nanos: bigint): number {
  return Number(nanos / 1_000_000n);
}
