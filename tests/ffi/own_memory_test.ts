/** What a process has after it gave memory back: one of its own. */
import { assert, assertEquals } from "@std/assert";
import { LINUX, needs } from "../needs.ts";
import { evaluate } from "./evaluate.ts";

const MODULE = new URL("../../ffi/own_memory.ts", import.meta.url).href;

/** `resident(name)` are MiB that proc_pid_status(5) calls by that name. */
const BEGINNING = `
  import { giveBackMemory } from "${MODULE}";
  const resident = (name) => {
    const status = Deno.readTextFileSync("/proc/self/status");
    return Number(status.split(name + ":")[1].split("kB")[0]) / 1024;
  };
`;

Deno.test({
  ...needs("what was freed below what is in use goes back", LINUX),
  fn: async () => {
    const said = await evaluate(`${BEGINNING}
      // Too small for mappings of their own.
      const buffers = Array.from({ length: 1000 }, () => new Uint8Array(64 << 10).fill(1).buffer);
      for (const buffer of buffers.slice(0, -1)) buffer.transfer(0);
      const before = resident("RssAnon");
      giveBackMemory();
      console.log(before - resident("RssAnon"), buffers.at(-1).byteLength);
    `);
    const [given, kept] = said.split(" ").map(Number);
    assert(given! > 50, said);
    assertEquals(kept, 64 << 10);
  },
});

Deno.test({
  ...needs("pages of the runtime's file go, and those that are needed come back", LINUX),
  fn: async () => {
    const said = await evaluate(`${BEGINNING}
      const worker = new Worker("data:text/javascript,onmessage = ({ data }) => postMessage(data)", { type: "module" });
      const answer = () => new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage("still there");
      });
      await answer();
      const before = resident("RssFile");
      for (let time = 0; time < 3; time++) giveBackMemory();
      console.log(Math.round(before - resident("RssFile")));
      console.log(JSON.stringify({ a: [1.5, "x"] }), new Intl.NumberFormat("en").format(1234567));
      console.log(await answer());
      worker.terminate();
    `);
    const [given, ...rest] = said.trimEnd().split("\n");
    assert(Number(given) > 10, said);
    assertEquals(rest, ['{"a":[1.5,"x"]} 1,234,567', "still there"]);
  },
});

Deno.test({
  ...needs("without --allow-ffi nothing is given back, and nothing fails", LINUX),
  fn: async () => {
    const said = await evaluate(
      `import { giveBackMemory } from "${MODULE}"; giveBackMemory(); console.log("on");`,
      ["--allow-read"],
    );
    assertEquals(said, "on\n");
  },
});
