/** What is counted at the end of a round of chaos: what sensors say, what is on disk, and what tshark sees. */
import { type ChaosInput, COUNTED_TYPES, EPOCH, runOf } from "./input.ts";

/** What became of one sensor process. */
export interface Run {
  readonly client: string;
  readonly number: number;
  readonly packets: number;
  /** Whether all its batches go through a spool, which the client's next run goes on with. */
  readonly spools: boolean;
  /** Whether it is the client's last, which may end in peace. */
  readonly isLast: boolean;
  isKilled: boolean;
  code: number;
  stdout: string;
  stderr: string;
}

const READER = `${import.meta.dirname}/read_stored.py`;
const MOST_PROBLEMS = 20;

/** What is in a folder of records, as Python reads it, by client and type. */
export interface Stored {
  /** Times of records, from {@linkcode EPOCH}. */
  readonly found: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Batches that were refused since their type is not taken. */
  readonly refused: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly files: number;
  readonly problems: readonly string[];
}

/** Compares runs of sensors with what is found on disk. */
export class ChaosCount {
  readonly #input: ChaosInput;
  readonly #stored: Stored;
  readonly #problems: string[];

  /** @param problems What is wrong is added there. */
  constructor(input: ChaosInput, stored: Stored, problems: string[]) {
    this.#input = input;
    this.#stored = stored;
    this.#problems = problems;
  }

  /** Nothing is there twice, and nothing that was not in the packets. */
  checkKilled(run: Run): number {
    let records = 0;
    for (const type of COUNTED_TYPES) {
      const stored = countTimes(this.#stored, run, type);
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
    let records = 0;
    // Nothing, if it was stopped before it had read anything.
    if (!new RegExp(`^client ${run.client} sent (nothing )?to `, "m").test(run.stdout)) {
      this.#problems.push(`${run.client} ended with ${run.code}: ${run.stderr}`);
    }
    const totals = totalsOf(run);
    for (const type of COUNTED_TYPES) {
      const expected = this.#input.expected(run.number, packetsOf(run), type);
      const found = countTimes(this.#stored, run, type);
      const count = totals.get(type) ?? (() => 0);
      const [made, stored] = [count("made"), count("stored")];
      const left = made - count("dropped") - count("unwanted");
      records += stored;
      if (made !== sum(expected)) this.#complain(run, type, `made ${made} of ${sum(expected)}`);
      if (left !== stored + count("unacknowledged")) {
        this.#complain(run, type, "its counts do not add up");
      }
      const least = this.#areRefused(run, type) ? 0 : stored;
      if (sum(found) < least || sum(found) > left) {
        this.#complain(run, type, `${sum(found)} on disk, ${stored} acknowledged of ${made}`);
      }
      for (const [time, count] of found) {
        if (count > (expected.get(time) ?? 0)) this.#complain(run, type, `${count} at ${time}`);
      }
    }
    return records;
  }

  /** What was acknowledged may be of a run before this one: its records are looked at by themselves. */
  checkSpooling(run: Run): number {
    this.checkKilled(run);
    let records = 0;
    for (const [type, count] of totalsOf(run)) {
      const lost = count("dropped") + count("unacknowledged") + count("unwanted");
      const taken = count("made") + count("from-spool");
      records += count("stored");
      if (taken !== count("stored") + lost + count("spooled")) {
        this.#complain(run, type, "its counts do not add up");
      }
      const isOther = !COUNTED_TYPES.includes(type) || this.#areRefused(run, type);
      if (isOther || count("spooled") + lost > 0) continue;
      // Nothing is left: all that it made is stored, by it or by nobody.
      const expected = sum(this.#input.expected(run.number, packetsOf(run), type));
      const found = sum(countTimes(this.#stored, run, type));
      if (found !== expected) this.#complain(run, type, `${found} stored of ${expected}`);
    }
    return records;
  }

  /** Whether some of what was acknowledged was not taken: how much that was nobody tells. */
  #areRefused({ client }: Run, type: string): boolean {
    return (this.#stored.refused[client]?.[type] ?? 0) > 0;
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
): Promise<Stored> {
  const { success, stdout, stderr } = await new Deno.Command("python3", {
    args: [READER, folder, String(EPOCH), sealing.join()],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function countTimes({ found }: Stored, { client, number }: Run, type: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const time of found[client]?.[type] ?? []) {
    if (runOf(time) === number) counts.set(time, (counts.get(time) ?? 0) + 1);
  }
  return counts;
}

/** How many packets a sensor says to have read. */
export function packetsOf({ stdout }: Run): number {
  return Number(/^packets=(\d+) /m.exec(stdout)?.[1] ?? 0);
}

/** What a sensor says of each type at its end: a function from a word to its count. */
function totalsOf({ stdout }: Run): ReadonlyMap<string, (what: string) => number> {
  return new Map(
    [...stdout.matchAll(/^(\w+): (made=.*)$/gm)].map(([, type, text]) => [
      type!,
      (what) => Number(new RegExp(`(?:^| )${what}=(\\d+)`).exec(text!)?.[1] ?? 0),
    ]),
  );
}

/** Adds up counts. */
export function sum(counts: ReadonlyMap<unknown, number>): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}
