import { assertEquals } from "@std/assert";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { Said } from "../said.ts";
import { FirstSchemaCollector } from "./first_schema.ts";
import { connect } from "./session_ends.ts";

Deno.test("an older collector is none that cannot be reached, for scripts that fail fast neither", async () => {
  await using collector = new FirstSchemaCollector();
  const log = new Said();
  {
    await using client = await connect(collector.port, log, {
      keys: newKeyPair(),
      failFast: true,
    });
    assertEquals(client.name, "granted");
    assertEquals(log.problems, []);
  }
  assertEquals(collector.schemas, [2, 1]);
});
