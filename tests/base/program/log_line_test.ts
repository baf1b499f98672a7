import { assertEquals } from "@std/assert";
import { type LogEvent, logLine } from "../../../lib/base/program/log_line.ts";
import { JQ, needs, PYTHON } from "../../needs.ts";
import { jq } from "../../piped.ts";
import { runPython } from "../../write/read/python.ts";

const TIME = new Date("2026-11-28T22:40:00.123Z");
const EVENT: LogEvent = { time: TIME, level: "warning", message: "it is gone", sensor: "plant-7" };
/** Names as sensors may choose them: ends of lines, commands to a terminal, quotes, other fields. */
const NASTY = 'a b="c"\nlevel=error \u001b[31m\u202e\\ {} ü\u2028';

Deno.test("text: the time, then the words, on one line", () => {
  assertEquals(logLine(EVENT, { format: "text" }), "2026-11-28T22:40:00.123Z it is gone");
  assertEquals(
    logLine({ ...EVENT, repeats: 3 }, { format: "text" }),
    "2026-11-28T22:40:00.123Z it is gone (and 3 more)",
  );
  assertEquals(
    logLine({ ...EVENT, message: NASTY }, { format: "text" }).slice(25),
    'a b="c"\\nlevel=error \\u001b[31m\\u202e\\ {} ü\\u2028',
  );
});

Deno.test("colours are for the words alone, and tell the level", () => {
  const style = { format: "text", hasColours: true } as const;
  assertEquals(
    logLine(EVENT, style),
    "\x1b[2m2026-11-28T22:40:00.123Z\x1b[0m \x1b[33mit is gone\x1b[0m",
  );
  assertEquals(logLine({ ...EVENT, level: "info" }, style).endsWith("\x1b[0m it is gone"), true);
  const json = logLine(EVENT, { format: "json", hasColours: true });
  assertEquals(json.includes("\x1b"), false);
});

Deno.test("for the journal each line begins with its priority: sd-daemon(3)", () => {
  const levels = ["error", "warning", "info", "debug"] as const;
  const style = { format: "text", hasPriority: true } as const;
  const starts = levels.map((level) => logLine({ ...EVENT, level }, style).slice(0, 7));
  assertEquals(starts, ["<3>2026", "<4>2026", "<6>2026", "<7>2026"]);
});

Deno.test({
  ...needs("jq reads the JSON of whatever others chose", JQ),
  fn: async () => {
    const events = [EVENT, { ...EVENT, message: NASTY, sensor: NASTY, repeats: 3 }];
    const lines = events.map((event) => logLine(event, { format: "json" }));
    assertEquals(lines.map((line) => /\p{Cc}|\u2028|\u202e/u.test(line)), [false, false]);
    const args = ["-cn", "[inputs | [.time, .level, .sensor, .message, .repeats]]"];
    assertEquals(JSON.parse(await jq(args, lines.join("\n"))), [
      ["2026-11-28T22:40:00.123Z", "warning", "plant-7", "it is gone", null],
      ["2026-11-28T22:40:00.123Z", "warning", NASTY, NASTY, 3],
    ]);
  },
});

/** Reads a line of logfmt: keys, and values that are bare or Go's quoted strings. */
const READ_LOGFMT = String.raw`
import json, re, sys
line = sys.stdin.read()
fields = re.findall(r'(?:^| )([^ =]+)=("(?:[^"\\]|\\.)*"|[^ "=]*)', line)
rest = re.sub(r'(?:^| )([^ =]+)=("(?:[^"\\]|\\.)*"|[^ "=]*)', '', line)
print(json.dumps([rest] + [[k, json.loads(v) if v.startswith('"') else v] for k, v in fields]))
`;

Deno.test({
  ...needs("logfmt: each value is bare or quoted, and none passes for another field", PYTHON),
  fn: async () => {
    const line = logLine({ ...EVENT, message: NASTY, repeats: 3 }, { format: "logfmt" });
    const read = await runPython(READ_LOGFMT, new TextEncoder().encode(line));
    assertEquals(JSON.parse(new TextDecoder().decode(read)), [
      "",
      ["time", "2026-11-28T22:40:00.123Z"],
      ["level", "warning"],
      ["sensor", "plant-7"],
      ["msg", NASTY],
      ["repeats", "3"],
    ]);
  },
});
