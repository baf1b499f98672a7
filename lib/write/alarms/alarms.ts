import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import type { ClockSample } from "../../transport/server/clock_questions.ts";
import type { ArrivedSensor } from "../../transport/server/session_watch.ts";
import { type AlarmEvent, type Moment, type StandingAlarm, StandingAlarms } from "./alarm.ts";
import type { AlarmState } from "./alarm_state.ts";
import { ClockSamples, verdictOn } from "./clock_samples.ts";
import { Dropping } from "./dropping.ts";

/** A sensor as it came, and what tells its machine from others: its key, or where all may send its name. */
export interface Visitor extends Pick<ArrivedSensor, "name" | "session" | "from"> {
  readonly identity: string;
}

/** One connection. */
export interface Visit extends Visitor {
  readonly since: Moment;
  readonly clock: ClockSamples;
}

/** What is known of a name: it is here, or has gone without a word. */
interface Watched {
  readonly visits: Set<Visit>;
  readonly dropping: Dropping;
  /** `ms` is when waiting for it began, `wallMs` when it was heard of last. */
  gone: Moment | undefined;
}

/** Names beyond are not watched: where all may send, anybody makes new ones. */
const MAX_WATCHED = 4096;
/**
 * The other connection of a sensor that was killed and started anew is over by then. Two that are there
 * longer are two machines; and they are until they have not been for a while.
 */
const DOUBLED_MS = 10_000;
const NOT_DOUBLED_MS = 60_000;

/**
 * What is wrong with sensors, without the world: who comes and goes, what clocks and books say, and the
 * time go in, beginnings and ends of alarms come out.
 *
 * A sensor is silent when it has gone without ending its session, and is not back in `silentAfterMs`. One
 * that said that it ends, or that may not send any more, is not expected.
 */
export class Alarms {
  readonly #silentAfterMs: number;
  readonly #watched = new Map<string, Watched>();
  readonly #standing: StandingAlarms;
  /** By name, when it was last seen to be doubled, ms. */
  readonly #doubled = new Map<string, number>();
  #unwatched = 0;

  /** @param state Of an earlier run: its sensors have `silentAfterMs` from now on to come back. */
  constructor(silentAfterMs: number, { sensors, standing }: AlarmState, now: Moment) {
    this.#silentAfterMs = silentAfterMs;
    this.#standing = new StandingAlarms(standing, now);
    for (const { name, goneMs = now.wallMs, runs } of sensors) {
      const gone = { ms: now.ms, wallMs: goneMs };
      this.#watched.set(name, { visits: new Set(), dropping: new Dropping(runs), gone });
    }
    for (const { name, kind } of standing) {
      if (kind === "doubled") this.#doubled.set(name, now.ms);
    }
  }

