import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type FlagTable, parseFlags } from "../../lib/base/flags.ts";

const FLAGS = {
  addr: { kind: "string", default: "127.0.0.1:1335", value: "HOST:PORT", help: "the collector" },
  client: { kind: "string", value: "NAME", help: "name of this sensor" },
  read: { kind: "strings", value: "FILE", help: "capture file, - is standard input" },
  payload: { kind: "boolean", default: false, help: "keep payloads" },
  context: { kind: "boolean", default: true, help: "addresses in every record" },
  max: { kind: "integer", default: 10240, min: 1, max: 65507, value: "BYTES", help: "batch size" },
  rate: { kind: "integer", min: 1, max: 1e9, value: "BYTES", help: "bytes per second" },
  speed: { kind: "number", default: 0, min: 0, max: 100, value: "FACTOR", help: "pace" },
  "flush-interval": { kind: "duration", default: "5s", help: "longest wait of a record" },
} as const satisfies FlagTable;

function valuesOf(...args: string[]) {
  const parsed = parseFlags("sensor", FLAGS, args);
  assert(parsed.ok, parsed.ok ? "" : parsed.message);
  return parsed.values;
}

function messageOf(...args: string[]): string {
  const parsed = parseFlags("sensor", FLAGS, args);
  assert(!parsed.ok, "the arguments should have been refused");
  assert(!parsed.message.includes("\n"), "a message is one line");
  return parsed.message;
}

Deno.test("flags that are not given have the table's defaults", () => {
  assertEquals(valuesOf(), {
    addr: "127.0.0.1:1335",
    client: undefined,
    read: [],
    payload: false,
    context: true,
    max: 10240,
    rate: undefined,
    speed: 0,
    "flush-interval": 5000,
  });
});

Deno.test("every value has the type of its flag", () => {
  const values = valuesOf();
  const addr: string = values.addr;
  const read: readonly string[] = values.read;
  const payload: boolean = values.payload;
  const max: number = values.max;
  const flushIntervalMs: number = values["flush-interval"];
  // @ts-expect-error: a string flag without default may be missing
  const client: string = values.client;
  // @ts-expect-error: an integer flag without default may be missing
  const rate: number = values.rate;
  // @ts-expect-error: the table has no such flag
  assertEquals([values.adr, client, rate], [undefined, undefined, undefined]);
  assertEquals([addr, read, payload, max, flushIntervalMs].length, 5);
});

Deno.test("-name value, -name=value, --name value and --name=value are the same", () => {
  for (const args of [["-max", "5"], ["-max=5"], ["--max", "5"], ["--max=5"]]) {
    assertEquals(valuesOf(...args).max, 5, args.join(" "));
  }
  assertEquals(valuesOf("-addr", "a=b", "--client=c=d").addr, "a=b");
  assertEquals(valuesOf("-addr", "a=b", "--client=c=d").client, "c=d");
});

Deno.test("values may be empty, start with a dash, hold line ends or look like numbers", () => {
  assertEquals(valuesOf("-read", "-", "-read=-", "--read", "-x", "-read=--y").read, [
    "-",
    "-",
    "-x",
    "--y",
  ]);
  assertEquals(valuesOf("-client=").client, "");
  assertEquals(valuesOf("-client", "", "-payload").client, "");
  assertEquals(valuesOf("-client=", "-payload").payload, true);
  assertEquals(valuesOf("-read=", "-read", "x").read, ["", "x"]);
  assertEquals(valuesOf("-client", "007").client, "007");
  assertEquals(valuesOf("-client=a\nb").client, "a\nb");
});

Deno.test("of a repeated flag the last value counts, and a strings flag keeps all in order", () => {
  assertEquals(valuesOf("-max", "1", "-payload", "-max=2", "-payload=false").max, 2);
  assertEquals(valuesOf("-payload", "-payload=false").payload, false);
  assertEquals(valuesOf("-read", "a", "-payload", "-read=b").read, ["a", "b"]);
});

Deno.test("a boolean takes its value only behind =, in Go's spellings", () => {
  for (const text of ["1", "t", "T", "TRUE", "true", "True"]) {
    assertEquals(valuesOf(`-payload=${text}`).payload, true, text);
  }
  for (const text of ["0", "f", "F", "FALSE", "false", "False"]) {
    assertEquals(valuesOf(`-context=${text}`).context, false, text);
  }
  assertEquals(messageOf("-payload=yes"), 'Wrong value "yes" of -payload: wanted true or false');
  assertEquals(messageOf("-payload="), 'Wrong value "" of -payload: wanted true or false');
  assertEquals(
    messageOf("-payload", "false"),
    'Unexpected argument "false": sensor takes flags only',
  );
});

