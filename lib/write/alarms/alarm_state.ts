/**
 * What of alarms outlives the collector: JSON with `"version": 1`, in which times are RFC 3339 and counts
 * decimal text.
 */
import { ALARM_KINDS, type AlarmKind, type StandingAlarm } from "./alarm.ts";
import type { RunDrops } from "./dropping.ts";

/** A sensor that is there, or should be. */
export interface WatchedSensor {
  readonly name: string;
  /** When it went without a word, ms since 1970; undefined while it is there. */
  readonly goneMs?: number;
  readonly runs: readonly RunDrops[];
}

/** All of it. */
export interface AlarmState {
  readonly sensors: readonly WatchedSensor[];
  readonly standing: readonly StandingAlarm[];
}

export const NO_ALARMS: AlarmState = { sensors: [], standing: [] };
const VERSION = 1;

/** Formats a state. */
export function formatAlarms({ sensors, standing }: AlarmState): string {
  const text = {
    version: VERSION,
    sensors: sensors.map(({ name, goneMs, runs }) => ({
      name,
      ...(goneMs !== undefined && { gone: timeText(goneMs) }),
      ...(runs.length > 0 && {
        runs: runs.map(({ run, packets, records }) => [run, packets, records].map(String)),
      }),
    })),
    standing: standing.map(({ sinceMs, ...rest }) => ({ ...rest, since: timeText(sinceMs) })),
  };
  return `${JSON.stringify(text, null, 1)}\n`;
}

/** Parses a state; undefined for a text that is none. */
export function parseAlarms(text: string): AlarmState | undefined {
  try {
    const { version, sensors, standing } = JSON.parse(text);
    if (version !== VERSION) return undefined;
    return { sensors: sensors.map(readSensor), standing: standing.map(readStanding) };
  } catch {
    return undefined;
  }
}

function readSensor({ name, gone, runs = [] }: Record<string, unknown>): WatchedSensor {
  return {
    name: textOf(name),
    ...(gone !== undefined && { goneMs: timeOf(gone) }),
    runs: (runs as string[][]).map((counts) => {
      const [run, packets, records] = counts.map(BigInt);
      return { run: run!, packets: packets!, records: records! };
    }),
  };
}

function readStanding({ name, kind, since, detail }: Record<string, unknown>): StandingAlarm {
  if (!ALARM_KINDS.includes(kind as AlarmKind)) throw new TypeError("no alarm of ours");
  return {
    ...{ name: textOf(name), kind: kind as AlarmKind },
    ...{ sinceMs: timeOf(since), detail: textOf(detail) },
  };
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("a text is missing");
  return value;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function timeOf(value: unknown): number {
  const ms = Date.parse(textOf(value));
  if (Number.isNaN(ms)) throw new TypeError("a time is missing");
  return ms;
}
