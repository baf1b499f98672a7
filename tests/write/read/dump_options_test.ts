import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseFlags } from "../../../lib/arguments/flags.ts";
import { DUMP_FLAGS } from "../../../lib/write/read/dump_flags.ts";
import { type DumpOptions, dumpOptions } from "../../../lib/write/read/dump_options.ts";

/** What a command line asks for, or the message. */
function optionsOf(...args: string[]): DumpOptions | string {
  const parsed = parseFlags("dump", DUMP_FLAGS, args);
  if (!parsed.ok) return parsed.message;
  const outcome = dumpOptions(parsed.values, {
    now: 1600000000000000000n,
    localZone: "Asia/Kolkata",
  });
  return outcome.ok ? outcome.options : outcome.message;
}

Deno.test("dumpOptions() takes text for the format unless another is asked for", () => {
  const cases: [string[], Partial<DumpOptions>, string][] = [
    [[], { format: "text" }, ","],
    [["-json"], { format: "json" }, ","],
    [["-table"], { format: "table" }, ","],
    [["-csv"], { format: "csv" }, ","],
    [["-csv", "-sep=;"], { format: "csv" }, ";"],
    [["-tsv"], { format: "csv" }, "\t"],
    [["-sep", "\\t"], { format: "csv" }, "\t"],
    [["-fields"], { format: "csv", only: "fields" }, ","],
    [["-header", "-struc=false"], { only: "header" }, ","],
  ];
  for (const [args, expected, separator] of cases) {
    const options = optionsOf("-read", "x", ...args);
    if (typeof options === "string") throw new Error(options);
    const { paths, format, only, csv } = options;
    assertEquals(
      { paths, format, only, separator: csv?.separator },
      { paths: ["x"], format: "text", only: undefined, ...expected, separator },
      args.join(" "),
    );
  }
});

Deno.test("dumpOptions() reads columns, delimiters and times", () => {
  const args = [
    "-read=x",
    "-csv",
    "-select",
    "SrcIP, DstIP",
    "-begin=[",
    "-end=]",
    "-struct-sep=:",
  ];
  const times = ["-utc=false", "-from=2020-09-13T14:26:40", "-to=1600000001.5", "-follow"].concat(
    ["-tz=Europe/Berlin", "-csv-safe", "-raw"],
  );
  assertEquals(optionsOf(...args, ...times), {
    paths: ["x"],
    types: undefined,
    clients: undefined,
    where: undefined,
    limit: undefined,
    tail: undefined,
    count: false,
    by: undefined,
    format: "csv",
    isNetcap: false,
    isRaw: true,
    select: ["SrcIP", "DstIP"],
    terminal: undefined,
    csv: {
      separator: ",",
      begin: "[",
      end: "]",
      structSeparator: ":",
      isForSpreadsheets: true,
    },
    only: undefined,
    from: 1600000000000000000n,
    time: "ns",
    to: 1600000001500000000n,
    zone: "Europe/Berlin",
    follow: true,
  });
});

Deno.test("dumpOptions() reads lists of paths, types, clients and fields", () => {
  const args = ["-read=a", "-read", "b", "-type=TCP,UDP", "-type", "DNS", "-client", "x, y"];
  const options = optionsOf(...args, "-count", "-by", "SrcIP, DstPort", "-limit=3");
  if (typeof options === "string") throw new Error(options);
  const { paths, types, clients, count, by, limit } = options;
  assertEquals(
    { paths, types, clients, count, by, limit },
    {
      ...{ paths: ["a", "b"], types: ["TCP", "UDP", "DNS"], clients: ["x", "y"] },
      ...{ count: true, by: ["SrcIP", "DstPort"], limit: 3 },
    },
  );
});

Deno.test("dumpOptions() says what is wrong with a command line", () => {
  const cases: [string[], string][] = [
    [[], "Nothing to read"],
    [["-read", ""], "Nothing to read"],
    [["-read", "x", "-type", "TCP,UDPP"], 'Unknown type "UDPP": did you mean UDP?'],
    [["-read", "x", "-where", "DstPort =="], "wanted a value"],
    [["-read", "x", "-by", "SrcIP"], "add -count"],
    [["-read", "x", "-count", "-limit", "3"], "-limit with -count needs -by"],
    [["-read", "x", "-count", "-tail", "3"], "-tail and -count"],
    [["-read", "x", "-count", "-follow"], "-follow and -count"],
    [["-read", "x", "-count", "-csv"], "or -json"],
    [["-read", "x", "-count", "-by", "type,SrcIP"], "cannot be mixed"],
    [["-read", "x", "-limit", "3", "-tail", "3"], "-limit and -tail"],
    [["-read", "x", "-limit", "0"], "-limit"],
    [["-read", "x", "-json", "-csv"], "exclude each other"],
    [["-read", "x", "-json", "-fields"], "exclude each other"],
    [["-read", "x", "-table", "-csv"], "-csv and -table exclude each other"],
    [["-read", "x", "-table", "-tsv"], "-tsv and -table exclude each other"],
    [["-read", "x", "-from=2026-11-25", "-to=2026-11-24"], "-from 2026-11-25 and -to 2026-11-24"],
    [["-read", "x", "-where", "DstPort", "-read", "=="], "put it in quotes"],
    [["-read", "x", "-from=5", "-to=5"], "No time lies between"],
    [["-read", "x", "-count", "-table"], "add -by"],
    [["-read", "x", "-struc=false"], "add -json, -csv, -tsv or -table"],
    [["-read", "x", "-select", "SrcIP"], "add -json, -csv, -tsv or -table"],
    [["-read", "x", "-json", "-select", "SrcIP,DstPrt"], 'did you mean "DstPort"?'],
    [["-read", "x", "-table", "-netcap"], "no -table"],
    [["-read", "x", "-json", "-netcap", "-select=SrcIP"], "no -select with -json"],
    [["-read", "x", "-time=long"], "-time"],
    [["-read", "x", "-tz=Nowhere"], 'Wrong value "Nowhere" of -tz'],
    [["-read", "x", "-csv", "-sep="], "-sep"],
    [["-read", "x", "-csv", '-sep="'], "-sep"],
    [["-read", "x", "-from", "yesterday"], 'Wrong value "yesterday" of -from'],
    [["-read", "x", "-to", "2020-02-30"], 'Wrong value "2020-02-30" of -to'],
  ];
  for (const [args, message] of cases) {
    const outcome = optionsOf(...args);
    assertEquals(typeof outcome, "string", args.join(" "));
    assertStringIncludes(String(outcome), message);
  }
});
