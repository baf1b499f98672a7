/** What is counted at the end of a round of chaos: what sensors say, what is on disk, and what tshark sees. */
import { type ChaosInput, COUNTED_TYPES, EPOCH, runOf } from "./chaos_input.ts";

/** What became of one sensor process. */
export interface Run {
  readonly client: string;
  readonly number: number;
  readonly packets: number;
  /** Whether all its batches go through a spool, which the client's next run goes on with. */
  readonly spools: boolean;
  isKilled: boolean;
  code: number;
  stdout: string;
  stderr: string;
}

const READER = `${import.meta.dirname}/read_stored.py`;
const MOST_PROBLEMS = 20;
const TOTALS = /^(\w+): made=(\d+) stored=(\d+) dropped=(\d+) unacknowledged=(\d+) /gm;

/** Times of records, by client and type. */
export type Found = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** Compares runs of sensors with what is found on disk. */
export class ChaosCount {
  readonly #input: ChaosInput;
  readonly #found: Found;
  readonly #problems: string[];

  /** @param problems What is wrong is added there. */
  constructor(input: ChaosInput, found: Found, problems: string[]) {
    this.#input = input;
    this.#found = found;
    this.#problems = problems;
  }

  /** Nothing is there twice, and nothing that was not in the packets. */
  checkKilled(run: Run): number {
    let records = 0;
    for (const type of COUNTED_TYPES) {
      const stored = countTimes(this.#found, run, type);
      const expected = this.#input.expected(run.number, run.packets, type);
      for (const [time, count] of stored) {
        records += count;
        const most = expected.get(time) ?? 0;
        if (count > most) this.#complain(run, type, `${count} of ${most} at ${time}`);
      }
    }
    return records;
  }

  /** Everything that was acknowledged is there, once. */
  checkEnded(run: Run): number {
    const packets = Number(/^packets=(\d+) /m.exec(run.stdout)?.[1] ?? 0);
    let records = 0;
    // Nothing, if it was stopped before it had read anything.
    if (!new RegExp(`^client ${run.client} sent (nothing )?to `, "m").test(run.stdout)) {
      this.#problems.push(`${run.client} ended with ${run.code}: ${run.stderr}`);
    }
    const totals = new Map(
      [...run.stdout.matchAll(TOTALS)].map(([, type, ...counts]) => [type!, counts.map(Number)]),
    );
    for (const type of COUNTED_TYPES) {
      const expected = this.#input.expected(run.number, packets, type);
      const stored = countTimes(this.#found, run, type);
      const [made = 0, acknowledged = 0, dropped = 0, unacknowledged = 0] = totals.get(type) ?? [];
      records += acknowledged;
      if (made !== sum(expected)) this.#complain(run, type, `made ${made} of ${sum(expected)}`);
      if (made !== acknowledged + dropped + unacknowledged) {
        this.#complain(run, type, "its counts do not add up");
      }
      if (sum(stored) < acknowledged || sum(stored) > made - dropped) {
        this.#complain(
          run,
          type,
          `${sum(stored)} on disk, ${acknowledged} acknowledged of ${made}`,
        );
      }
      for (const [time, count] of stored) {
        if (count > (expected.get(time) ?? 0)) this.#complain(run, type, `${count} at ${time}`);
      }
    }
    return records;
  }

  /** What was acknowledged may be of a run before this one: its records are looked at by themselves. */
  checkSpooling(run: Run): number {
    this.checkKilled(run);
    let records = 0;
    for (const [, type, text] of run.stdout.matchAll(/^(\w+): (made=.*)$/gm)) {
      const count = (what: string) =>
        Number(new RegExp(`(?:^| )${what}=(\\d+)`).exec(text!)?.[1] ?? 0);
      const lost = count("dropped") + count("unacknowledged");
      const taken = count("made") + count("from-spool");
      records += count("stored");
      if (taken !== count("stored") + lost + count("spooled")) {
        this.#complain(run, type!, "its counts do not add up");
      }
      if (!COUNTED_TYPES.includes(type!) || count("spooled") + lost > 0) continue;
      // Nothing is left: all that it made is stored, by it or by nobody.
      const packets = Number(/^packets=(\d+) /m.exec(run.stdout)?.[1] ?? 0);
      const expected = sum(this.#input.expected(run.number, packets, type!));
      const stored = sum(countTimes(this.#found, run, type!));
      if (stored !== expected) this.#complain(run, type!, `${stored} stored of ${expected}`);
    }
    return records;
  }

  #complain(run: Run, type: string, what: string): void {
    if (this.#problems.length < MOST_PROBLEMS) {
      this.#problems.push(`run ${run.number} of ${run.client}, ${type}: ${what}`);
    }
  }
}

/** What is in a folder of records, as Python reads it. @param sealing Clients whose batches may come sealed. */
export async function readStored(
  folder: string,
  sealing: readonly string[],
): Promise<{ found: Found; files: number; problems: string[] }> {
  const { success, stdout, stderr } = await new Deno.Command("python3", {
    args: [READER, folder, String(EPOCH), sealing.join()],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function countTimes(found: Found, { client, number }: Run, type: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const time of found[client]?.[type] ?? []) {
    if (runOf(time) === number) counts.set(time, (counts.get(time) ?? 0) + 1);
  }
  return counts;
}

function sum(counts: ReadonlyMap<unknown, number>): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}
