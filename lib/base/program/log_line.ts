import { jsonString, lineText } from "../text/escape_text.ts";

/** How much an event matters, the most important first. */
export const LOG_LEVELS = ["error", "warning", "info", "debug"] as const;
/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** How events are written: for people, as `key=value`, as JSON objects. */
export const LOG_FORMATS = ["text", "logfmt", "json"] as const;
/** One of {@linkcode LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Something that happened. */
export interface LogEvent {
  /** The wall clock's time. */
  readonly time: Date;
  readonly level: LogLevel;
  /** What happened, for people; may hold what others chose. */
  readonly message: string;
  /** Name of the sensor that it is about. */
  readonly sensor?: string | undefined;
  /** How many that were alike were left out before it. */
  readonly repeats?: number | undefined;
}

/** What a line is written for. */
export interface LineStyle {
  readonly format: LogFormat;
  /** Whether to colour text, for a terminal. */
  readonly hasColours?: boolean;
  /** Whether each line begins with its priority, as the journal of systemd reads it (sd-daemon(3)). */
  readonly hasPriority?: boolean;
}

/** Of syslog(3). */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, info: 6, debug: 7 };
const COLOURS: Readonly<Record<LogLevel, string>> = {
  error: "\x1b[31m",
  warning: "\x1b[33m",
  info: "",
  debug: "\x1b[2m",
};
const DIM = "\x1b[2m";
const PLAIN = "\x1b[0m";

/**
 * An event on one line, without its end. What others chose cannot end the line, command a terminal, nor
 * pass for another field.
 *
 * ```ts
 * import { logLine } from "./log_line.ts";
 *
 * const event = { time: new Date(0), level: "info", message: "it is here", sensor: "plant-7" } as const;
 * const line = logLine(event, { format: "logfmt" });
 * if (line !== 'time=1970-01-01T00:00:00.000Z level=info sensor=plant-7 msg="it is here"') {
 *   throw new Error(line);
 * }
 * ```
 */
export function logLine(event: LogEvent, style: LineStyle): string {
  const priority = style.hasPriority ? `<${PRIORITIES[event.level]}>` : "";
  return priority + FORMATS[style.format](event, style);
}

const FORMATS: Readonly<Record<LogFormat, (event: LogEvent, style: LineStyle) => string>> = {
  text({ time, level, message, repeats }, { hasColours }) {
    const more = repeats ? ` (and ${repeats} more)` : "";
    const words = lineText(message) + more;
    const at = time.toISOString();
    return hasColours ? `${DIM}${at}${PLAIN} ${coloured(words, COLOURS[level])}` : `${at} ${words}`;
  },
  logfmt: (event) =>
    fieldsOf(event, "msg").map(([key, value]) => `${key}=${logfmtValue(value)}`).join(" "),
  json: (event) =>
    `{${
      fieldsOf(event, "message").map(([key, value]) =>
        `"${key}":${typeof value === "number" ? value : jsonString(value)}`
      ).join(",")
    }}`,
};

function coloured(words: string, colour: string): string {
  return colour === "" ? words : colour + words + PLAIN;
}

function fieldsOf(
  { time, level, message, sensor, repeats }: LogEvent,
  messageKey: string,
): [string, string | number][] {
  return [
    ["time", time.toISOString()],
    ["level", level],
    ...(sensor === undefined ? [] : [["sensor", sensor] as [string, string]]),
    [messageKey, message],
    ...(repeats ? [["repeats", repeats] as [string, number]] : []),
  ];
}

/** Bare where nothing in it could mean something else. */
function logfmtValue(value: string | number): string {
  if (typeof value === "number" || /^[^\s"=\\\p{C}]+$/u.test(value)) return String(value);
  return jsonString(value);
}
