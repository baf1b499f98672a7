import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FlagTable } from "../../lib/base/flags.ts";
import { usageText } from "../../lib/base/usage_text.ts";

Deno.test("usageText shows every flag with its value, help and default within 100 columns", () => {
  const table = {
    addr: { kind: "string", default: ":4200", value: "HOST:PORT", help: "the collector" },
    read: { kind: "strings", value: "FILE", help: "capture file" },
    payload: { kind: "boolean", default: false, help: "keep payloads" },
    context: { kind: "boolean", default: true, help: "addresses in every record" },
    rate: { kind: "integer", min: 1, max: 1e9, value: "BYTES", help: "bytes per second" },
    speed: { kind: "number", default: 0, min: 0, max: 100, value: "FACTOR", help: "pace" },
    "flush-interval": { kind: "duration", default: "5s", help: "longest wait of a record" },
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
  -rate BYTES               bytes per second
  -speed FACTOR             pace (default 0)
  -flush-interval DURATION  longest wait of a record (default 5s)
  -long                     ${"word ".repeat(14).trim()}
                            ${"word ".repeat(14).trim()}
                            ${"word ".repeat(12).trim()}
`,
  );
  assert(text.split("\n").every((line) => line.length <= 100));
  assertStringIncludes(
    usageText("dump", "Shows.", {}, { positionals: "FILE" }),
    "dump [flags] [FILE]\n",
  );
});
