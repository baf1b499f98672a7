import { printable } from "../../base/text/printable.ts";
import type { AlarmEvent, AlarmKind, StandingAlarm } from "./alarm.ts";

/** What a beginning says behind the name, and what an end does. */
const WORDS: Readonly<
  Record<AlarmKind, readonly [begin: (detail: string, since: string) => string, end: string]>
> = {
  silent: [
    (_, since) => `is silent: nothing of it came since ${since}, and it did not say that it ends`,
    "is not silent any more",
  ],
  clock: [
    (detail) => `has a wrong clock: it is ${detail}`,
    "has a right clock again",
  ],
  key: [
    (detail) => `has an old key: ${detail}; sensor -rotate-identity changes it`,
    "has no old key any more",
  ],
  drops: [(detail) => `drops what it should send: ${detail}`, "drops nothing any more"],
  doubled: [
    (detail) => `is there twice: another machine uses its key, or its name: ${detail}`,
    "is not there twice any more",
  ],
};

/** One line, for the log. */
export function alarmLine({ name, kind, detail, sinceMs, lastedMs }: AlarmEvent): string {
  const [begin, end] = WORDS[kind];
  if (lastedMs === undefined) return `${printable(name)} ${begin(detail, timeText(sinceMs))}`;
  const why = detail === "" ? "" : `: ${detail}`;
  return `${printable(name)} ${end}${why}; that lasted ${spanText(lastedMs)}`;
}

/** One line of an alarm that was told before the collector was started. */
export function standingLine(alarm: StandingAlarm): string {
  const { name, kind, detail, sinceMs } = alarm;
  const since = timeText(sinceMs);
  return `${printable(name)} ${WORDS[kind][0](detail, since)}; that stands since ${since}`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d 1 h`: the two largest units. */
function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const units = [[86_400, "d"], [3_600, "h"], [60, "min"], [1, "s"]] as const;
  const first = Math.max(0, units.findIndex(([length]) => seconds >= length));
  const at = seconds === 0 ? units.length - 1 : first;
  let left = seconds;
  return units.slice(at, at + 2).flatMap(([length, unit], n) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return n === 0 || count > 0 ? [`${count} ${unit}`] : [];
  }).join(" ");
}
