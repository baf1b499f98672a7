import { assertEquals } from "@std/assert";
import { COLLECTOR_FLAGS } from "../../lib/arguments/collector_flags.ts";
import { configText, parseConfigFile } from "../../lib/arguments/config_file.ts";
import { givenByEnvironment, settingsOf, variableOf } from "../../lib/arguments/environment.ts";
import type { FlagTable } from "../../lib/arguments/flags.ts";
import { type Given, settle } from "../../lib/arguments/settings.ts";
import { SENSOR_FLAGS } from "../../lib/arguments/sensor_flags.ts";

const TABLE = {
  addr: { kind: "string", default: ":1335", value: "HOST:PORT", help: "where" },
  iface: { kind: "strings", value: "NAME", help: "which" },
  bpf: { kind: "string", default: "", value: "FILTER", help: "what" },
  payload: { kind: "boolean", default: false, help: "keep payloads" },
  "keep-days": { kind: "days", min: 1, max: 100, help: "how long" },
  list: { kind: "boolean", default: false, environment: false, help: "list and exit" },
  config: { kind: "string", value: "FILE", help: "this" },
} as const satisfies FlagTable;

const fileOf = (text: string) => parseConfigFile("a.conf", text, TABLE);

Deno.test("a flag overrules the environment, that the file, that the default; lists as a whole", () => {
  const flags: Given[] = [{ name: "addr", texts: ["flag:1", "flag:2"], from: "flag" }];
  const environment: Given[] = [
    { name: "addr", texts: ["variable:1"], from: "FARCAP_ADDR" },
    { name: "iface", texts: ["eth0"], from: "FARCAP_IFACE" },
  ];
  const { given } = fileOf("addr file:1\niface eth1\niface eth2\npayload\n");
  const { values, mistakes, given: from } = settle(TABLE, flags, environment, given);
  assertEquals(mistakes, []);
  assertEquals(values.addr, "flag:2");
  assertEquals(values.iface, ["eth0"]);
  assertEquals(values.payload, true);
  assertEquals(values["keep-days"], undefined);
  assertEquals(values.bpf, "");
  assertEquals(from.get("addr")?.from, "flag");
  assertEquals(from.get("iface")?.from, "FARCAP_IFACE");
  assertEquals(from.get("payload")?.from, "a.conf:4");
  assertEquals(from.has("bpf"), false);
});

Deno.test("a wrong text is named with its place, also where another overrules it", () => {
  const flags: Given[] = [{ name: "keep-days", texts: ["7"], from: "flag" }];
  const { given } = fileOf("\n# days\nkeep-days 101\n");
  const { values, mistakes } = settle(TABLE, flags, given);
  assertEquals(values["keep-days"], 7);
  assertEquals(mistakes, [
    'a.conf:3: Wrong value "101" of -keep-days: wanted whole days from 1d to 100d, as in 30 or 30d',
  ]);
});

Deno.test("a file has a name and a value a line, lists one line each, comments, spaces, CRLF", () => {
  const { given, mistakes } = fileOf(
    "# comment\r\n\r\n  addr\t[::1]:5  \r\nbpf udp port 53 # and more\r\niface eth0\r\niface eth 1",
  );
  assertEquals(mistakes, []);
  assertEquals(given.map(({ name, texts, from }) => [name, texts, from]), [
    ["addr", ["[::1]:5"], "a.conf:3"],
    ["bpf", ["udp port 53 # and more"], "a.conf:4"],
    ["iface", ["eth0", "eth 1"], "a.conf:5"],
  ]);
});

Deno.test("what a file may not say is named with its line", () => {
  const { mistakes } = fileOf(
    "adr :1\naddr\npayload\npayload false\nlist true\nconfig b.conf\n-bpf tcp\nfar\u001b[2Jcap 1\n",
  );
  assertEquals(mistakes, [
    "a.conf:1: Unknown setting adr: did you mean addr?",
    "a.conf:2: Missing value of addr: wanted HOST:PORT",
    "a.conf:4: payload is set a second time: it is at a.conf:3, too",
    "a.conf:5: list stands on the command line only",
    "a.conf:6: config stands on the command line only",
    "a.conf:7: Unknown setting -bpf: did you mean bpf?",
    "a.conf:8: Unknown setting far\ufffd[2Jcap",
  ]);
});

Deno.test("the environment gives each setting, a list by its lines, and no act", () => {
  const variables: Record<string, string> = {
    FARCAP_ADDR: "",
    FARCAP_IFACE: "eth0\neth1\n",
    FARCAP_KEEP_DAYS: "5",
    FARCAP_LIST: "true",
    FARCAP_CONFIG: "b.conf",
  };
  const asked: string[] = [];
  const given = givenByEnvironment(TABLE, (name) => {
    asked.push(name);
    return variables[name];
  });
  assertEquals(given, [
    { name: "iface", texts: ["eth0", "eth1"], from: "FARCAP_IFACE" },
    { name: "keep-days", texts: ["5"], from: "FARCAP_KEEP_DAYS" },
    { name: "config", texts: ["b.conf"], from: "FARCAP_CONFIG" },
  ]);
  assertEquals(asked, settingsOf(TABLE).map(variableOf));
});

for (
  const [program, table] of [["sensor", SENSOR_FLAGS], ["collector", COLLECTOR_FLAGS]] as const
) {
  Deno.test(`${program}: the file that -gen-config prints holds nothing, and all defaults when uncommented`, () => {
    const text = configText(program, table);
    assertEquals(parseConfigFile("a.conf", text, table), { given: [], mistakes: [] });
    const lines = text.split("\n").filter((line) => /^#[a-z]/.test(line)).map((it) => it.slice(1));
    const names = lines.map((line) => line.split(" ")[0]!);
    assertEquals(names, settingsOf(table).filter((name) => name !== "config"));
    const flags: FlagTable = table;
    const hasDefault = (line: string) => {
      const flag = flags[line.split(" ")[0]!]!;
      return flag.kind !== "strings" && flag.default !== undefined && flag.default !== "";
    };
    const uncommented = lines.filter(hasDefault).join("\n");
    const { given, mistakes } = parseConfigFile("a.conf", uncommented, table);
    assertEquals([mistakes, given.length > 5], [[], true]);
    const settled = settle(table, given);
    assertEquals(settled.mistakes, []);
    assertEquals(settled.values as unknown, settle(table).values as unknown);
    assertEquals(text.split("\n").filter((line) => line.length > 100), []);
  });
}
