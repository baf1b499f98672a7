/** The worked examples of docs/protocol.md that stand in blocks of code. */
import { assert } from "@std/assert";
import { readDocument, sectionOf } from "./markdown.ts";

/** The values of the first block below a heading, in hex, by their names and in their order. */
export function exampleUnder(heading: string): ReadonlyMap<string, string> {
  const section = sectionOf(readDocument("docs/protocol.md"), heading);
  const values = new Map<string, string>();
  let name = "";
  for (const line of /^```\n(.*?)^```/ms.exec(section)![1]!.trimEnd().split("\n")) {
    const match = /^(?:(\S.*?):)?\s*([0-9a-f]*)$/.exec(line);
    assert(match, line);
    name = match[1] ?? name;
    values.set(name, (values.get(name) ?? "") + match[2]);
  }
  return values;
}
