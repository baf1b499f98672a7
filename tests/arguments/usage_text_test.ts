import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type FlagTable, grouped } from "../../lib/arguments/flags.ts";
import { usageText } from "../../lib/arguments/usage_text.ts";

Deno.test("usageText shows every flag with its value, help and default within 100 columns", () => {
  const table = {
    addr: { kind: "string", default: ":4200", value: "HOST:PORT", help: "the collector" },
    read: { kind: "strings", value: "FILE", help: "capture file" },
    payload: { kind: "boolean", default: false, help: "keep payloads" },
    context: { kind: "boolean", default: true, help: "addresses in every record" },
    ...grouped("Limits", {
      rate: { kind: "rate", default: 1e7, min: 1, max: 1e9, help: "bytes per second" },
      keep: { kind: "days", otherwise: "never", min: 1, max: 365, help: "deleted after that" },
    }),
    speed: { kind: "number", default: 0, min: 0, max: 100, value: "FACTOR", help: "pace" },
    ...grouped("Limits", {
      "flush-interval": { kind: "duration", default: 5000, min: 0, max: 60_000, help: "wait" },
    }),
    long: { kind: "boolean", default: false, help: "word ".repeat(40).trim() },
  } as const satisfies FlagTable;
  const text = usageText("sensor", "Reads packets and sends records.", table);
  assertEquals(
    text,
    `Usage: sensor [flags]

Reads packets and sends records.

Flags:
  -addr HOST:PORT           the collector (default :4200)
  -read FILE                capture file (may be repeated)
  -payload                  keep payloads
  -context                  addresses in every record (default true)
  -speed FACTOR             pace (default 0; min 0, max 100)
  -long                     ${"word ".repeat(14).trim()}
                            ${"word ".repeat(14).trim()}
                            ${"word ".repeat(12).trim()}

Limits:
  -rate RATE                bytes per second (default 10MB/s; min 1B/s, max 1GB/s)
  -keep DAYS                deleted after that (default never; min 1d, max 365d)
  -flush-interval DURATION  wait (default 5s; min 0, max 1m)
`,
  );
  assert(text.split("\n").every((line) => line.length <= 100));
  assertStringIncludes(
    usageText("dump", "Shows.", {}, { positionals: "FILE" }),
    "dump [flags] [FILE]\n",
  );
});
