import { assert, assertEquals } from "@std/assert";
import { runDump } from "../../lib/run_dump_io.ts";
import type { DumpOptions } from "../../lib/write/read/dump_options.ts";
import { originalFiles } from "./write/read/original_records.ts";

Deno.test("runDump() prints the original's files", async () => {
  for (const { path, type, lines } of originalFiles()) {
    const json = await dump({ paths: [path], format: "json", isNetcap: true });
    assertEquals(json.trimEnd().split("\n").sort(), lines.sort());
    const text = await dump({ paths: [path], format: "text", isNetcap: true });
    assert(text.startsWith(`NC_${type}\nTimestamp: `));
    assert(text.endsWith(`\n\n${lines.length} records.\n`));
    const csv = await dump({ paths: [path], format: "csv" });
    assertEquals(csv.trimEnd().split("\n").length, lines.length + 1);
  }
});

/** What is printed; fails if anything is said besides. */
async function dump(options: DumpOptions): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const out = {
    write(bytes: Uint8Array) {
      text += decoder.decode(bytes, { stream: true });
      return Promise.resolve(bytes.length);
    },
  };
  const said: string[] = [];
  const code = await runDump(options, out, { say: (line) => said.push(line) });
  assertEquals([code, said], [0, []]);
  return text;
}
