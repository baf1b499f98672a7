import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseFlags } from "../../../lib/arguments/flags.ts";
import { DUMP_FLAGS, type DumpOptions, dumpOptions } from "../../../lib/write/read/dump_options.ts";

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
    const { path, format, only, csv } = options;
    assertEquals(
      { path, format, only, separator: csv?.separator },
      { path: "x", format: "text", only: undefined, ...expected, separator },
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
    path: "x",
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

Deno.test("dumpOptions() says what is wrong with a command line", () => {
  const cases: [string[], string][] = [
    [[], "Missing -read"],
    [["-read", "x", "-json", "-csv"], "exclude each other"],
    [["-read", "x", "-json", "-fields"], "exclude each other"],
    [["-read", "x", "-table", "-csv"], "CSV and -table exclude each other"],
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