Deno.test("an integer outside its range or no integer at all is refused with the range", () => {
  const wanted = "of -max: wanted a whole number from 1 to 65507";
  for (
    const text of ["-1", "0", "65508", "1e3", "0x10", "ten", "", "1.5", "99999999999999999999"]
  ) {
    assertEquals(messageOf(`-max=${text}`), `Wrong value "${text}" ${wanted}`);
    assertEquals(messageOf("-max", text), `Wrong value "${text}" ${wanted}`);
  }
  assertEquals(valuesOf("-max=65507").max, 65507);
  assertEquals(valuesOf("-max=+1").max, 1);
});

// Expected values: documentation and tests of Go's time.ParseDuration.
Deno.test("a number may have a fraction, and is refused with its range", () => {
  for (const [text, value] of [["0", 0], ["2.5", 2.5], [".5", 0.5], ["+100", 100]] as const) {
    assertEquals(valuesOf("-speed", text).speed, value);
  }
  for (const text of ["-1", "100.1", "1e1", "Infinity", "NaN", "", "0x10", "."]) {
    const wanted = "of -speed: wanted a number from 0 to 100";
    assertEquals(messageOf(`-speed=${text}`), `Wrong value "${text}" ${wanted}`);
  }
});

Deno.test("durations are read as Go reads them, in milliseconds", () => {
  const cases: [string, number][] = [
    ["5s", 5000],
    ["100ms", 100],
    ["1m30s", 90_000],
    ["24h0m0s", 86_400_000],
    ["0", 0],
    ["+5s", 5000],
    ["5.s", 5000],
    [".5s", 500],
    ["1.5h", 5_400_000],
    ["100us", 0.1],
    ["12µs", 0.012],
    ["12μs", 0.012],
    ["500000ns", 0.5],
    ["10.5s4m", 250_500],
  ];
  for (const [text, ms] of cases) {
    assertEquals(valuesOf(`-flush-interval=${text}`)["flush-interval"], ms, text);
  }
  for (
    const text of ["", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "-5s", "1s ", "5 s", "600h"]
  ) {
    assertEquals(
      messageOf(`-flush-interval=${text}`),
      `Wrong value "${text}" of -flush-interval: wanted a time such as 100ms, 5s, 1m30s or 0, up to 24 days`,
    );
  }
});

Deno.test("an unknown flag is refused with the name it was most likely meant to be", () => {
  assertEquals(messageOf("-paylod"), "Unknown flag -paylod: did you mean -payload?");
  assertEquals(
    messageOf("--flush-intervall=5s"),
    "Unknown flag -flush-intervall: did you mean -flush-interval?",
  );
  assertEquals(messageOf("-iface", "eth0"), "Unknown flag -iface: -help lists what sensor takes");
  assertEquals(messageOf("-no-context"), "Unknown flag -no-context: did you mean -context?");
  for (const name of ["toString", "__proto__", "constructor", "_"]) {
    assertStringIncludes(messageOf(`-${name}=1`), `Unknown flag -${name}:`);
  }
});

Deno.test("a flag without its value is refused with what is wanted", () => {
  assertEquals(messageOf("-addr"), "Missing value of -addr: wanted HOST:PORT");
  assertEquals(messageOf("-addr", "-max", "5"), "Missing value of -addr: wanted HOST:PORT");
  assertEquals(messageOf("-flush-interval"), "Missing value of -flush-interval: wanted DURATION");
});

Deno.test("positional arguments are accepted, anywhere, only where the program names them", () => {
  assertEquals(messageOf("a.pcap"), 'Unexpected argument "a.pcap": sensor takes flags only');
  assertEquals(
    messageOf("-payload", "--", "-x"),
    'Unexpected argument "-x": sensor takes flags only',
  );
  const args = ["a", "-payload", "-", "-max=3", "--", "-addr", "b"];
  const parsed = parseFlags("dump", FLAGS, args, { positionals: "FILE" });
  assert(parsed.ok);
  assertEquals(parsed.positionals, ["a", "-", "-addr", "b"]);
  assertEquals([parsed.values.payload, parsed.values.max], [true, 3]);
});
