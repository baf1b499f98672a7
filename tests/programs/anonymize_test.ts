/** `-anonymize` from a capture to stored records, with both programs. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { needs, UNIX } from "../needs.ts";
import { inFolder, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
/** What is in it. */
const ADDRESSES = ["192.0.2.10", "2001:db8:1::53", "02:00:00:00:0a:53"];
const NAME = "example.test";

Deno.test(
  needs("sensors with one key tell the same of the same, and nothing of who it is", UNIX),
  () =>
    inFolder(async (folder) => {
      const made = await runProgram("sensor.ts", ["-gen-anonymize-key", "-out", folder]);
      assertEquals([made.code, made.stderr], [0, ""]);
      const key = `${folder}/anonymize.key`;
      assertStringIncludes(made.stdout, key);
      assertEquals((await Deno.stat(key)).mode! & 0o777, 0o600);
      const again = await runProgram("sensor.ts", ["-gen-anonymize-key", "-out", folder]);
      assertEquals(again.code, 1);
      assertMatch(again.stderr, /^Cannot write .*anonymize\.key: it exists, and .*-force/);

      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const send = async (client: string, ...flags: string[]) => {
        const args = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", client, "-read", CAPTURE];
        const { code, stdout, stderr } = await runProgram("sensor.ts", [...args, ...flags]);
        assertEquals([code, stderr], [0, ""], stdout);
        return stdout;
      };
      await send("plain");
      const said = await send("north", "-anonymize", key, "-redact-names");
      assertMatch(said, /^anonymized: fields left out: .*checksum=\d+/m);
      await send("south", "-anonymize", await Deno.readTextFile(key), "-redact-names");
      await send("box", "-anonymize", key, "-redact-names", "-transport", "box");
      await send("other", "-anonymize", "11".repeat(32));
      assertEquals((await collector.stop()).code, 0);

      const dumpOf = async (client: string) => {
        const { stdout } = await runProgram("collector.ts", [
          ...["-dump", "-json", `${folder}/records`, "-client", client],
        ]);
        return stdout;
      };
      const [plain, north, south, box, other] = await Promise.all(
        ["plain", "north", "south", "box", "other"].map(dumpOf),
      );
      assertEquals(onlyIn(north!, south!), []);
      assertEquals(onlyIn(box!, north!), []);
      assertEquals(recordsIn(north!).length, recordsIn(plain!).length);
      for (const original of [...ADDRESSES, NAME]) {
        assertStringIncludes(plain!, original);
        for (const text of [north!, box!]) assert(!text.includes(original), original);
      }
      for (const address of ADDRESSES) assert(!other!.includes(address), address);
      assertStringIncludes(other!, NAME);
    }),
);

Deno.test("what would carry addresses as they are is refused with -anonymize", async () => {
  const args = ["-pubkey", PUBLIC_KEY, "-read", CAPTURE];
  const anonymize = ["-anonymize", "11".repeat(32)];
  for (
    const [flags, flag] of [
      [[...anonymize, "-payload"], "-payload"],
      [[...anonymize, "-encoding", "compact"], "-encoding compact"],
      [["-redact-names"], "-redact-names"],
      [["-anonymize", ""], "-anonymize"],
    ] as const
  ) {
    const { code, stderr } = await runProgram("sensor.ts", [...args, ...flags]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, flag);
  }
  const missing = await runProgram("sensor.ts", [...args, "-anonymize", "no/such.key"]);
  assertEquals(missing.code, 1);
  assertMatch(missing.stderr, /^Cannot read the key for -anonymize: .*\n$/);
});

/** What a dump has, without what differs between runs, and the books. */
function recordsIn(dump: string): string[] {
  return dump.trimEnd().split("\n").filter((line) => !/"type":"(Sensor|Collector)/.test(line))
    .map((line) => line.replace(/"client":"\w+",?/, "").replace(/"ConnectionID":"?\d+"?,?/, ""));
}

/** Which records one dump has, and the other not. */
function onlyIn(one: string, other: string): string[] {
  const known = new Set(recordsIn(other));
  return recordsIn(one).filter((record) => !known.has(record)).slice(0, 3);
}
