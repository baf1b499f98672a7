import { assertEquals } from "@std/assert";
import { Num, ROW_BYTES, Word } from "../../lib/follow/connection_table.ts";
import { Fact, TcpFlag } from "../../lib/follow/facts.ts";
import { Followed, Is, State } from "../../lib/follow/sensor_kernel.ts";

Deno.test("the kernel and conversations mean the same places and bits", async () => {
  const enums = {
    ...await enumsOf("../../kernel/connection.ts"),
    ...await enumsOf("../../kernel/follow.ts"),
  };
  const { RowShift: _, ...followed } = Followed;
  const all = { Num, Word, Fact, TcpFlag, State, Is, Followed: followed };
  assertEquals(Object.keys(enums).sort(), Object.keys(all).sort());
  for (const [name, places] of Object.entries(all)) {
    const said: Record<string, number> = { ...places };
    for (const [place, value] of Object.entries(enums[name]!)) {
      assertEquals(value, said[place], `${name}.${place}`);
    }
  }
});

Deno.test("the kernel's rows are as long as the table's", async () => {
  const text = await Deno.readTextFile(new URL("../../kernel/connection.ts", import.meta.url));
  const numbers = Number(/ROW_BYTES: usize = 8 \* (\d+);/.exec(text)![1]);
  assertEquals(8 * numbers + 8, ROW_BYTES); // with a slot
});

/** The `const enum`s of a file, by name. */
async function enumsOf(path: string): Promise<Record<string, Record<string, number>>> {
  const text = await Deno.readTextFile(new URL(path, import.meta.url));
  return Object.fromEntries(
    [...text.matchAll(/const enum (\w+) \{([^}]*)\}/g)].map(([, name, body]) => [
      name!,
      Object.fromEntries(
        [...body!.matchAll(/(\w+) = (\d+),/g)].map(([, place, value]) => [place!, Number(value)]),
      ),
    ]),
  );
}
