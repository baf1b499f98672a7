import type {
  CollectorFile,
  CollectorSpan,
  SensorAlarm,
  SensorMinute,
} from "../../../proto/gen/netcap_pb.ts";
import { isLedgerType, typeName } from "../../base/record/record_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import { falseRow } from "../books/sensor_row_checks.ts";
import { AlarmSpans } from "./alarm_spans.ts";
import { type Cause, Causes } from "./cause.ts";
import { endOfRun, SLACK_NS, tellGaps, tellUnbooked } from "./coverage.ts";
import { type PacketCounts, SensorRun } from "./sensor_run.ts";
import { type MemberPlace, SessionAccount } from "./session_account.ts";
import { emptyType, type TypeLedger } from "./type_ledger.ts";

/** The books of one client. */
export interface ClientLedger {
  /** Its name. */
  readonly client: string;
  /** By the name of the type. */
  readonly types: ReadonlyMap<string, TypeLedger>;
  /** What its sensors saw; undefined when they keep no books. */
  readonly packets?: PacketCounts;
  /** The oldest first. */
  readonly causes: readonly Cause[];
  /** Members that are in no row of the collector's: it was killed, or has not written it yet. */
  readonly unbooked: number;
}

/** A clock may be wrong by so much before a row is named for it. */
const MAX_AHEAD_NS = 3_600_000_000_000n;
/** Runs and sessions of a client that are told apart. */
const MAX_APART = 10_000;

/** Puts together what rows and members of a client say: rows first, then members. */
export class ClientAccount {
  readonly #client: string;
  readonly #wanted: TimeSpan;
  readonly #now: bigint;
  readonly #causes = new Causes();
  readonly #alarms = new AlarmSpans();
  readonly #sessions = new Map<bigint, SessionAccount>();
  readonly #runs = new Map<bigint, SensorRun>();
  /** The sessions of each run, with the highest sequence in a row of it. */
  readonly #sessionsOf = new Map<bigint, Map<bigint, bigint>>();

  /** Of runs that have ended: when, and by type, of how many records nobody knows. */
  readonly #gone = new Map<SensorRun, { to: bigint; gone: Map<number, number> }>();

  #hasOlderBooks = false;

  /** Of the rows that what is asked for begins with; of the last ones. */
  #firstArrival?: bigint;
  #lastArrival = 0n;

  /** @param now Ns since 1970. */
  constructor(client: string, wanted: TimeSpan, now: bigint) {
    this.#client = client;
    this.#wanted = wanted;
    this.#now = now;
  }

