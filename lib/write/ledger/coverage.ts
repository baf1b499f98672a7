import type { TimeSpan } from "../../base/time_span.ts";
import { SessionEnd } from "../books/session_books.ts";
import type { Causes } from "./cause.ts";
import type { SensorRun } from "./sensor_run.ts";
import type { SessionAccount } from "./session_account.ts";

/** A sensor that lives writes a row within an hour; one that is out of reach brings it later. */
export const MAX_SILENCE_NS = 2n * 3_600_000_000_000n;

/** A batch may be settled so long after it has arrived. */
export const SLACK_NS = 300_000_000_000n;

/** When a run ended, ns since 1970; undefined when it goes on. */
export function endOfRun(
  { last, goesOn }: SensorRun,
  session: SessionAccount | undefined,
  now: bigint,
): bigint | undefined {
  if (goesOn) return undefined;
  if (last.IsLast) return last.Timestamp;
  const isEnded = session !== undefined && session.end !== SessionEnd.None;
  if (!isEnded && now - last.Timestamp <= MAX_SILENCE_NS) return undefined;
  const seenAt = isEnded ? session.endedAt : session?.seenAt ?? 0n;
  return seenAt > last.Timestamp ? seenAt : last.Timestamp;
}

/**
 * Names sessions that ended without a word and of which no row came: their sensor was killed before its
 * first one.
 *
 * @param booked Those of which there are rows.
 */
export function tellUnbooked(
  sessions: ReadonlyMap<bigint, SessionAccount>,
  booked: { has(session: bigint): boolean },
  { from, to }: TimeSpan,
  now: bigint,
  causes: Causes,
): void {
  for (const [session, account] of sessions) {
    if (session === 0n || booked.has(session)) continue;
    const { firstAt, seenAt } = account;
    if (
      !isGone(account, now) || (from !== undefined && seenAt < from) ||
      (to !== undefined && firstAt > to)
    ) {
      continue;
    }
    causes.note({
      ...{ kind: "unknown", from: firstAt, to: seenAt, count: 0, isMissing: true },
      what: "a sensor was killed, or is out of reach, before it closed its books once",
    });
  }
}

/**
 * Names the times in which none of a client's sensors ran, and what is not known of its sensors at all.
 *
 * @param isOlder Whether there are books of times before those of these runs.
 */
export function tellGaps(
  runs: readonly SensorRun[],
  isOlder: boolean,
  sessions: ReadonlyMap<bigint, SessionAccount>,
  { from, to }: TimeSpan,
  now: bigint,
  causes: Causes,
): void {
  const until = to !== undefined && to < now ? to : now;
  const tellBefore = (first: bigint) => {
    if (from === undefined || from >= first || isOlder) return;
    causes.note({
      ...{ kind: "no books", from, to: first < until ? first : until, count: 0 },
      what: "nothing is known before the first sign of its sensor",
      isMissing: false,
    });
  };
  if (runs.length === 0) {
    const begins = [...sessions]
      .filter(([session, account]) => session === 0n || !isGone(account, now))
      .map(([, { firstAt }]) => firstAt);
    if (begins.length > 0) {
      causes.note({
        ...{ kind: "no books", from: from ?? least(begins), to: until, count: 0, isMissing: false },
        what: "no books of its sensor: what it saw, and what was lost on the way, is not known",
      });
    } else if (sessions.size > 0) {
      tellBefore(least([...sessions.values()].map(({ firstAt }) => firstAt)));
    }
    return;
  }
  const ran = runs
    .map((run) => ({
      begin: run.begin,
      end: endOfRun(run, sessions.get(run.last.Session), now) ?? until,
    }))
    .sort((a, b) => (a.begin < b.begin ? -1 : 1));
  const first = ran[0]!.begin;
  tellBefore(first);
  let covered = from === undefined || (from < first && !isOlder) ? first : from;
  for (const { begin, end } of [...ran, { begin: until, end: until }]) {
    if (begin > covered && covered < until) {
      causes.note({
        ...{ kind: "not running", from: covered, to: begin < until ? begin : until, count: 0 },
        what: "its sensor did not run",
        isMissing: from !== undefined || to !== undefined,
      });
    }
    if (end > covered) covered = end;
  }
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((a, b) => (a < b ? a : b));
}

/** Whether a session of which there are no rows ended without a word. */
function isGone({ end, seenAt }: SessionAccount, now: bigint): boolean {
  return end === SessionEnd.Gone || (end === SessionEnd.None && now - seenAt > MAX_SILENCE_NS);
}
