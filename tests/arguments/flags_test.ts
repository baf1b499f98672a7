import { assert, assertEquals } from "@std/assert";
import { type FlagTable, parseFlags } from "../../lib/arguments/flags.ts";

const FLAGS = {
  addr: { kind: "string", default: "127.0.0.1:1335", value: "HOST:PORT", help: "the collector" },
  client: { kind: "string", value: "NAME", help: "name of this sensor" },
  read: { kind: "strings", value: "FILE", help: "capture file, - is standard input" },
  payload: { kind: "boolean", default: false, help: "keep payloads" },
  context: { kind: "boolean", default: true, help: "addresses in every record" },
  max: { kind: "integer", default: 10240, min: 1, max: 65507, value: "N", help: "batch size" },
  rate: { kind: "rate", min: 1, max: 1e9, help: "the most at a time" },
  queue: { kind: "size", default: 64 << 20, min: 1 << 20, max: 1 << 30, help: "memory" },
  keep: { kind: "days", min: 1, max: 365, help: "until it is deleted" },
  transport: { kind: "choice", choices: ["session", "box"], default: "session", help: "the way" },
  speed: { kind: "number", default: 0, min: 0, max: 100, value: "FACTOR", help: "pace" },
  "flush-interval": {
    kind: "duration",
    default: 5000,
    min: 0,
    max: 24 * 86_400_000,
    help: "longest wait of a record",
  },
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
    queue: 67_108_864,
    keep: undefined,
    transport: "session",
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
  const transport: "session" | "box" = values.transport;
  // @ts-expect-error: a string flag without default may be missing
  const client: string = values.client;
  // @ts-expect-error: an integer flag without default may be missing
  const rate: number = values.rate;
  // @ts-expect-error: the table has no such flag
  assertEquals([values.adr, client, rate], [undefined, undefined, undefined]);
  assertEquals([addr, read, payload, max, flushIntervalMs, transport].length, 6);
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

Deno.test("a number may have a fraction, and is refused with its range", () => {
  for (const [text, value] of [["0", 0], ["2.5", 2.5], [".5", 0.5], ["+100", 100]] as const) {
    assertEquals(valuesOf("-speed", text).speed, value);
  }
  for (const text of ["-1", "100.1", "1e1", "Infinity", "NaN", "", "0x10", "."]) {
    const wanted = "of -speed: wanted a number from 0 to 100";
    assertEquals(messageOf(`-speed=${text}`), `Wrong value "${text}" ${wanted}`);
  }
});

Deno.test("numbers with a unit are refused with their bounds in it, and how they are written", () => {
  assertEquals(valuesOf("-queue", "1MiB").queue, 1 << 20);
  assertEquals(valuesOf("-rate=10MB/s", "-keep=30d", "-flush-interval", "1d12h"), {
    ...valuesOf(),
    rate: 10_000_000,
    keep: 30,
    "flush-interval": 129_600_000,
  });
  const sizes = "64M or 64MiB (of 1024), 64MB (of 1000)";
  for (const text of ["1023K", "1G1", "2G", "64mb", "-1M", ""]) {
    assertEquals(
      messageOf(`-queue=${text}`),
      `Wrong value "${text}" of -queue: wanted a size from 1M to 1G, as in ${sizes}`,
    );
  }
  assertEquals(
    messageOf("-rate", "0"),
    'Wrong value "0" of -rate: wanted bytes per second from 1B/s to 1GB/s, as in ' +
      "10M or 10MiB/s (of 1024), 10MB/s (of 1000)",
  );
  for (const text of ["25d", "3", "-5s"]) {
    assertEquals(
      messageOf(`-flush-interval=${text}`),
      `Wrong value "${text}" of -flush-interval: wanted a time from 0 to 24d, as in ` +
        "100ms, 90s, 1m30s or 1d12h",
    );
  }
  for (const text of ["0", "366d", "1.5", "36h"]) {
    assertEquals(
      messageOf("-keep", text),
      `Wrong value "${text}" of -keep: wanted whole days from 1d to 365d, as in 30 or 30d`,
    );
  }
});

Deno.test("a choice is one of a few words", () => {
  assertEquals(valuesOf("-transport", "box").transport, "box");
  for (const text of ["tcp", "Box", ""]) {
    assertEquals(
      messageOf(`-transport=${text}`),
      `Wrong value "${text}" of -transport: wanted session or box`,
    );
  }
  assertEquals(messageOf("-transport"), "Missing value of -transport: wanted session|box");
});

Deno.test("an unknown flag is refused with the name it was most likely meant to be", () => {
  assertEquals(messageOf("-paylod"), "Unknown flag -paylod: did you mean -payload?");
  assertEquals(
    messageOf("--flush-intervall=5s"),
    "Unknown flag -flush-intervall: did you mean -flush-interval?",
  );
  assertEquals(messageOf("-iface", "eth0"), "Unknown flag -iface");
  assertEquals(messageOf("-no-context"), "Unknown flag -no-context: did you mean -context?");
  for (const name of ["toString", "__proto__", "constructor", "_"]) {
    assertEquals(messageOf(`-${name}=1`), `Unknown flag -${name}`);
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