  /** Names what is wrong with the files of the books. */
  addDamage(what: string): void {
    const { from = 0n, to = this.#now } = this.#wanted;
    this.#causes.note({ kind: "damaged books", from, to, count: 0, what, isMissing: true });
  }

  /** Takes note that there are rows of the sensor's in files that are older than those that are read. */
  addOlderBooks(): void {
    this.#hasOlderBooks = true;
  }

  /** Takes a row of the sensor's, in the order of its file. */
  addSensorRow(
    row: SensorMinute,
    { session, sequence, arrival }: Pick<MemberPlace, "session" | "sequence" | "arrival">,
  ): void {
    const run = this.#runs.get(row.Run);
    const why = session === 0n
      ? "it came as a datagram"
      : row.Session === session && row.Sequence >= sequence
      ? "it counts batches that were not sent before it"
      : row.Timestamp > arrival + MAX_AHEAD_NS
      ? "its time is after it came"
      : falseRow(row);
    const contradiction = why ?? run?.add(row);
    if (contradiction !== undefined) {
      run?.passOver(row);
      const what = `rows of its sensor that cannot be: ${contradiction}`;
      this.#causes.add("false books", arrival, arrival, 1, what);
      return;
    }
    if (!run) {
      if (this.#runs.size >= MAX_APART) return;
      this.#runs.set(row.Run, new SensorRun(row, this.#wanted, this.#causes));
      this.#sessionsOf.set(row.Run, new Map());
    }
    const { base, last } = this.#runs.get(row.Run)!;
    if (base === row && (this.#firstArrival ?? arrival) >= arrival) this.#firstArrival = arrival;
    if (last === row) {
      if (arrival > this.#lastArrival) this.#lastArrival = arrival;
      this.#sessionsOf.get(row.Run)!.set(row.Session, row.Sequence);
    }
  }

  /** The arrivals at the collector that what is asked for is about, when the rows of sensors are there. */
  get arrivals(): TimeSpan {
    const { from, to } = this.#wanted;
    const first = this.#firstArrival;
    const last = this.#lastArrival;
    return {
      ...(from !== undefined &&
        { from: (first !== undefined && first < from ? first : from) - SLACK_NS }),
      ...(to !== undefined && { to: (last > to ? last : to) + SLACK_NS }),
    };
  }

  /** Takes a row of the collector's, in the order of its file, when those of the sensor are all there. */
  addSpan(row: CollectorSpan): void {
    this.#session(row.Session)?.addSpan(row);
  }

  /** Takes a row of a file that was deleted. */
  addFile(row: CollectorFile): void {
    this.#session(row.Session)?.addFile(row);
  }

  /** Takes a row of what was noticed about its sensor. */
  addAlarm(row: SensorAlarm): void {
    this.#alarms.add(row);
  }

  /** To be called between the sensor's rows and all others: says what these count. */
  expect(): void {
    const expected = new Set<bigint>();
    for (const [id, sessions] of this.#sessionsOf) {
      const { base, last, goesOn, isLater } = this.#runs.get(id)!;
      const isBounded = goesOn && base !== undefined;
      for (const [session, upTo] of sessions) {
        if (isLater && expected.has(session)) continue;
        expected.add(session);
        const account = this.#session(session);
        const after = base?.Session === session ? base.Sequence : account?.after ?? 0n;
        account?.expect(after, session === last.Session ? upTo : undefined, isBounded);
      }
    }
  }

  /** Whether a member need not be counted, since it is of another time than is asked for. */
  isOutside(session: bigint, sequence: number): boolean {
    return this.#sessions.get(session)?.isOutside(sequence) ?? false;
  }

  /** Counts a member of a file of that type; `isInOrder` unless the file was put aside. */
  addMember(type: number, header: MemberPlace, isInOrder: boolean): void {
    if (header.session === 0n && header.count === 0) return; // the file's own header
    this.#session(header.session)?.addMember(type, header, isInOrder);
  }

  /** Says up to which batch an engine's limits have discarded a session. */
  discard(session: bigint, upTo: bigint): void {
    this.#session(session)?.discard(upTo);
  }

  /** The sessions of which something is known. */
  get sessions(): Iterable<bigint> {
    return this.#sessions.keys();
  }

  /** What came out of all that. */
  finish(): ClientLedger {
    const types = new Map<string, TypeLedger>();
    const of = (type: number) => {
      const name = typeName(type);
      const ledger = types.get(name) ?? emptyType();
      if (!isLedgerType(name)) types.set(name, ledger);
      return ledger;
    };
    let unbooked = 0;
    const runs = [...this.#runs.values()];
    const runsOf = this.#runsOf();
    const heirs = heirsOf(runs);
    const inheriting = new Set(heirs.values());
    for (const [session, account] of this.#sessions) {
      for (const { batches } of account.loose.values()) unbooked += batches;
      account.compare();
      const { stored, refused, lost, expired } = account;
      for (const [type, records] of stored) of(type).stored += records;
      for (const [type, records] of refused) of(type).refused += records;
      for (const [type, records] of expired) of(type).expired += records;
      for (const [type, records] of lost) of(type).lost += records;
      if (runs.length === 0 || runsOf.has(session)) continue;
      for (const [type, records] of [...stored, ...refused, ...lost, ...expired]) {
        of(type).made = (of(type).made ?? 0) + records; // by a run that had no time to say so
      }
    }
    for (const type of types.values()) type.stored += type.expired;
    for (const [n, sessions] of [...this.#sessionsOf.values()].entries()) {
      if (runs[n]!.isLater) continue;
      const sharing = new Set([...sessions.keys()].flatMap((session) => runsOf.get(session)!));
      const before = [...sharing].filter((other) => other < n).map((other) => runs[other]!);
      const { goesOn } = runs[n]!;
      const next = goesOn
        ? undefined
        : runs[Math.min(...[...sharing].filter((other) => other > n))];
      const heir = goesOn ? undefined : heirs.get(runs[n]!);
      const isHeir = inheriting.has(runs[n]!);
      this.#settle(runs[n]!, [...sessions.keys()], { before, next, heir, isHeir }, of);
    }
    this.#tellGone();
    tellUnbooked(this.#sessions, runsOf, this.#wanted, this.#now, this.#causes);
    tellGaps(
      ...[runs, this.#hasOlderBooks, this.#sessions] as const,
      ...[this.#wanted, this.#now, this.#causes] as const,
    );
    this.#alarms.tell(this.#causes, this.#wanted, this.#now);
    const packets = sumOf(runs.map((run) => run.packets));
    return {
      client: this.#client,
      types: new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(packets && { packets }),
      causes: this.#causes.all,
      unbooked,
    };
  }

  /**
   * Compares what a run of the sensor says with what there is.
   *
   * @param others The runs that had a session of this one's before it, the next that goes on with one, and
   * the one that found in the spool what this one left there, be it in a session of its own.
   */
  #settle(
    run: SensorRun,
    ids: readonly bigint[],
    { before: earlier, next, heir, isHeir }: Others,
    of: (type: number) => TypeLedger,
  ): void {
    const sessions = ids.flatMap((session) => this.#session(session) ?? []);
    const { base, last } = run;
    const [from, to] = [base?.Timestamp ?? run.begin, last.Timestamp];
    const newest = this.#session(last.Session);
    const end = endOfRun(run, newest, this.#now) ?? (heir && to);
    const gone = new Map<number, number>();
    const lose = (type: number, records: number) => {
      gone.set(type, records);
      of(type).unknown += records;
    };
    // Whether its first session may have more than it and those that told of it have sent.
    const isOfAnother = earlier.length === 0
      ? last.Types.some(({ Resumed }) => Resumed > 0n)
      : !earlier.every((of) => of.last.IsLast);
    const typesThere = sessions.flatMap(({ stored, later }) => [...stored.keys(), ...later.keys()])
      .filter((type) => !isLedgerType(typeName(type)));
    const typesLeft = (next ?? heir)?.typesResumed ?? [];
    for (const [type, now, before] of run.types([...typesThere, ...typesLeft])) {
      const ledger = of(type);
      // What is found in the spool, the run before it made; if that has told nothing, it counts here.
      const resumed = earlier.length > 0 || isHeir ? 0n : now.Resumed - before.Resumed;
      const made = Number(now.Made - before.Made + resumed + before.Waiting + before.Spooled);
      ledger.made = (ledger.made ?? 0) + made;
      ledger.evicted += Number(now.Evicted - before.Evicted);
      ledger.tooLarge += Number(now.TooLarge - before.TooLarge);
      ledger.unwanted += Number(now.Unwanted - before.Unwanted);
      const sum = (pick: (account: SessionAccount) => ReadonlyMap<number, number>) =>
        sessions.reduce((all, account) => all + (pick(account).get(type) ?? 0), 0);
      const sent = Number(now.Settled + now.InFlight - before.Settled - before.InFlight) +
        earlier.reduce((sum, of) => sum + of.settled(type), 0);
      const maybeTwice = Number(now.MaybeTwice - before.MaybeTwice);
      const underWay = newest && newest.settled >= last.Sequence ? 0 : Number(now.InFlight);
      const later = run.goesOn || next ? 0 : sum((it) => it.later);
      ledger.stored += later;
      const handOver = (left: number, to: SensorRun) => {
        const rest = left - to.resumed(type);
        lose(type, Math.max(0, rest));
        ledger.made! += Math.max(0, -rest); // after its last row
      };
      if (next) {
        handOver(Number(now.InFlight + now.Waiting + now.Spooled), next);
        continue;
      }
      // What lay in the spool at the last row went first.
      const fromSpool = heir ? 0 : Math.min(later, Number(now.Spooled));
      if (!heir) ledger.held += Number(now.Spooled) - fromSpool;
      if (sessions.some((account) => account.isExpired(type))) continue;
      const there = sum((it) => it.stored) + sum((it) => it.refused);
      const name = typeName(type);
      const missing = sent - there - underWay - sum((it) => it.lost);
      if (missing > 0) {
        this.#causes.add("lost", from, to, missing, `${name} records acknowledged, and not there`);
        ledger.lost += missing;
      } else if (there > sent && isOfAnother) {
        // By the runs before it, after their last rows: what these had then, or made later.
        ledger.made += earlier.reduceRight(
          (rest, before) => rest - this.#find(before, type, rest, ledger),
          there - sent,
        );
      } else if (there - sent > maybeTwice) {
        const what = `${name} records more than its sensor says to have sent`;
        this.#causes.add("doubled", from, to, there - sent - maybeTwice, what);
      }
      const inFlight = Math.min(underWay, Math.max(0, sent - there));
      const open = inFlight + Number(now.Waiting) - (later - fromSpool);
      if (heir) {
        handOver(open + Number(now.Spooled), heir);
        continue;
      }
      const waiting = Math.max(0, open);
      if (end !== undefined) lose(type, waiting);
      else ledger.held += waiting;
      // What came after the last row was made after it, but for what waited.
      ledger.made += Math.max(0, later - fromSpool - Number(now.Waiting));
    }
    if (end !== undefined) this.#gone.set(run, { to: end, gone });
  }

  /** Takes up to so many records of a type from what is not known of a run: they were found. */
  #find(run: SensorRun, type: number, records: number, ledger: TypeLedger): number {
    const gone = this.#gone.get(run)?.gone;
    const unknown = gone?.get(type) ?? 0;
    const found = Math.min(unknown, records);
    gone?.set(type, unknown - found);
    ledger.unknown -= found;
    return found;
  }

  /** Names what is not known of runs that ended without a word, or before all was acknowledged. */
  #tellGone(): void {
    for (const [{ last }, { to, gone }] of this.#gone) {
      const count = [...gone.values()].reduce((sum, records) => sum + records, 0);
      if (last.IsLast && count === 0) continue;
      this.#causes.note({
        ...{ kind: "unknown", from: last.Timestamp, to, count, isMissing: true },
        what: last.IsLast ? "records that its sensor had when it ended" : wordsOfKilled(count),
      });
    }
  }

  /** Of each session the runs that had it: their places among all. */
  #runsOf(): Map<bigint, number[]> {
    const runsOf = new Map<bigint, number[]>();
    for (const [n, sessions] of [...this.#sessionsOf.values()].entries()) {
      for (const session of sessions.keys()) {
        const runs = runsOf.get(session) ?? [];
        runsOf.set(session, runs);
        runs.push(n);
      }
    }
    return runsOf;
  }

  #session(session: bigint): SessionAccount | undefined {
    let account = this.#sessions.get(session);
    if (!account && this.#sessions.size < MAX_APART) {
      this.#sessions.set(session, account = new SessionAccount(session, this.#causes));
    }
    return account;
  }
}

/** Other runs of a client's sensors that have to do with one. */
interface Others {
  readonly before: readonly SensorRun[];
  readonly next: SensorRun | undefined;
  readonly heir: SensorRun | undefined;
  readonly isHeir: boolean;
}

/**
 * By run, the one that found in the spool what it left: the next that says so, where it left something.
 *
 * @param runs In the order in which their first rows came.
 */
function heirsOf(runs: readonly SensorRun[]): ReadonlyMap<SensorRun, SensorRun> {
  const heirs = new Map<SensorRun, SensorRun>();
  for (const [n, run] of runs.entries()) {
    if (run.typesResumed.length === 0) continue;
    const leaver = runs.slice(0, n).findLast((other) => other.hasLeft);
    if (leaver && !heirs.has(leaver)) heirs.set(leaver, run);
  }
  return heirs;
}

function sumOf(all: readonly PacketCounts[]): PacketCounts | undefined {
  const [first, ...others] = all;
  if (!first) return undefined;
  const sum = { ...first };
  for (const each of others) {
    for (const name of Object.keys(sum) as (keyof PacketCounts)[]) sum[name] += each[name];
  }
  return sum;
}

/** What is said of a sensor that ended without a word; its last row knows of so many records. */
function wordsOfKilled(count: number): string {
  const words = "its sensor was killed, or is out of reach";
  return count > 0 ? `records at least: ${words}` : `${words}: nothing more is known`;
}
