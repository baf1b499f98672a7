import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import { counted } from "../../base/text/counted.ts";

/** What a run of a sensor had lost by a row of its books. */
export interface RunDrops {
  readonly run: bigint;
  readonly packets: bigint;
  readonly records: bigint;
}

/** Over when its rows have told of nothing new for so long, by its own clock. */
const CALM_NS = 300_000_000_000n;
/** Runs of one name that are told apart; the oldest is forgotten. */
const MAX_RUNS = 8;

/** What a row means: something was lost since the one before, or the sensor has been well for a while. */
export type DropStep =
  | { readonly kind: "drops"; readonly sinceMs: number; readonly detail: string }
  | { readonly kind: "calm" }
  | undefined;

/** What the sensors of one name lose, by the rows of their books: totals of each run, which only rise. */
export class Dropping {
  readonly #runs = new Map<bigint, RunDrops>();
  #lastLoss: bigint | undefined;

  /** @param runs What an earlier run of the collector knew. */
  constructor(runs: readonly RunDrops[]) {
    for (const run of runs) this.#runs.set(run.run, run);
  }

  /** What has to outlive the collector. */
  get runs(): readonly RunDrops[] {
    return [...this.#runs.values()];
  }

  /** Takes a row, in the order in which rows come. */
  take(row: SensorMinute): DropStep {
    const { Run: run, Timestamp: time } = row;
    const packets = row.DroppedByKernel + row.DroppedByInterface;
    const records = row.Types.reduce(
      (sum, { Evicted, TooLarge }) => sum + Evicted + TooLarge,
      row.Oversized,
    );
    const before = this.#runs.get(run) ?? { packets: 0n, records: 0n };
    this.#runs.delete(run); // the one heard of last comes last
    this.#runs.set(run, { run, packets, records });
    if (this.#runs.size > MAX_RUNS) this.#runs.delete(this.#runs.keys().next().value!);
    const [lostPackets, lostRecords] = [packets - before.packets, records - before.records];
    if (lostPackets > 0n || lostRecords > 0n) {
      this.#lastLoss = time;
      return {
        kind: "drops",
        sinceMs: Number(row.SpanStart / 1_000_000n),
        detail: [amount(lostPackets, "packet"), amount(lostRecords, "record")]
          .filter((text) => text !== "").join(", "),
      };
    }
    this.#lastLoss ??= row.SpanStart; // of a run before
    return row.IsLast || time - this.#lastLoss >= CALM_NS ? { kind: "calm" } : undefined;
  }
}

function amount(count: bigint, what: string): string {
  return count <= 0n ? "" : counted(count, what);
}