  /** What has to outlive the collector. */
  get state(): AlarmState {
    return {
      sensors: [...this.#watched].map(([name, { gone, dropping }]) => ({
        ...{ name, runs: dropping.runs },
        ...(gone && { goneMs: gone.wallMs }),
      })),
      standing: this.#standing.all,
    };
  }

  /** Alarms that are not over. */
  get standing(): StandingAlarm[] {
    return this.#standing.all;
  }

  /** Connections of names that are not watched, since there are too many. */
  get unwatched(): number {
    return this.#unwatched;
  }

  /** A sensor has come; undefined when it is not watched. */
  came({ name, identity, session, from }: Visitor, now: Moment): Visit | undefined {
    let watched = this.#watched.get(name);
    if (!watched) {
      if (this.#watched.size >= MAX_WATCHED) {
        this.#unwatched++;
        return undefined;
      }
      watched = { visits: new Set(), dropping: new Dropping([]), gone: undefined };
      this.#watched.set(name, watched);
    }
    const visit = { name, identity, session, from, since: now, clock: new ClockSamples() };
    watched.visits.add(visit);
    watched.gone = undefined;
    this.#standing.end("silent", name, "", now);
    return visit;
  }

  /** It has gone. @param isExpected Whether it should come back: it neither said that it ends nor is it revoked. */
  left(visit: Visit, isExpected: boolean, now: Moment): void {
    const { name } = visit;
    const watched = this.#watched.get(name);
    if (!watched?.visits.delete(visit) || watched.visits.size > 0) return;
    if (isExpected) watched.gone = now;
    else this.#unwatch(name, now);
  }

  /** It has told its time. */
  clock(visit: Visit, sample: ClockSample, now: Moment): void {
    const { name } = visit;
    visit.clock.add(sample, now.ms);
    const known = [...this.#watched.get(name)?.visits ?? []]
      .flatMap(({ clock }) => clock.leastMs(now.ms) ?? []);
    const wrong = known.find((leastMs) => verdictOn(leastMs) === "wrong");
    if (wrong !== undefined) {
      const off = `${(Math.abs(wrong) / 1000).toFixed(1)} s`;
      const detail = `${off} ${wrong > 0 ? "ahead of" : "behind"} the collector's`;
      this.#standing.raise("clock", name, now.wallMs, detail, now);
    } else if (known.some((leastMs) => verdictOn(leastMs) === "right")) {
      this.#standing.end("clock", name, "", now);
    }
  }

  /** A row of its books has come. */
  row(name: string, row: SensorMinute, now: Moment): void {
    const step = this.#watched.get(name)?.dropping.take(row);
    if (step?.kind === "drops") {
      this.#standing.raise("drops", name, step.sinceMs, step.detail, now);
    } else if (step?.kind === "calm") this.#standing.end("drops", name, "", now);
  }

  /** A used number of its session came with another batch: its sender has a copy. */
  forked({ name, from }: Pick<Visitor, "name" | "from">, now: Moment): void {
    this.#raiseDoubled(name, `a copy of it is at ${from}`, now.wallMs, now);
  }

  /** Whose keys are too old now, with how that is said; of all others they are not. */
  oldKeys(old: ReadonlyMap<string, { sinceMs: number; detail: string }>, now: Moment): void {
    for (const [name, { sinceMs, detail }] of old) {
      this.#standing.raise("key", name, sinceMs, detail, now);
    }
    for (const { name, kind } of this.#standing.all) {
      if (kind === "key" && !old.has(name)) this.#standing.end("key", name, "", now);
    }
  }

  /** Who may send is another list now: who is not there and may not send is not expected any more. */
  review(maySend: (name: string) => boolean, now: Moment): void {
    for (const [name, { visits }] of this.#watched) {
      if (visits.size === 0 && !maySend(name)) this.#unwatch(name, now);
    }
    for (const { name, kind } of this.#standing.all) {
      if (!maySend(name)) this.#standing.end(kind, name, "it may not send any more", now);
    }
  }

  /** Whether it is here, or should be. */
  watches(name: string): boolean {
    return this.#watched.has(name);
  }

  /** Whether it is here. */
  isHere(name: string): boolean {
    return (this.#watched.get(name)?.visits.size ?? 0) > 0;
  }

  /** Names that have gone without a word for too long, and have not been named as silent. */
  overdue(now: Moment): string[] {
    return [...this.#watched].flatMap(([name, { gone }]) => {
      const isOverdue = gone && now.ms - gone.ms >= this.#silentAfterMs;
      return isOverdue && !this.#standing.has("silent", name) ? [name] : [];
    });
  }

  /** Names of which an alarm stands, and that are not here. */
  get missing(): string[] {
    return [...new Set(this.#standing.all.map(({ name }) => name))]
      .filter((name) => !this.isHere(name));
  }

  /** Names one as silent, unless it is back. */
  silent(name: string, now: Moment): void {
    const { gone } = this.#watched.get(name) ?? {};
    if (gone) this.#standing.raise("silent", name, gone.wallMs, "", now);
  }

  /** It is at another collector, which watches it now; unless it is back. */
  elsewhere(name: string, now: Moment): void {
    if (this.isHere(name)) return;
    this.#watched.delete(name);
    for (const { kind } of this.#standing.all.filter((each) => each.name === name)) {
      this.#standing.end(kind, name, "it is at another collector", now);
    }
  }

  /** To be called every second. */
  tick(now: Moment): void {
    for (const [name, { visits }] of this.#watched) {
      if (visits.size > 1) this.#lookForTwo(name, visits, now);
    }
    for (const [name, seenMs] of this.#doubled) {
      if (now.ms - seenMs < NOT_DOUBLED_MS) continue;
      this.#doubled.delete(name);
      this.#standing.end("doubled", name, "", now);
    }
  }

  /** What is to be told, so much at most. */
  take(max: number): AlarmEvent[] {
    return this.#standing.take(max);
  }

  #unwatch(name: string, now: Moment): void {
    this.#watched.delete(name);
    this.#standing.end("silent", name, "it is not expected any more", now);
    this.#standing.end("drops", name, "it has ended", now);
  }

  #lookForTwo(name: string, visits: ReadonlySet<Visit>, now: Moment): void {
    const lasting = [...visits].filter(({ since }) => now.ms - since.ms >= DOUBLED_MS);
    for (const one of lasting) {
      const other = lasting.find(({ identity, session }) =>
        identity === one.identity && session !== one.session
      );
      if (!other) continue;
      const sinceMs = Math.max(one.since.wallMs, other.since.wallMs);
      return this.#raiseDoubled(name, `from ${one.from} and ${other.from}`, sinceMs, now);
    }
  }

  #raiseDoubled(name: string, detail: string, sinceMs: number, now: Moment): void {
    this.#doubled.set(name, now.ms);
    this.#standing.raise("doubled", name, sinceMs, detail, now);
  }
}
