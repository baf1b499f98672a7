/** What is noticed about a sensor; the words stand in records (`SensorAlarm`). */
export type AlarmKind = "silent" | "clock" | "key" | "drops" | "doubled";

export const ALARM_KINDS: readonly AlarmKind[] = ["silent", "clock", "key", "drops", "doubled"];

/** One time by two clocks. */
export interface Moment {
  /** By a clock that never goes back, for ages. */
  readonly ms: number;
  /** Since 1970, for what is written down. */
  readonly wallMs: number;
}

/** An alarm that has begun and is not over. */
export interface StandingAlarm {
  readonly name: string;
  readonly kind: AlarmKind;
  /** Ms since 1970. */
  readonly sinceMs: number;
  /** In words; may be empty. */
  readonly detail: string;
}

/** The beginning of an alarm, or its end. */
export interface AlarmEvent extends StandingAlarm {
  /** When it is told, ms since 1970. */
  readonly atMs: number;
  /** How long it lasted, when it is over. */
  readonly lastedMs?: number;
}

/** More are not told of at once. */
const MAX_STANDING = 20_000;

/** Alarms that stand; each is told once when it begins and once when it is over. */
export class StandingAlarms {
  readonly #standing = new Map<string, StandingAlarm & { readonly begunMs: number }>();
  #events: AlarmEvent[] = [];

  /** @param standing Those of an earlier run, which were told. */
  constructor(standing: readonly StandingAlarm[], now: Moment) {
    for (const alarm of standing) this.#stand(alarm, now);
  }

  get all(): StandingAlarm[] {
    return [...this.#standing.values()]
      .map(({ name, kind, sinceMs, detail }) => ({ name, kind, sinceMs, detail }));
  }

  has(kind: AlarmKind, name: string): boolean {
    return this.#standing.has(`${kind} ${name}`);
  }

  /** Begins an alarm, unless it stands. @param sinceMs Ms since 1970; no later than now. */
  raise(kind: AlarmKind, name: string, sinceMs: number, detail: string, now: Moment): void {
    if (this.has(kind, name) || this.#standing.size >= MAX_STANDING) return;
    const alarm = { name, kind, sinceMs: Math.min(sinceMs, now.wallMs), detail };
    this.#stand(alarm, now);
    this.#events.push({ ...alarm, atMs: now.wallMs });
  }

  /** Ends an alarm, if it stands. */
  end(kind: AlarmKind, name: string, detail: string, now: Moment): void {
    const key = `${kind} ${name}`;
    const alarm = this.#standing.get(key);
    if (!alarm) return;
    this.#standing.delete(key);
    const { sinceMs, begunMs } = alarm;
    const lastedMs = Math.max(0, Math.round(now.ms - begunMs));
    this.#events.push({ name, kind, sinceMs, detail, atMs: now.wallMs, lastedMs });
  }

  /** What is to be told, the oldest first: so many at most, the others later. */
  take(max: number): AlarmEvent[] {
    return this.#events.splice(0, max);
  }

  #stand(alarm: StandingAlarm, now: Moment): void {
    const begunMs = now.ms - Math.max(0, now.wallMs - alarm.sinceMs);
    this.#standing.set(`${alarm.kind} ${alarm.name}`, { ...alarm, begunMs });
  }
}
