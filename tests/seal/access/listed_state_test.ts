import { assertEquals } from "@std/assert";
import {
  formatListed,
  type ListedState,
  lookedAt,
  NOTHING_LISTED,
  parseListed,
} from "../../../lib/seal/access/listed_state.ts";
import { parseRoster } from "../../../lib/seal/roster.ts";

const [GATE, MILL, HALL] = ["0a", "0b", "0c"].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
];

function look(state: ListedState, key: string, ...lines: string[]): ListedState {
  const parsed = parseRoster(lines.join("\n"));
  const entries = "roster" in parsed ? parsed.roster.entries : new Map();
  const after = lookedAt(state, key, entries, 1_000);
  const text = parseListed(formatListed(after));
  assertEquals("state" in text ? text.state : text, after, "it outlives the collector");
  return after;
}

function actsOf({ acts }: ListedState): string[][] {
  return acts.waiting.map((group) =>
    group.map(({ act, name, key, detail }) => `${act} ${name} ${key.slice(0, 2)} ${detail}`.trim())
  );
}

Deno.test("of two looks at the operator's lines what differs are acts, each once; a first key is none", () => {
  const first = look(NOTHING_LISTED, "k1", `${GATE} gate box`, `${MILL} mill`);
  assertEquals(actsOf(first), [["listed gate 0a box", "listed mill 0b"]]);
  assertEquals(look(first, "k1", `${MILL}  mill # here`, `${GATE} gate box`), first);
  const second = look(first, "k2", `${GATE} gate types=TCP`, `${HALL} hall`);
  assertEquals(actsOf(second).slice(1), [[
    "changed gate 0a types=TCP",
    "unlisted mill 0b",
    "listed hall 0c",
    "collector-key  k2",
  ]]);
  const third = look(second, "k2", `${GATE} portal types=TCP`, `${HALL} hall`);
  assertEquals(actsOf(third).slice(2), [["changed portal 0a types=TCP"]]);
  assertEquals(actsOf(look(third, "k2")).slice(3), [[
    "unlisted portal 0a types=TCP",
    "unlisted hall 0c",
  ]]);
});

Deno.test("what is no list of lines is none", () => {
  for (
    const text of [
      "",
      "[]",
      '{"version":2,"collectorKey":"","lines":{}}',
      '{"version":1,"collectorKey":"","lines":{"0a":7}}',
      '{"version":1,"collectorKey":"","lines":{},"acts":{"next":1,"waiting":[[]]}}',
      '{"version":1,"collectorKey":"","lines":{},"acts":{"next":2,"waiting":[[{"act":"x"}]]}}',
    ]
  ) assertEquals(parseListed(text), { problem: "it is not what was written" }, text);
});
