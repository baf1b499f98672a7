/** docs/operations.md says what the programs say of themselves, and leaves nothing out. */
import { assert, assertEquals } from "@std/assert";
import { parseFlags } from "../../lib/arguments/flags.ts";
import type { DatagramRefusal } from "../../lib/verify/open_datagram.ts";
import { DUMP_FLAGS } from "../../lib/write/read/dump_flags.ts";
import { dumpOptions } from "../../lib/write/read/dump_options.ts";
import { recordPrinter } from "../../lib/write/read/record_printer.ts";
import { ARPSchema } from "../../proto/gen/netcap_pb.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";
import { decodeFrame } from "../decode/decode_frame.ts";
import { codeOf, readDocument, sectionOf, tablesOf } from "./markdown.ts";
import { flagsOf } from "./program_flags.ts";

const TEXT = readDocument("docs/operations.md");
const SECTIONS = {
  "sensor.ts": ["Sensor"],
  "collector.ts": ["Collector"],
  "collector.ts -dump": ["Reading records"],
  "collector.ts -ledger": ["The ledger"],
  "collector.ts -devices": ["Devices"],
  "collector.ts -export": ["Exports"],
} as const;

for (const [program, headings] of Object.entries(SECTIONS)) {
  Deno.test(`every flag that is named is one of ${program}`, async () => {
    const text = headings.map((heading) => sectionOf(TEXT, heading)).join("\n");
    const names = (await flagsOf(program as keyof typeof SECTIONS)).map(({ name }) => name);
    for (const code of codeOf(text)) {
      // Those of other programs have one letter.
      const [, name] = /^(-[a-z][\w-]+)(?:[ =]|$)/.exec(code) ?? [];
      if (name !== undefined) assert(names.includes(name), `${name} is no flag of ${program}`);
    }
  });
}

Deno.test("every reason to refuse a datagram is in the table", () => {
  const reasons: Record<DatagramRefusal, true> = { // the compiler knows that these are all
    "too short": true,
    "not a sensor that may use datagrams": true,
    "too many new senders": true,
    "not for this key": true,
    "not a type that it may send": true,
    "not gzip": true,
    "damaged": true,
    "too large": true,
    "not a batch": true,
    "unknown type": true,
    "no records": true,
    "broken framing": true,
    "broken record": true,
  };
  const [table] = tablesOf(TEXT).filter(({ header }) => header[0] === "refused");
  const described = table!.rows.flatMap(([cell]) => cell!.split(", "));
  assertEquals(described.toSorted(), Object.keys(reasons).sort());
});

Deno.test("every exit code is in the table", () => {
  const [table] = tablesOf(TEXT).filter(({ header }) => header[0] === "code");
  // That programs end with these is shown by tests/programs.
  assertEquals(table!.rows.map(([code]) => code), ["0", "1", "2", "3"]);
});

/** The flags of each example of a format, in order. */
const EXAMPLES = [
  [],
  ["-json"],
  ["-table"],
  ["-csv"],
  ["-json", "-tz", "America/New_York", "-select", "Timestamp,Operation"],
];

Deno.test("the examples of formats are what is printed of tests/captures/arp.pcap", () => {
  const shown = [...sectionOf(TEXT, "Formats").matchAll(/^```text\n(.*?)^```/gms)].map((it) =>
    it[1]
  );
  assertEquals(shown, EXAMPLES.map(printed));
});

/** The first two ARP packets of the capture, as a dump with these flags prints them for xyz. */
function printed(flags: readonly string[]): string {
  const parsed = parseFlags("dump", DUMP_FLAGS, ["-read", "x", ...flags]);
  assert(parsed.ok);
  const terminal = { columns: 100, rows: 40 };
  const outcome = dumpOptions(parsed.values, { now: 0n, localZone: "UTC", terminal });
  assert(outcome.ok);
  const printer = recordPrinter(outcome.options);
  const capture = captures().find(({ name }) => name === "own/arp.pcap")!;
  const records = framesOf(capture).flatMap(({ bytes, sec, nsec, linkType }) =>
    decodeFrame(bytes, { linkType, nanos: BigInt(sec) * 1_000_000_000n + BigInt(nsec) })
      .recordsOf(ARPSchema)
  );
  return records.slice(0, 2)
    .map((message) => printer.record({ schema: ARPSchema, client: "xyz", message }))
    .join("") + printer.end();
}
